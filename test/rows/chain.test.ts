// The rows that a node caches stay valid while nobody writes to their usersets or subjects, however
// long that is. A row that is being fetched is waited for, not fetched again.

import fc from 'fast-check'
import t from 'tap'
import { NONE, UNLOADED } from '../../src/evaluator/index.js'
import { RowChain } from '../../src/rows/chain.js'
import { OnDemand, RowCache } from '../../src/rows/index.js'
import { KnownFingerprints } from '../../src/rows/knownFingerprints.js'
import { LastWrites } from '../../src/rows/lastWrites.js'
import {
  type Fetch,
  NO_NOTE,
  parseRelationship,
  type Relationship,
  type Revision,
  toRevision,
} from '../../src/terms/index.js'

const toFetch = (text: string): Fetch => {
  const { resource, relation } = parseRelationship(`${text}@user:any`)
  return { kind: 'some', resource, relation, after: null, limit: 64 }
}
const change = (revision: number, ...created: readonly string[]) => ({
  revision: toRevision(revision),
  at: 0,
  note: NO_NOTE,
  created: created.map(parseRelationship),
  deleted: [],
  schemaChanged: false,
})

/** The options of a chain with a source alone: no shared rows and no replicas. */
const rowsOf = (
  parts: Omit<ConstructorParameters<typeof RowChain>[0], 'shared' | 'replicas' | 'name'>,
): RowChain => new RowChain({ ...parts, shared: null, replicas: null, name: 'default' })

/**
 * A source whose answer, the revision as the only relationship, waits until the test releases it.
 */
function open({ since = 1, bytesMax = 1_000_000 } = {}) {
  const lastWrites = new LastWrites(toRevision(since))
  const asked: string[] = []
  let release = (): void => {}
  let held: Promise<void> | null = null
  const source = async (fetches: readonly Fetch[], revision: Revision) => {
    asked.push(`${fetches.length} at ${revision}`)
    await held
    return fetches.map(() => ({ revision, relationships: [] as Relationship[], complete: true }))
  }
  const cache = new RowCache(bytesMax)
  const fingerprints = new KnownFingerprints(toRevision(since), null)
  const rows = rowsOf({ source, lastWrites, fingerprints, cache })
  const hold = (): void => {
    held = new Promise(resolve => {
      release = resolve
    })
  }
  return { rows, cache, lastWrites, asked, hold, release: () => release() }
}

const DOC = toFetch('doc:1#viewer')

t.test('a row is valid until its userset is written to', async t => {
  const { rows, lastWrites } = open()
  await rows.load([DOC], toRevision(1))
  t.equal(rows.find(DOC, toRevision(1))?.revision, 1)
  lastWrites.take([change(2, 'doc:2#viewer@user:ann'), change(3, 'doc:1#owner@user:ann')])
  t.equal(rows.find(DOC, toRevision(3))?.revision, 1, 'through any number of other writes')
  lastWrites.take([change(4, 'doc:1#viewer@user:ann')])
  t.equal(rows.find(DOC, toRevision(4)), undefined)
  t.notOk(rows.find(DOC, toRevision(3)), 'only the last write is remembered')
  t.ok(rows.find(DOC, toRevision(1)), 'what was read is what was there')
  await rows.load([DOC], toRevision(4))
  t.equal(rows.find(DOC, toRevision(4))?.revision, 4)
  t.equal(rows.find(DOC, toRevision(3)), undefined, 'and that one is not')
})

t.test('the row of a subject changes with every relationship that names the subject', async t => {
  const { rows, lastWrites } = open()
  const subject = { type: 'user', id: 'ann', relation: '' }
  const ann: Fetch = { kind: 'of', subject, after: null, limit: 64 }
  await rows.load([ann], toRevision(1))
  lastWrites.take([change(2, 'doc:1#viewer@user:bob')])
  t.ok(rows.find(ann, toRevision(2)))
  lastWrites.take([change(3, 'doc:9#viewer@user:ann')])
  t.notOk(rows.find(ann, toRevision(3)))
})

