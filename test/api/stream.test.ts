import { once } from 'node:events'
import type { Readable } from 'node:stream'
import t from 'tap'
import { openLines } from '../../src/api/stream.js'

const options = {
  toLine: (item: unknown) => `${JSON.stringify({ result: item })}\n`,
  toError: (error: unknown) => ({ code: 1, message: (error as Error).message, details: [] }),
}

/** Counts to `end`, and tells how far it was asked and whether it was left. */
class Counter {
  given = 0
  left = false

  async *count(end: number): AsyncGenerator<number> {
    try {
      while (this.given < end) yield this.given++
    } finally {
      this.left = true
    }
  }
}

async function textOf(lines: Readable): Promise<string> {
  let text = ''
  for await (const chunk of lines) text += chunk
  return text
}

t.test('each item is a line', async t => {
  const lines = await openLines(new Counter().count(3), options)
  t.equal(await textOf(lines), '{"result":0}\n{"result":1}\n{"result":2}\n')
})

t.test('no items are no lines', async t => {
  t.equal(await textOf(await openLines(new Counter().count(0), options)), '')
})

t.test('many items arrive whole and in order', async t => {
  const text = await textOf(await openLines(new Counter().count(50_000), options))
  const found = text.split('\n').slice(0, -1)
  t.equal(found.length, 50_000)
  t.equal(
    found.findIndex((line, index) => line !== `{"result":${index}}`),
    -1,
  )
})

t.test('a failure before the first item is thrown, one after it is the last line', async t => {
  async function* failAfter(count: number): AsyncGenerator<number> {
    for (let index = 0; index < count; index++) yield index
    throw new Error('gone')
  }
  await t.rejects(openLines(failAfter(0), options), { message: 'gone' })
  const lines = await openLines(failAfter(1), options)
  t.equal(await textOf(lines), '{"result":0}\n{"error":{"code":1,"message":"gone","details":[]}}\n')
})

t.test('a reader that does not read stops the source, one that leaves ends it', async t => {
  const counter = new Counter()
  const lines = await openLines(counter.count(1_000_000), options)
  await once(lines, 'readable')
  await new Promise(resolve => setImmediate(resolve))
  t.ok(counter.given > 1)
  t.ok(counter.given < 100_000, 'the source waits for the reader')
  t.equal(counter.left, false)
  lines.destroy()
  await once(lines, 'close')
  await new Promise(resolve => setImmediate(resolve))
  t.equal(counter.left, true)
})

t.test('an item that comes alone is not held back', async t => {
  let giveNext: (() => void) | undefined
  async function* slow(): AsyncGenerator<number> {
    yield 1
    await new Promise<void>(resolve => {
      giveNext = resolve
    })
    yield 2
  }
  const lines = await openLines(slow(), options)
  const [first] = await once(lines, 'data')
  t.equal(first, '{"result":1}\n')
  giveNext?.()
  const [second] = await once(lines, 'data')
  t.equal(second, '{"result":2}\n')
  await once(lines, 'end')
})
