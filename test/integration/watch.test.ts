// Watches of an engine, on both stores: what they send, when, and from which token they continue.

import t from 'tap'
import {
  type Engine,
  Stores,
  type WatchMessage,
  watch,
  writeRelationships,
  writeSchema,
} from '../../src/engine/index.js'
import type { WatchRequest } from '../../src/engine/watch/watch.js'
import { collect, type Database, openDatabase } from '../../src/storage/index.js'
import { OPEN } from '../../src/storage/record.js'
import { appendRevisions, lockHead } from '../../src/storage/revisions.js'
import { insertVersions } from '../../src/storage/versions.js'
import {
  limits,
  NO_NOTE,
  parseRelationship,
  parseToken,
  printRelationship,
  Refusal,
  type Revision,
  toRevision,
  type Update,
} from '../../src/terms/index.js'
import { freshDatastore, STORES, type StoreKind } from '../service.js'

const SCHEMA = `use expiration
definition user {}
definition group {
  relation member: user
}
definition document {
  relation viewer: user | user with expiration
}`

const ALL: WatchRequest = {
  start: null,
  objectTypes: [],
  filters: [],
  schemaUpdates: false,
  checkpoints: false,
  expirations: false,
  initialSnapshot: false,
  heartbeatMs: 5,
}
const MINUTE = 60_000

/** Opens new stores with a clock that stands an hour ago, until a test moves it. */
async function openNode(kind: StoreKind) {
  const { datastore, remove } = await freshDatastore(kind)
  const time = { now: Date.now() - 60 * MINUTE }
  const database = await openDatabase(datastore)
  const stores = await Stores.open({ database, clock: () => time.now })
  t.teardown(async () => {
    await stores.close()
    await remove()
  })
  let count = 0
  return async () => {
    const name = `store-${count++}`
    await stores.create(name)
    const { engine } = await stores.lease(name)
    await writeSchema(engine, { text: SCHEMA, note: NO_NOTE })
    return { engine, time, stores, database }
  }
}

/** The updates as lines, such as `touch document:1#viewer@user:ann`. */
async function write(engine: Engine, ...lines: readonly string[]): Promise<Revision> {
  const updates = lines.map(line => {
    const [operation, text] = line.split(' ')
    return { operation, relationship: parseRelationship(text) } as Update
  })
  const request = { updates, preconditions: [], note: NO_NOTE }
  return (await writeRelationships(engine, request)).revision
}

const expiring = (user: string, at: number): string =>
  `touch document:1#viewer@user:${user}[expiration:${new Date(at).toISOString()}]`

const startAt = ({ datastore, store }: Engine, revision: number) => ({
  datastore,
  store,
  revision: toRevision(revision),
})

const print = ({ kind, updates }: WatchMessage): string =>
  [kind, ...updates.map(each => `${each.operation} ${printRelationship(each.relationship)}`)].join(
    ' ',
  )

/** Reads messages until so many pass the predicate. */
async function take(
  messages: AsyncIterable<WatchMessage>,
  count: number,
  passes: (message: WatchMessage) => boolean = () => true,
): Promise<readonly WatchMessage[]> {
  const taken: WatchMessage[] = []
  if (count === 0) return taken
  for await (const message of messages) {
    if (passes(message)) taken.push(message)
    if (taken.length === count) return taken
  }
  throw new Error('a watch does not end')
}

/** The same messages, in a form that can be read further after a loop over them has ended. */
const upTo = (messages: AsyncGenerator<WatchMessage>): AsyncIterable<WatchMessage> => ({
  [Symbol.asyncIterator]: () => ({ next: () => messages.next() }),
})

const idOf = ({ relationship }: WatchMessage['updates'][number]): string => relationship.subject.id

/** One revision with more updates than a request may have. */
async function writeAtOnce(
  database: Database,
  { store }: Engine,
  ids: readonly string[],
): Promise<void> {
  await database.transaction(async transaction => {
    const { revision } = await lockHead(transaction, store)
    const next = toRevision(revision + 1)
    const relationships = ids.map(id => parseRelationship(`document:1#viewer@user:${id}`))
    await insertVersions(
      transaction,
      store,
      relationships.map(relationship => ({ relationship, created: next, deleted: OPEN })),
    )
    await appendRevisions(transaction, store, revision, [NO_NOTE])
  })
}

