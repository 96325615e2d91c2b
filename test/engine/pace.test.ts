import t from 'tap'
import { paced } from '../../src/engine/graph/pace.js'
import { turns } from '../../src/engine/graph/turns.js'
import { Refusal } from '../../src/terms/index.js'

const pace = { turn: turns.begin('test') }

async function gather<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

function* of(...items: readonly (string | null)[]): Generator<string | null, void> {
  yield* items
}

t.test('items come as they are, pauses do not', async t => {
  t.strictSame(await gather(paced(of('a', null, null, 'b'), null, pace)), ['a', 'b'])
  t.strictSame(await gather(paced(of(), null, pace)), [])
})

t.test('other work runs at a pause', async t => {
  const order: string[] = []
  function* work(): Generator<string | null> {
    order.push('before')
    setImmediate(() => order.push('somebody else'))
    yield null
    order.push('after')
    yield 'item'
  }
  await gather(paced(work(), null, pace))
  t.strictSame(order, ['before', 'somebody else', 'after'])
})

t.test('work that nobody waits for stops at a pause and can clean up', async t => {
  const controller = new AbortController()
  let left = false
  function* endless(): Generator<string | null> {
    try {
      for (let step = 0; ; step++) {
        if (step === 3) controller.abort(new Refusal('cancelled', 'the client is gone'))
        yield null
      }
    } finally {
      left = true
    }
  }
  await t.rejects(gather(paced(endless(), null, { ...pace, stop: controller })), {
    code: 'cancelled',
  })
  t.ok(left)
})
