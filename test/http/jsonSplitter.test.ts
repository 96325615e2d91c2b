import fc from 'fast-check'
import t from 'tap'
import { JsonSplitter } from '../../src/http/jsonSplitter.js'
import { limits, Refusal } from '../../src/terms/index.js'

/** The objects in these bytes, which arrive in chunks of the given sizes, repeatedly. */
function split(bytes: Buffer, sizes: readonly number[]): readonly string[] {
  const splitter = new JsonSplitter()
  const texts: string[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]
    for (const part of splitter.take(bytes.subarray(at, at + size))) texts.push(part.toString())
    at += size
  }
  splitter.end()
  return texts
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
const blanks = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 3 })

t.test('however the bytes are divided, the same objects come out', async t => {
  const objects = fc.array(
    fc.tuple(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), blanks),
  )
  const property = fc.property(objects, sizes, (objects, sizes) => {
    const texts = objects.map(([object]) => JSON.stringify(object))
    const body = objects.map(([, blank], at) => texts[at] + blank).join('')
    t.strictSame(split(Buffer.from(body), sizes), texts)
  })
  fc.assert(property, { numRuns: 200 })
})

t.test('any bytes are split or refused', async () => {
  const hostile = fc.string({
    unit: fc.constantFrom('{', '}', '"', '\\', 'a', ' ', '[', 'é', '\n'),
  })
  const property = fc.property(hostile, sizes, (text, sizes) => {
    try {
      split(Buffer.from(text), sizes)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  })
  fc.assert(property, { numRuns: 1000 })
})

t.test('bytes between objects and incomplete objects are refused with their number', async t => {
  const refusals = [
    ['{} {} ,', 'message 3'],
    ['[{}]', 'message 1'],
    ['{"a": {}', 'message 1'],
    ['{}{"a": "}', 'message 2'],
    ['{}}', 'message 2'],
    ['null', 'message 1'],
  ]
  for (const [text, place] of refusals) {
    t.throws(() => split(Buffer.from(text), [3]), { message: new RegExp(place) }, text)
  }
})

t.test('one object has a bound, the stream has none', async t => {
  const splitter = new JsonSplitter()
  const half = Buffer.from(`{"a": "${'x'.repeat(limits.bodyBytesMax / 2)}`)
  const end = Buffer.from('"}')
  for (let times = 0; times < 5; times++) {
    t.equal([...splitter.take(half), ...splitter.take(end)].length, 1)
  }
  t.throws(() => [...splitter.take(half), ...splitter.take(half)], {
    code: 'body-too-large',
    message: /message 6/,
  })
})
