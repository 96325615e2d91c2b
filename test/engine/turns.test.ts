import t from 'tap'
import { Turns } from '../../src/engine/graph/turns.js'
import { limits, Refusal } from '../../src/terms/index.js'

/** An event loop whose turns and clock are the test's. */
function aLoop() {
  const calls: (() => void)[] = []
  const loop = {
    time: 1000,
    now: () => loop.time,
    soon: (call: () => void) => void calls.push(call),
    /** One turn; then whoever was begun goes on. */
    async turn(): Promise<void> {
      for (const call of calls.splice(0)) call()
      await Promise.resolve()
      await Promise.resolve()
    },
  }
  return loop
}

/** Work of so many slices, each of which notes its name. */
async function work(
  turns: Turns,
  {
    store,
    name,
    slices,
    order,
  }: Record<'store' | 'name', string> & {
    readonly slices: number
    readonly order: string[]
  },
): Promise<void> {
  const share = turns.begin(store)
  for (let slice = 0; slice < slices; slice++) {
    await share.next()
    order.push(name)
  }
}

t.test('one slice in each turn of the loop, and stores in turn', async t => {
  const loop = aLoop()
  const turns = new Turns(loop)
  const order: string[] = []
  const all = [
    work(turns, { store: 'a', name: 'a1', slices: 2, order }),
    work(turns, { store: 'a', name: 'a2', slices: 2, order }),
    work(turns, { store: 'b', name: 'b', slices: 2, order }),
  ]
  for (let turn = 1; turn <= 6; turn++) {
    await loop.turn()
    t.equal(order.length, turn)
  }
  await Promise.all(all)
  t.strictSame(order.slice(0, 2), ['a1', 'b'], 'the other store does not wait for the line')
  t.equal(order.filter(name => name.startsWith('a')).length, 4)
})

t.test('a new question does not wait for all long ones', async t => {
  const loop = aLoop()
  const turns = new Turns(loop)
  const order: string[] = []
  for (let i = 0; i < 5; i++) void work(turns, { store: 'a', name: `long${i}`, slices: 9, order })
  for (let turn = 0; turn < 10; turn++) await loop.turn()
  order.length = 0
  void work(turns, { store: 'a', name: 'short', slices: 1, order })
  await loop.turn()
  await loop.turn()
  t.ok(order.includes('short'), order.join())
})

t.test('equal work takes equally long, whoever asks again and again', async t => {
  const loop = aLoop()
  const turns = new Turns(loop)
  const waits: number[] = []
  let turn = 0
  let isOver = false
  // Some take a slice more than others, as the clock has it.
  const caller = async (slices: number): Promise<void> => {
    while (!isOver) {
      const begun = turn
      const share = turns.begin('a')
      for (let slice = 0; slice < slices; slice++) await share.next()
      waits.push(turn - begun)
    }
  }
  const callers = Array.from({ length: 64 }, (_, number) => caller(1 + (number % 2)))
  for (; turn < 5000; turn++) await loop.turn()
  isOver = true
  for (; turn < 5200; turn++) await loop.turn()
  await Promise.all(callers)
  waits.sort((a, b) => a - b)
  const [p50, p99] = [0.5, 0.99].map(share => waits[Math.floor(waits.length * share)])
  t.ok(p99 <= 1.5 * p50, `p99 ${p99}, p50 ${p50} turns`)
})

t.test('work of a few slices does not wait for all long questions', async t => {
  const loop = aLoop()
  const turns = new Turns(loop)
  const order: string[] = []
  for (let i = 0; i < 50; i++) void work(turns, { store: 'a', name: `long${i}`, slices: 99, order })
  for (let turn = 0; turn < 1000; turn++) await loop.turn()
  order.length = 0
  void work(turns, { store: 'a', name: 'short', slices: 4, order })
  for (let turn = 0; turn < 30; turn++) await loop.turn()
  t.equal(order.filter(name => name === 'short').length, 4)
})

t.test('a long question still has turns, however many new ones come', async t => {
  const loop = aLoop()
  const turns = new Turns(loop)
  const order: string[] = []
  void work(turns, { store: 'a', name: 'long', slices: 40, order })
  for (let turn = 0; turn < 600; turn++) {
    void work(turns, { store: 'a', name: 'short', slices: 1, order })
    void work(turns, { store: 'a', name: 'short', slices: 2, order })
    await loop.turn()
  }
  const turnsOfLong = order.filter(name => name === 'long').length
  t.ok(turnsOfLong >= 18, `${turnsOfLong} turns`)
  await Promise.resolve()
})

t.test('a question that comes while none waits begins at once, in a shared slice', async t => {
  const loop = aLoop()
  const turns = new Turns(loop)
  t.notOk(turns.begin('a').isOver())
  loop.time += limits.sliceMs
  t.ok(turns.begin('b').isOver())
  await loop.turn()
  t.notOk(turns.begin('b').isOver(), 'another turn, another slice')
  void turns.begin('a').next()
  t.ok(turns.begin('b').isOver(), 'somebody waits')
})

t.test('a question that is stopped leaves the queue at once', async t => {
  const loop = aLoop()
  const turns = new Turns(loop)
  const controller = new AbortController()
  const stopped = turns.begin('a').next(controller)
  let begun = false
  const other = turns
    .begin('a')
    .next()
    .then(() => {
      begun = true
    })
  controller.abort(new Refusal('deadline-exceeded', 'the deadline has passed'))
  await t.rejects(stopped, { code: 'deadline-exceeded' })
  await loop.turn()
  await other
  t.ok(begun)
})
