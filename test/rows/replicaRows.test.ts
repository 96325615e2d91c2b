// Rows from replicas that are behind: they are used where they are known to be valid, asked for
// where they may be, and never waited for long.

import t from 'tap'
import { CircuitBreaker, ReplicaRows } from '../../src/rows/index.js'
import { KnownFingerprints } from '../../src/rows/knownFingerprints.js'
import { LastWrites } from '../../src/rows/lastWrites.js'
import { printFetch } from '../../src/rows/printFetch.js'
import type { ReplicaRead } from '../../src/rows/replicaRows.js'
import {
  type Fetch,
  NO_NOTE,
  parseRelationship,
  type Revision,
  toFingerprint,
  toRevision,
} from '../../src/terms/index.js'

const toFetch = (text: string): Fetch => {
  const { resource, relation } = parseRelationship(`${text}@user:any`)
  return { kind: 'some', resource, relation, after: null, limit: 64 }
}
const [ONE, TWO] = ['doc:1#viewer', 'doc:2#viewer'].map(toFetch)
const HEAD = toRevision(3)

/** The evidence of a node: doc:2 was written to by the last of three revisions. */
function evidence() {
  const [lastWrites, fingerprints] = [
    new LastWrites(toRevision(1)),
    new KnownFingerprints(toRevision(1), toFingerprint(1, null)),
  ]
  const changes = ['doc:9#viewer@user:x', 'doc:2#viewer@user:x'].map((text, i) => ({
    revision: toRevision(i + 2),
    at: i + 2,
    note: NO_NOTE,
    created: [parseRelationship(text)],
    deleted: [],
    schemaChanged: false,
  }))
  lastWrites.take(changes)
  fingerprints.take(changes)
  return { lastWrites, fingerprints }
}

function open(heads: readonly number[], change: (read: ReplicaRead) => Promise<ReplicaRead>) {
  let now = 0
  const asked: string[] = []
  const replicas = heads.map((head, number) => ({
    breaker: new CircuitBreaker({ onTrouble: () => {}, clock: () => now }),
    read(fetches: readonly Fetch[], revision: Revision) {
      asked.push(`${number}: ${fetches.map(printFetch).join(', ')}`)
      const at = toRevision(Math.min(head, revision))
      const rows = fetches.map(() => ({ revision: at, relationships: [], complete: true }))
      return change({ rows, at, fingerprint: toFingerprint(at, null), oldest: toRevision(1) })
    },
  }))
  const rows = new ReplicaRows(replicas, () => now)
  const find = async (...fetches: readonly Fetch[]) =>
    (await rows.find(fetches, HEAD, evidence())).map(row => row?.revision ?? null)
  const wait = (ms: number): void => {
    now += ms
  }
  return { find, asked, wait }
}

t.test('a fresh write is asked for once, and again when the answer is old', async t => {
  const { find, asked, wait } = open([2], async read => read)
  t.strictSame(await find(ONE, TWO), [2, 2], 'as of where the replica is')
  t.strictSame(await find(ONE, TWO), [2, null], 'of which one is known to have changed since')
  t.strictSame(await find(TWO), [null])
  wait(1001)
  t.strictSame(await find(TWO), [2])
  t.strictSame(asked, [
    '0: some doc:1#viewer, some doc:2#viewer',
    '0: some doc:1#viewer',
    '0: some doc:2#viewer',
  ])
})

t.test('a replica that is ahead of the node is read at the revision of the question', async t => {
  const { find, asked } = open([9], async read => read)
  t.strictSame(await find(ONE, TWO), [3, 3])
  t.strictSame(await find(TWO), [3])
  t.equal(asked.length, 2)
})

for (const [name, lie] of [
  ['of another history', { fingerprint: toFingerprint(2, 'another') }],
  ['of which nothing is kept', { fingerprint: null }],
  ['that has lost some of what it had then', { oldest: toRevision(3) }],
] as const) {
  t.test(`rows of a revision ${name} are rejected`, async t => {
    const { find, asked } = open([2], async read => ({ ...read, ...lie }))
    t.strictSame(await find(ONE), [null])
    t.equal(asked.length, 1)
  })
}

t.test('replicas take turns, and one that fails is not asked for a while', async t => {
  let failing = false
  const { find, asked, wait } = open([3, 3], async read => {
    if (failing) throw new Error('away')
    return read
  })
  for (let i = 0; i < 4; i++) await find(ONE)
  t.strictSame(
    asked.map(line => line[0]),
    ['0', '1', '0', '1'],
  )
  failing = true
  for (let i = 0; i < 5; i++) t.strictSame(await find(ONE), [null])
  t.equal(asked.length, 6, 'each failed once')
  failing = false
  wait(100)
  t.strictSame(await find(ONE), [3])
})

t.test('a replica that does not answer is not waited for', async t => {
  const { find, asked } = open([3], () => new Promise(() => {}))
  t.strictSame(await find(ONE), [null])
  t.strictSame(await find(ONE), [null])
  t.equal(asked.length, 1)
})

t.test('without replicas no row is found', async t => {
  t.strictSame(await open([], async read => read).find(ONE), [null])
})