/** The given number of messages of a watch, as lines. */
async function told(
  engine: Engine,
  request: Partial<WatchRequest>,
  count: number,
): Promise<readonly string[]> {
  return (await take(await watch(engine, { ...ALL, ...request }), count)).map(print)
}

const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (error) {
    return error instanceof Refusal ? error.code : `${error}`
  }
}

for (const kind of STORES) {
  const openWatched = await openNode(kind)

  t.test(`${kind}: changes are told in order from the start cursor on`, async t => {
    const { engine } = await openWatched()
    const first = await write(engine, 'touch document:1#viewer@user:ann')
    const messages = await watch(engine, ALL)
    await write(engine, 'touch document:1#viewer@user:ann', 'touch group:1#member@user:bob')
    await write(engine, expiring('ann', 4e12))
    await write(engine, 'delete document:1#viewer@user:ann')
    const later = [
      'changes touch group:1#member@user:bob',
      'changes touch document:1#viewer@user:ann[expiration:2096-10-02T07:06:40.000Z]',
      'changes delete document:1#viewer@user:ann[expiration:2096-10-02T07:06:40.000Z]',
    ]
    t.strictSame((await take(messages, 3)).map(print), later, 'without one, what comes after')
    t.strictSame(
      await told(engine, { start: startAt(engine, first - 1) }, 4),
      ['changes touch document:1#viewer@user:ann', ...later],
      'from a cursor before',
    )
    t.equal(engine.recentChanges.watchers, 0, 'a watch that is left is gone')
  })

  t.test(
    `${kind}: object types and filters choose, and schemas are told when asked for`,
    async t => {
      const { engine } = await openWatched()
      const start = startAt(engine, 1)
      await write(engine, 'touch document:1#viewer@user:ann', 'touch group:1#member@user:ann')
      await write(engine, 'touch document:2#viewer@user:bob', 'touch group:1#member@user:bob')
      await writeSchema(engine, { text: `${SCHEMA} definition other {}`, note: NO_NOTE })
      await write(engine, 'delete group:1#member@user:ann')
      t.strictSame(await told(engine, { start, objectTypes: ['group'], schemaUpdates: true }, 4), [
        'changes touch group:1#member@user:ann',
        'changes touch group:1#member@user:bob',
        'schema',
        'changes delete group:1#member@user:ann',
      ])
      const ann = { subject: { type: 'user', id: 'ann' } }
      t.strictSame(await told(engine, { start, filters: [{ resourceId: '2' }, ann] }, 3), [
        'changes touch document:1#viewer@user:ann touch group:1#member@user:ann',
        'changes touch document:2#viewer@user:bob',
        'changes delete group:1#member@user:ann',
      ])
    },
  )

  t.test(`${kind}: checkpoints move on, even when all else is filtered away`, async t => {
    const { engine } = await openWatched()
    const messages = await watch(engine, { ...ALL, objectTypes: ['group'], checkpoints: true })
    const [first] = await take(upTo(messages), 1)
    const written = await write(engine, 'touch document:1#viewer@user:ann')
    const reached = ({ token }: WatchMessage) => parseToken(token).revision === written
    t.equal(first.kind, 'checkpoint')
    t.equal(parseToken(first.token).revision, 1)
    const [{ kind: last }] = await take(messages, 1, reached)
    t.equal(last, 'checkpoint')
  })

  t.test(`${kind}: what expires is told once, by a heartbeat or by a change`, async t => {
    const { engine, database, time } = await openWatched()
    const { now } = time
    await write(engine, expiring('ann', now + MINUTE), expiring('bob', now + MINUTE))
    await write(engine, expiring('cat', now + 3 * MINUTE), expiring('dan', now + 5 * MINUTE))
    const request = { ...ALL, expirations: true }
    const messages = await watch(engine, request)
    time.now += 2 * MINUTE
    const [gone] = await take(upTo(messages), 1)
    t.match(print(gone), /^expired delete document:1#viewer@user:ann.* delete .*@user:bob\S*$/)
    time.now += 2 * MINUTE
    await write(engine, 'delete document:1#viewer@user:dan', 'touch group:1#member@user:ann')
    const lines = (await take(upTo(messages), 2)).map(print).sort()
    t.match(
      lines[0],
      /^changes delete document:1#viewer@user:dan\S* touch group:1#member@user:ann$/,
    )
    t.match(lines[1], /^expired delete document:1#viewer@user:cat\S*$/)
    await collect(database, { store: engine.store, retentionMs: 0, now: time.now })
    await write(engine, 'touch group:1#member@user:bob')
    const [next] = await take(messages, 1)
    t.equal(
      print(next),
      'changes touch group:1#member@user:bob',
      'what is cleared away is not told again',
    )
  })

  t.test(
    `${kind}: a watch that starts at the token of a write tells what expired since`,
    async t => {
      const { engine, time } = await openWatched()
      time.now = Date.now()
      const revision = await write(engine, expiring('ann', time.now + MINUTE))
      time.now += 2 * MINUTE
      const [line] = await told(engine, { expirations: true, start: startAt(engine, revision) }, 1)
      t.match(line, /^expired delete document:1#viewer@user:ann/)
    },
  )

  t.test(`${kind}: more expires at a moment than fits into one message`, async t => {
    const { engine, time } = await openWatched()
    const at = time.now + MINUTE
    for (let part = 0; part < 3; part++) {
      const users = Array.from({ length: 700 }, (_, place) => `u${part * 700 + place}`)
      await write(engine, ...users.map(user => expiring(user, at)))
    }
    const request = { ...ALL, expirations: true }
    const messages = await watch(engine, request)
    time.now = at + 10
    const whole = await take(messages, 3)
    t.strictSame(new Set(whole.flatMap(({ updates }) => updates.map(idOf))).size, 2100)
    const rest = await take(
      await watch(engine, { ...request, start: parseToken(whole[0].token) }),
      2,
    )
    t.strictSame(rest.map(print), whole.slice(1).map(print), 'the rest, from the first token')
  })

  t.test(
    `${kind}: an initial snapshot, whole or from the middle, and then what changes`,
    async t => {
      const { engine, time } = await openWatched()
      for (let part = 0; part < 3; part++) {
        const ids = Array.from({ length: 800 }, (_, place) => `u${part * 800 + place}`)
        await write(engine, ...ids.map(id => `touch document:${part}#viewer@user:${id}`))
      }
      await write(engine, expiring('old', time.now + MINUTE), 'touch group:1#member@user:ann')
      time.now += 2 * MINUTE
      const filters = [{ resourceType: 'group' }, { relation: 'viewer' }, { resourceId: '1' }]
      const request = { ...ALL, filters, initialSnapshot: true }
      const messages = await watch(engine, request)
      const first = await take(upTo(messages), 2)
      await write(engine, 'touch document:0#viewer@user:new', 'delete document:2#viewer@user:u2399')
      const whole = [...first, ...(await take(messages, 4))]
      const ids = whole.flatMap(({ kind, updates }) =>
        kind === 'snapshot' ? updates.map(idOf) : [],
      )
      t.equal(ids.length, 2401)
      t.equal(new Set(ids).size, 2401, 'each once')
      t.strictSame(whole.slice(-2).map(print), [
        'listed',
        'changes touch document:0#viewer@user:new delete document:2#viewer@user:u2399',
      ])
      for (const [place, { token }] of whole.slice(0, -1).entries()) {
        const rest = await watch(engine, { ...request, start: parseToken(token) })
        const lines = (await take(rest, whole.length - place - 1)).map(print)
        t.strictSame(lines, whole.slice(place + 1).map(print), `from message ${place}`)
      }
      const other = { ...request, filters: [], start: parseToken(whole[2].token) }
      t.equal(await refusalOf(watch(engine, other)), 'cursor-mismatch')
    },
  )

  t.test(`${kind}: a large revision comes in parts, each with a token for the rest`, async t => {
    const { engine, database } = await openWatched()
    const ids = Array.from({ length: 1500 }, (_, place) => `u${place}`)
    await writeAtOnce(database, engine, ids)
    const request = { ...ALL, schemaUpdates: true, start: startAt(engine, 1) }
    const whole = await take(await watch(engine, request), 2)
    t.strictSame(
      whole.map(({ updates }) => updates.length),
      [limits.watchMessageUpdatesMax, 1500 - limits.watchMessageUpdatesMax],
    )
    t.strictSame(
      whole.map(({ token }) => parseToken(token).revision),
      [2, 2],
      'reading with either token sees the revision',
    )
    await write(engine, 'touch group:1#member@user:ann')
    const rest = await watch(engine, { ...request, start: parseToken(whole[0].token) })
    t.strictSame((await take(rest, 2)).map(print), [
      print(whole[1]),
      'changes touch group:1#member@user:ann',
    ])
  })

  t.test(`${kind}: a start that is not to be had is refused`, async t => {
    const { engine, database } = await openWatched()
    await write(engine, 'touch document:1#viewer@user:ann')
    const at = (start: WatchRequest['start']) => refusalOf(watch(engine, { ...ALL, start }))
    t.equal(await at({ ...startAt(engine, 1), datastore: 'other' }), 'token-foreign')
    t.equal(await at({ ...startAt(engine, 1), store: 'other' }), 'token-foreign')
    t.equal(await at(startAt(engine, 3)), 'revision-unavailable')
    const lagging = await watch(engine, { ...ALL, start: startAt(engine, 1) })
    await collect(database, {
      store: engine.store,
      retentionMs: 0,
      now: Date.now() + MINUTE,
    })
    t.equal(await at(startAt(engine, 1)), 'revision-unavailable')
    t.equal(await refusalOf(lagging.next()), 'revision-unavailable', 'it lags too far behind')
  })
}

const openWatched = await openNode('embedded')

t.test(
  'filters are refused that no relationship could match, or that exclude one another',
  async t => {
    const { engine } = await openWatched()
    const withFilters = (request: Partial<WatchRequest>) =>
      refusalOf(watch(engine, { ...ALL, ...request }))
    const filters = [{ resourceType: 'document' }]
    t.equal(await withFilters({ filters, objectTypes: ['document'] }), 'invalid-argument')
    t.equal(await withFilters({ filters: [{ resourceType: 'nothing' }] }), 'unknown-definition')
    t.equal(await withFilters({ filters: [{}] }), 'invalid-filter')
    t.equal(await withFilters({ objectTypes: Array(101).fill('document') }), 'limit-exceeded')
    t.equal(await withFilters({ objectTypes: ['nothing'] }), 'none', 'as in SpiceDB')
  },
)

t.test('a hundred watches share one reading, and none is left when they are stopped', async t => {
  const { engine } = await openWatched()
  const stopping = new AbortController()
  const watches = await Promise.all(Array.from({ length: 100 }, () => watch(engine, ALL, stopping)))
  const all = Promise.all(watches.map(messages => take(upTo(messages), 50)))
  for (let i = 0; i < 50; i++) await write(engine, `touch document:${i}#viewer@user:ann`)
  const lines = (await all).map(messages => messages.map(print).join('\n'))
  t.equal(new Set(lines).size, 1)
  t.equal(engine.recentChanges.watchers, 100)
  const waiting = watches.map(messages => refusalOf(messages.next()))
  stopping.abort(new Refusal('cancelled', 'enough'))
  t.strictSame(new Set(await Promise.all(waiting)), new Set(['cancelled']))
  t.equal(engine.recentChanges.watchers, 0)
})

t.test('watches end with their engine, and none begins afterwards', async t => {
  const { engine } = await openWatched()
  const waiting = refusalOf((await watch(engine, ALL)).next())
  await engine.close()
  t.equal(await waiting, 'shutting-down')
  t.equal(await refusalOf(watch(engine, ALL)), 'shutting-down')
})
