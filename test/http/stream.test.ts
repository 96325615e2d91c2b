import { once } from 'node:events'
import type { Readable } from 'node:stream'
import t from 'tap'
import { beginLines, openLines } from '../../src/http/stream.js'
import { Refusal } from '../../src/terms/index.js'

const options = {
  toLine: (item: unknown) => `${JSON.stringify({ result: item })}\n`,
  toError: (error: unknown) => ({
    error: { code: 1, message: (error as Error).message, details: [] },
  }),
  signal: new AbortController().signal,
  stallMs: null,
}

/** A source that counts to `end`, and records how far it was read and whether it was closed. */
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

/** Yields 1 and 2, then nothing more until it is closed. */
function stuck(): { readonly items: AsyncGenerator<number>; readonly left: Promise<void> } {
  let leave = (): void => {}
  const left = new Promise<void>(resolve => {
    leave = resolve
  })
  const items = new Counter().count(2)
  const rest = {
    next: async () => {
      const item = await items.next()
      return item.done ? left.then(() => item) : item
    },
    return: async () => {
      leave()
      return { done: true, value: undefined } as const
    },
    [Symbol.asyncIterator]: () => rest,
  }
  return { items: rest as unknown as AsyncGenerator<number>, left }
}

t.test('a stopped stream has the reason in its last line, and closes its source', async t => {
  const stopping = new AbortController()
  const { items, left } = stuck()
  const lines = await openLines(items, { ...options, signal: stopping.signal })
  const text = textOf(lines)
  await new Promise(resolve => setImmediate(resolve))
  stopping.abort(new Error('too late'))
  await left
  const last = '{"error":{"code":1,"message":"too late","details":[]}}'
  t.equal(await text, `{"result":0}\n{"result":1}\n${last}\n`)
})

t.test('a stream stopped before its first item fails as if its source had', async t => {
  const stopping = new AbortController()
  const { items, left } = stuck()
  await items.next()
  await items.next()
  const opening = openLines(items, { ...options, signal: stopping.signal })
  stopping.abort(new Error('too late'))
  await t.rejects(opening, { message: 'too late' })
  await left
  const { items: others, left: atOnce } = stuck()
  await t.rejects(openLines(others, { ...options, signal: stopping.signal }), 'too late')
  await atOnce
})

t.test('a stalled reader loses the source, and gets the refusal when it reads on', async t => {
  const counter = new Counter()
  const lines = await openLines(counter.count(1_000_000), { ...options, stallMs: 5 })
  await once(lines, 'readable')
  while (!counter.left) await new Promise(resolve => setTimeout(resolve, 1))
  const told = (await textOf(lines)).split('\n')
  t.match(told.at(-2), '{"error":{"code":1,"message":"the reader of the stream took nothing"')
  t.match(told.at(-3), '{"result":')
})

t.test('a route has its own words for a reader that stops reading', async t => {
  const counter = new Counter()
  const stalled = () => new Refusal('watch-behind', 'too slow')
  const lines = await openLines(counter.count(1_000_000), { ...options, stallMs: 1, stalled })
  await once(lines, 'readable')
  while (!counter.left) await new Promise(resolve => setTimeout(resolve, 1))
  t.match((await textOf(lines)).split('\n').at(-2), '"message":"too slow"')
})

t.test('a stream that begins before its first item reports every failure in a line', async t => {
  const { items } = stuck()
  const stopping = new AbortController()
  const lines = beginLines(items, { ...options, signal: stopping.signal })
  await items.next()
  stopping.abort(new Error('enough'))
  t.match(await textOf(lines), '{"error":{"code":1,"message":"enough"')
})

t.test('a reader that never comes back is cut off', async t => {
  const lines = await openLines(new Counter().count(1_000_000), { ...options, stallMs: 1 })
  lines.read(1)
  while (!lines.closed) await new Promise(resolve => setTimeout(resolve, 1))
  t.equal(lines.readableEnded, false)
})

t.test('a reader that is slow, but reads, is waited for', async t => {
  const lines = await openLines(new Counter().count(20_000), { ...options, stallMs: 1000 })
  let count = 0
  for await (const chunk of lines) {
    count += (chunk as string).split('\n').length - 1
    await new Promise(resolve => setImmediate(resolve))
  }
  t.equal(count, 20_000)
})
