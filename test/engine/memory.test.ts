import t from 'tap'
import {
  GraphMemory,
  type IdleStore,
  type MemoryShare,
  type Owner,
} from '../../src/engine/graph/memory.js'

/** Memory for a hundred bytes, and stores in it that note what becomes of them. */
function rooms() {
  const memory = new GraphMemory(100)
  const idle: MemoryShare[] = []
  const happened: string[] = []
  memory.evictFrom(() =>
    idle.map(
      (share): IdleStore => ({
        share,
        close: () => happened.push(`${share.owner.name} closed`),
      }),
    ),
  )
  const open = (name: string, isPinned = false): MemoryShare => {
    const owner: Owner = {
      name,
      isPinned,
      canYield: () => true,
      changeOver: () => {
        happened.push(`${name} changed over`)
        memory.set(share, 0)
      },
    }
    const share = memory.open(owner)
    return share
  }
  const rest = (...shares: readonly MemoryShare[]): void => void idle.splice(0, 9, ...shares)
  return { memory, open, rest, happened }
}

t.test(
  'a claim that fits is granted, and one that does not is refused and takes nothing',
  async t => {
    const { memory, open, happened } = rooms()
    const [a, b] = [open('a'), open('b')]
    t.equal(memory.claim(a, 60), null)
    t.match(memory.claim(b, 41), /^memory: it takes 1 MiB, and 1 MiB of 1 MiB are taken$/)
    t.strictSame([a.bytes, b.bytes, memory.bytes], [60, 0, 60])
    t.equal(memory.claim(b, 40), null)
    t.equal(memory.claim(a, 50), null, 'less is always taken')
    t.equal(memory.bytes, 90)
    memory.release(b)
    t.equal(memory.bytes, 50)
    t.equal(memory.claim(b, 1000), null, 'a graph that is gone takes nothing')
    t.equal(memory.bytes, 50)
    t.strictSame(happened, [])
  },
)

t.test('idle stores are closed, the least recently used first', async t => {
  const { memory, open, rest, happened } = rooms()
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(name => open(name))
  for (const share of [a, b, c]) memory.claim(share, 30)
  rest(b, a)
  t.equal(memory.claim(d, 50), null)
  t.strictSame(happened, ['b closed', 'a closed'])
  t.equal(memory.bytes, 80)
  t.equal(memory.evictions, 2)
})

t.test('nothing is closed if closing all idle stores would not be enough', async t => {
  const { memory, open, rest, happened } = rooms()
  const [a, b, c] = ['a', 'b', 'c'].map(name => open(name))
  memory.claim(a, 30)
  memory.claim(b, 60)
  rest(a)
  t.match(memory.claim(c, 50), /^memory:/)
  t.strictSame(happened, [])
  t.equal(memory.bytes, 90)
})

t.test('stores in use yield to a pinned store, and idle pinned stores yield last', async t => {
  const { memory, open, rest, happened } = rooms()
  const [kept, idle, busy] = [open('kept', true), open('idle'), open('busy')]
  for (const share of [kept, idle, busy]) memory.claim(share, 30)
  rest(kept, idle)
  const [other, pinned] = [open('other'), open('pinned', true)]
  t.match(memory.claim(other, 50), /^memory:/, 'what is pinned yields to no other')
  t.strictSame(happened, [])
  t.equal(memory.claim(pinned, 95), null)
  t.strictSame(happened, ['idle closed', 'busy changed over', 'kept closed'])
})
