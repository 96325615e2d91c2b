// The revision fingerprints that a node knows, and which shared rows it accepts by them.

import { createSecretKey } from 'node:crypto'
import t from 'tap'
import { OnDemand, type SharedBytes, SharedRows } from '../../src/rows/index.js'
import { KnownFingerprints } from '../../src/rows/knownFingerprints.js'
import {
  type Change,
  limits,
  NO_NOTE,
  parseRelationship,
  type RelationshipList,
  type Revision,
  toFingerprint,
  toRevision,
} from '../../src/terms/index.js'

/** The changes of a history by its name. Each history gives its revisions other fingerprints. */
const change = (history: string, revision: number, ...created: readonly string[]): Change => ({
  revision: toRevision(revision),
  at: revision,
  note: { ...NO_NOTE, requestId: history },
  created: created.map(parseRelationship),
  deleted: [],
  schemaChanged: false,
})
const markOf = (history: string, revision: number) => toFingerprint(revision, history)
const changes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => change('a', from + i))
const known = (fingerprints: KnownFingerprints, from: number, to: number): readonly number[] =>
  changes(from, to).flatMap(({ revision }) =>
    fingerprints.at(revision) === markOf('a', revision) ? revision : [],
  )

t.test('a fingerprint depends on the time and the request of the revision', async t => {
  t.equal(toFingerprint(5, 'a'), toFingerprint(5, 'a'))
  const fingerprints = new Set<number>()
  for (let at = 0; at < 100; at++) {
    for (const id of [null, '', 'a', 'b', `${at}`]) fingerprints.add(toFingerprint(at, id))
  }
  // Without a request id it is the time alone.
  t.equal(fingerprints.size, 100 * 4)
  t.ok(
    [...fingerprints].every(fingerprint => Number.isSafeInteger(fingerprint) && fingerprint >= 0),
  )
})

t.test('the revisions that were taken or recalled are known, and no others', async t => {
  const fingerprints = new KnownFingerprints(toRevision(10), markOf('a', 10))
  fingerprints.take(changes(11, 14))
  fingerprints.take([{ ...change('a', 15), partial: true }])
  t.strictSame(known(fingerprints, 1, 20), [10, 11, 12, 13, 14])
  t.equal(fingerprints.at(toRevision(9)), null)
  fingerprints.recall(changes(8, 10))
  fingerprints.recall(changes(5, 7))
  t.strictSame(known(fingerprints, 1, 20), [5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
  t.notOk(fingerprints.has(toRevision(7), markOf('b', 7)))
})

t.test('a head without a known fingerprint matches nothing until it is recalled', async t => {
  const fingerprints = new KnownFingerprints(toRevision(10), null)
  t.equal(fingerprints.at(toRevision(10)), null)
  t.notOk(fingerprints.has(toRevision(10), Number.NaN as never))
  fingerprints.take(changes(11, 12))
  fingerprints.recall(changes(9, 11))
  t.strictSame(known(fingerprints, 1, 20), [9, 10, 11, 12])
})

t.test('the last fingerprints are kept', async t => {
  const fingerprints = new KnownFingerprints(toRevision(0), null)
  const count = 3 * limits.marksMax
  for (let from = 1; from <= count; from += 1000) {
    fingerprints.take(changes(from, Math.min(from + 999, count)))
  }
  t.equal(known(fingerprints, count - limits.marksMax + 1, count).length, limits.marksMax)
  t.equal(fingerprints.at(toRevision(1)), null)
  fingerprints.recall(changes(1, 3))
  t.equal(fingerprints.at(toRevision(3)), null, 'what is not next to them is not taken')
})

/** Nodes that share rows in memory. Each follows a history of its own. */
function openNodes() {
  const held = new Map<string, Buffer>()
  let puts = 0
  const bytes: SharedBytes = {
    get: async names => names.map(name => held.get(name) ?? null),
    put(entries) {
      puts += entries.length
      for (const [name, value] of entries) held.set(name, value)
    },
    elsewhere() {},
  }
  const shared = new SharedRows(bytes, {
    prefix: 'test ',
    secret: createSecretKey(Buffer.alloc(32, 1)),
  })
  const open = (history: string, head: number) => {
    const read: Revision[] = []
    const graph = new OnDemand(toRevision(head), {
      async source(fetches, revision) {
        read.push(revision)
        return fetches.map(
          (): RelationshipList => ({ revision, relationships: [], complete: true }),
        )
      },
      shared,
      fingerprint: markOf(history, head),
    })
    const ask = async (revision: number, id = '1'): Promise<void> => {
      const set = graph.past(toRevision(revision))
      set.firstSubject(set.node(set.object('doc', id), set.kinds.find('doc', 'viewer')), false)
      await set.load()
    }
    return { graph, ask, read }
  }
  return { open, puts: () => puts }
}

t.test('a row of another history is rejected', async t => {
  const { open } = openNodes()
  const [lost, same, other] = [open('a', 5), open('a', 5), open('b', 5)]
  await lost.ask(5)
  await same.ask(5)
  await other.ask(5)
  t.strictSame([lost.read, same.read, other.read], [[5], [], [5]])
})

t.test('a node that starts later accepts rows of the revisions that it recalls', async t => {
  const { open } = openNodes()
  const first = open('a', 5)
  await first.ask(5)
  const [later, wary, written] = [open('a', 8), open('a', 8), open('a', 8)]
  later.graph.recall(changes(5, 8))
  await later.ask(8)
  t.strictSame(later.read, [])
  await wary.ask(8)
  t.strictSame(wary.read, [8], 'and not what it has not been told of')
  written.graph.recall([change('a', 8)])
  t.equal(written.graph.since, 7)
  written.graph.recall([change('a', 6), change('a', 7, 'doc:1#viewer@user:ann')])
  const again = open('a', 5)
  await again.ask(5)
  t.equal(written.graph.since, 5)
  await written.ask(8)
  t.strictSame(written.read, [8], 'nor what was written since')
  t.throws(() => written.graph.recall(changes(1, 3)), /leads up to 5/)
})

t.test('a row that is used for long is shared anew', async t => {
  const { open, puts } = openNodes()
  const node = open('a', 1)
  await node.ask(1)
  t.equal(puts(), 1)
  const last = limits.rowAgeMax + 2
  node.graph.apply(changes(2, last))
  await node.ask(last - 1)
  t.equal(puts(), 1)
  await node.ask(last)
  await node.ask(last)
  t.equal(puts(), 2)
  t.strictSame(node.read, [1], 'and not read again')
  const later = open('a', last)
  await later.ask(last)
  t.strictSame(later.read, [])
})

t.test('shared rows are counted, however many callers ask at once', async t => {
  const { open } = openNodes()
  const ids = Array.from({ length: 20 }, (_, i) => `${i}`)
  const [first, second] = [open('a', 1), open('a', 1)]
  for (const { ask } of [first, second]) await Promise.all(ids.map(id => ask(1, id)))
  t.match(first.graph.counts, { loaded: 20, shared: 0 })
  t.match(second.graph.counts, { loaded: 20, shared: 20 })
})