t.test('a row of a revision that the change feed has not brought is rejected', async t => {
  const { lastWrites } = open()
  t.equal(lastWrites.same('doc:1#viewer', toRevision(1), toRevision(2)), false)
  lastWrites.take([change(2, 'doc:2#viewer@user:ann')])
  t.equal(lastWrites.same('doc:1#viewer', toRevision(1), toRevision(2)), true)
  t.equal(lastWrites.same('doc:1#viewer', toRevision(2), toRevision(3)), false)
  t.equal(lastWrites.same('doc:1#viewer', toRevision(3), toRevision(3)), true, 'it is what it is')
})

t.test('a revision in parts is known once its last part has arrived', async t => {
  const { lastWrites } = open()
  const [one, two] = [toRevision(1), toRevision(2)]
  lastWrites.take([{ ...change(2, 'doc:2#viewer@user:ann'), partial: true }])
  t.equal(lastWrites.same('doc:1#viewer', one, two), false)
  lastWrites.take([change(2, 'doc:3#viewer@user:ann')])
  t.equal(lastWrites.same('doc:1#viewer', one, two), true)
  for (const key of ['doc:2#viewer', 'doc:3#viewer']) t.notOk(lastWrites.same(key, one, two))
})

t.test('a graph that missed a part of a revision rejects rows from before it', async t => {
  const source = async (fetches: readonly Fetch[], revision: Revision) =>
    fetches.map(() => ({ revision, relationships: [] as Relationship[], complete: true }))
  const graph = new OnDemand(toRevision(1), { source, missed: toRevision(2) })
  const ask = async (revision: number): Promise<number> => {
    const set = graph.at(toRevision(revision))!
    const resource = set.node(set.object('doc', '1'), set.kinds.find('doc', 'viewer'))
    if (set.firstSubject(resource, false) === UNLOADED) await set.load()
    t.equal(set.firstSubject(resource, false), NONE)
    return graph.counts.batches
  }
  t.equal(await ask(1), 1)
  t.equal(await ask(1), 1, 'at the same revision it is what it is')
  graph.apply([change(2, 'doc:9#viewer@user:ann')])
  t.equal(await ask(2), 2)
  graph.apply([change(3, 'doc:9#viewer@user:bob')])
  t.equal(await ask(3), 2, 'from then on it knows')
})

t.test('a row in flight is waited for, unless its userset is written to meanwhile', async t => {
  const { rows, lastWrites, asked, hold, release } = open()
  hold()
  const first = rows.load([DOC], toRevision(1))
  const second = rows.load([DOC, toFetch('doc:2#viewer')], toRevision(1))
  lastWrites.take([change(2, 'doc:3#viewer@user:ann')])
  const third = rows.load([DOC], toRevision(2))
  lastWrites.take([change(3, 'doc:1#viewer@user:ann')])
  const fourth = rows.load([DOC], toRevision(3))
  release()
  const found = await Promise.all([first, second, third, fourth])
  t.strictSame(
    found.map(rows => rows.map(row => row.revision)),
    [[1], [1, 1], [1], [3]],
  )
  t.strictSame(asked, ['1 at 1', '1 at 1', '1 at 3'])
})

t.test('a failing source fails all waiting callers, and the next caller asks it again', async t => {
  const lastWrites = new LastWrites(toRevision(1))
  let failing = true
  const source = async (fetches: readonly Fetch[], revision: Revision) => {
    if (failing) throw new Error('away')
    return fetches.map(() => ({ revision, relationships: [], complete: true }))
  }
  const cache = new RowCache(1000)
  const fingerprints = new KnownFingerprints(toRevision(1), null)
  const rows = rowsOf({ source, lastWrites, fingerprints, cache })
  const both = [rows.load([DOC], toRevision(1)), rows.load([DOC], toRevision(1))]
  for (const each of both) await t.rejects(each, /away/)
  failing = false
  t.equal((await rows.load([DOC], toRevision(1)))[0].revision, 1)
})

t.test('the cache is bounded', async t => {
  const { rows, cache } = open({ bytesMax: 5000 })
  const fetches = Array.from({ length: 100 }, (_, i) => toFetch(`doc:${i}#viewer`))
  await rows.load(fetches, toRevision(1))
  t.ok(cache.bytes <= 5000)
  t.notOk(rows.find(fetches[0], toRevision(1)))
  t.ok(rows.find(fetches[99], toRevision(1)))
})

t.test('stores that share a cache do not see rows of each other', async t => {
  const lastWrites = new LastWrites(toRevision(1))
  const fingerprints = new KnownFingerprints(toRevision(1), null)
  const cache = new RowCache(1_000_000)
  const [a, b] = ['a', 'b'].map(name => {
    const relationships = [parseRelationship(`doc:1#viewer@user:${name}`)]
    const source = async (fetches: readonly Fetch[], revision: Revision) =>
      fetches.map(() => ({ revision, relationships, complete: true }))
    return new RowChain({
      source,
      shared: null,
      replicas: null,
      lastWrites,
      fingerprints,
      cache,
      name,
    })
  })
  await a.load([DOC], toRevision(1))
  t.notOk(b.find(DOC, toRevision(1)))
  await b.load([DOC], toRevision(1))
  for (const [rows, id] of [
    [a, 'a'],
    [b, 'b'],
  ] as const) {
    t.equal(rows.find(DOC, toRevision(1))?.relationships[0].subject.id, id)
  }
})

t.test('the table of last writes grows, and forgets nothing', async t => {
  const lastWrites = new LastWrites(toRevision(0))
  const count = 20_000
  for (let i = 1; i <= count; i++) lastWrites.take([change(i, `doc:${i}#viewer@user:ann`)])
  const wrong = Array.from({ length: count }, (_, i) => i + 1).filter(i =>
    lastWrites.same(`doc:${i}#viewer`, toRevision(i - 1), toRevision(count)),
  )
  t.strictSame(wrong, [])
  const known = Array.from({ length: 1000 }, (_, i) => `doc:x${i}#viewer`).filter(key =>
    lastWrites.same(key, toRevision(0), toRevision(count)),
  )
  t.ok(
    known.length > 200,
    `${known.length} of 1000 that nobody wrote to are known to be as they were`,
  )
})

t.test('the table of last writes never misses a write', async t => {
  const key = fc.integer({ min: 0, max: 20 }).map(id => `doc:${id}#viewer`)
  const history = fc.array(key, { maxLength: 60 })
  const property = fc.property(history, key, fc.nat(60), fc.nat(60), (written, asked, a, b) => {
    const lastWrites = new LastWrites(toRevision(0))
    written.forEach((each, i) => {
      lastWrites.take([change(i + 1, `${each}@user:ann`)])
    })
    const [from, to] = [Math.min(a, b), Math.max(a, b)]
    const isWritten = written.some((each, i) => each === asked && i + 1 > from && i + 1 <= to)
    if (isWritten) return !lastWrites.same(asked, toRevision(a), toRevision(b))
    return true
  })
  t.equal(fc.check(property).failed, false)
})

t.test('rows that are used once do not evict those that are used again', async t => {
  const cache = new RowCache(50_000)
  const row = { revision: toRevision(1), relationships: [], complete: true }
  for (let hot = 0; hot < 50; hot++) cache.set(`hot ${hot}`, row)
  for (let hot = 0; hot < 50; hot++) cache.get(`hot ${hot}`)
  for (let cold = 0; cold < 1000; cold++) cache.set(`cold ${cold}`, row)
  const kept = (kind: string, count: number) =>
    Array.from({ length: count }, (_, i) => cache.get(`${kind} ${i}`)).filter(Boolean).length
  t.equal(kept('hot', 50), 50)
  t.ok(cache.bytes <= 50_000 && cache.bytes > 49_000, 'and all of the room is used')
  for (let warm = 0; warm < 1000; warm++) {
    cache.set(`warm ${warm}`, row)
    cache.get(`warm ${warm}`)
  }
  t.equal(kept('hot', 50), 0, 'what was proven goes too, when more is')
  t.ok(cache.bytes <= 50_000)
})
