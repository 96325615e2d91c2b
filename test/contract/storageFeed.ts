// The contract of the feed and of the collection: a follower gets every change once and in order,
// and nothing is kept for ever for one that does not follow.

import type { Test } from 'tap'
import type { DatabaseRow } from '../../src/storage/database.js'
import { collect, type Database, Feed, readHead } from '../../src/storage/index.js'
import {
  type Change,
  NO_NOTE,
  printRelationship,
  REVISION_NONE,
  Refusal,
  type Revision,
  toRevision,
} from '../../src/terms/index.js'
import { Ground, HOUR, schema, updates } from './storageGround.js'

/** A consumer of a feed, which can be waited for. */
class Follower {
  readonly changes: Change[] = []
  readonly troubles: Error[] = []
  readonly feed: Feed
  private heard = () => {}

  constructor(database: Database, store: string, from: Revision, pollMs: number) {
    this.feed = new Feed({
      database,
      store,
      from,
      pollMs,
      onChanges: changes => {
        this.changes.push(...changes)
        this.heard()
      },
      onTrouble: error => {
        this.troubles.push(error)
        this.heard()
      },
    })
    this.feed.start()
  }

  async until(reached: () => boolean): Promise<void> {
    while (!reached()) {
      await new Promise<void>(resolve => {
        this.heard = resolve
      })
    }
  }

  untilRevision(revision: number): Promise<void> {
    return this.until(() => (this.changes.at(-1)?.revision ?? 0) >= revision)
  }
}

const NEVER_MS = 1e9
const count = (length: number) => Array.from({ length }, (_, i) => i + 1)

/** The same database without notifications, and with reads that fail on request. */
function troubled(database: Database, before: () => void): Database {
  return {
    query: async <R extends DatabaseRow>(sql: string, parameters?: readonly unknown[]) => {
      before()
      return database.query<R>(sql, parameters)
    },
    script: sql => database.script(sql),
    transaction: work => database.transaction(work),
    snapshot: work => database.snapshot(work),
    listen: async () => async () => {},
    onConnect: prove => database.onConnect(prove),
    close: () => database.close(),
    concurrent: database.concurrent,
  }
}

export function feed(t: Test, database: Database): void {
  t.test('a follower hears of each revision once, in order, while others write', async t => {
    const ground = await Ground.open(database)
    const { store } = ground
    const follower = new Follower(database, store, REVISION_NONE, NEVER_MS)
    t.teardown(() => follower.feed.close())
    const expected = new Map<number, string>()
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let i = 0; i < 50; i++) {
          const line = `doc:${writer}x${i}#viewer@user:ann`
          expected.set(await ground.write(`create ${line}`), line)
        }
      }),
    )
    await follower.untilRevision(400)
    t.strictSame(
      follower.changes.map(({ revision }) => revision),
      count(400),
    )
    for (const { revision, created } of follower.changes) {
      if (created.map(printRelationship).join() !== expected.get(revision)) t.fail(`at ${revision}`)
    }
    const late = new Follower(database, store, toRevision(390), NEVER_MS)
    t.teardown(() => late.feed.close())
    await late.untilRevision(400)
    t.strictSame(late.changes, follower.changes.slice(390), 'from where it is asked')
    t.strictSame(follower.troubles, [])
  })

  t.test('a local hint or a poll is enough where no notification comes', async t => {
    const ground = await Ground.open(database)
    const deaf = troubled(database, () => {})
    const nudged = new Follower(deaf, ground.store, REVISION_NONE, NEVER_MS)
    const polling = new Follower(deaf, ground.store, REVISION_NONE, 5)
    t.teardown(() => Promise.all([nudged.feed.close(), polling.feed.close()]))
    await ground.write('create doc:1#viewer@user:ann')
    await polling.untilRevision(1)
    nudged.feed.nudge()
    await nudged.untilRevision(1)
    t.strictSame(nudged.changes, polling.changes)
  })

  t.test('it catches up page by page', async t => {
    const ground = await Ground.open(database)
    await Promise.all(count(700).map(i => ground.write(`create doc:${i}#viewer@user:ann`)))
    const follower = new Follower(database, ground.store, REVISION_NONE, NEVER_MS)
    t.teardown(() => follower.feed.close())
    await follower.untilRevision(700)
    t.strictSame(
      follower.changes.map(({ revision }) => revision),
      count(700),
    )
  })

  for (const [claim, goesOn] of [
    ['ends before what was followed', false],
    ['has others in the place of what was followed', true],
  ] as const) {
    t.test(`a history that ${claim} is not followed`, async t => {
      const ground = await Ground.open(database)
      const { store } = ground
      for (const id of [1, 2, 3]) await ground.write(`create doc:${id}#viewer@user:ann`)
      const follower = new Follower(database, store, REVISION_NONE, NEVER_MS)
      t.teardown(() => follower.feed.close())
      await follower.untilRevision(3)
      // This is the state of a promoted standby that lacks the last revision.
      await database.transaction(async q => {
        await q.query('delete from revision where store = $1 and revision = 3', [store])
        await q.query('delete from relationship where store = $1 and created_revision = 3', [store])
        await q.query('update store set head = 2, relationships = 2 where id = $1', [store])
      })
      if (goesOn) {
        const note = { ...NO_NOTE, requestId: 'another' }
        await ground.writer.write(updates(['create doc:4#viewer@user:ann'], { note }))
        await ground.write('create doc:5#viewer@user:ann')
      }
      follower.feed.nudge()
      await follower.until(() => follower.troubles.length > 0)
      t.match(follower.troubles, [{ code: 'history-lost' }])
      t.ok(follower.feed.hasEnded)
      t.equal(follower.changes.length, 3, 'nothing of it was told')
    })
  }

  t.test('while the database is away it says so and tries again', async t => {
    const ground = await Ground.open(database)
    await ground.write('create doc:1#viewer@user:ann')
    let failures = 3
    const away = troubled(database, () => {
      if (failures-- > 0) throw new Refusal('storage-unavailable', 'away')
    })
    const follower = new Follower(away, ground.store, REVISION_NONE, NEVER_MS)
    t.teardown(() => follower.feed.close())
    await follower.untilRevision(1)
    t.strictSame(
      follower.troubles.map(error => (error as Refusal).code),
      Array(3).fill('storage-unavailable'),
    )
  })

  t.test('a consumer that throws is not called again', async t => {
    const ground = await Ground.open(database)
    await ground.write('create doc:1#viewer@user:ann')
    let calls = 0
    const error = new Error('cannot take it')
    const trouble = await new Promise<Error>(resolve => {
      const feed = new Feed({
        database,
        store: ground.store,
        from: REVISION_NONE,
        pollMs: 1,
        onChanges: () => {
          calls++
          throw error
        },
        onTrouble: resolve,
      })
      feed.start()
      t.teardown(() => feed.close())
    })
    t.equal(trouble, error)
    await ground.write('create doc:2#viewer@user:ann')
    t.equal(calls, 1)
  })

  t.test('a closed feed is silent', async t => {
    const ground = await Ground.open(database)
    const follower = new Follower(database, ground.store, REVISION_NONE, 1)
    await follower.feed.close()
    await follower.feed.close()
    await ground.write('create doc:1#viewer@user:ann')
    follower.feed.nudge()
    t.strictSame(follower.changes, [])
  })

  t.test('a change carries its note', async t => {
    const ground = await Ground.open(database)
    const note = { actor: 'ann', reason: 'asked', requestId: 'r-1', metadata: { ticket: [7] } }
    await ground.writer.write(updates([], { note }))
    await ground.writer.write(schema('definition user {}', { note }))
    const changes = await ground.changes()
    t.match(changes, [
      { revision: 1, note, schemaChanged: false },
      { revision: 2, note, schemaChanged: true },
    ])
  })
}

export function collection(t: Test, database: Database): void {
  /** Makes the revisions up to this one so much older. */
  const age = (ground: Ground, upTo: number, byMs: number) =>
    database.query('update revision set at = at - $3 where store = $1 and revision <= $2', [
      ground.store,
      upTo,
      byMs,
    ])

  t.test('what was replaced before the retention goes, the rest stays readable', async t => {
    const ground = await Ground.open(database)
    const { store } = ground
    await ground.write('create doc:1#viewer@user:ann', 'create doc:2#viewer@user:ann')
    await ground.write('delete doc:1#viewer@user:ann')
    await ground.writer.write(updates([], { note: { ...NO_NOTE, actor: 'ann' } }))
    await ground.write('touch doc:2#viewer@user:ann[c]')
    await ground.write('delete doc:2#viewer@user:ann')
    await age(ground, 4, 2 * HOUR)
    const retention = { store, retentionMs: HOUR, now: Date.now() }
    t.strictSame(await collect(database, retention), { oldest: 4, removed: 2 })
    t.strictSame(await readHead(database, store), { revision: 5, schemaRevision: 0, oldest: 4 })
    t.strictSame(await ground.snapshot(toRevision(4)), ['doc:2#viewer@user:ann[c]'])
    t.strictSame(await ground.snapshot(null), [])
    await t.rejects(ground.snapshot(toRevision(3)), { code: 'revision-unavailable' })
    await t.rejects(ground.changes(toRevision(3)), { code: 'revision-unavailable' })
    t.match(await ground.changes(toRevision(4)), [{ revision: 5 }])
    t.equal(await ground.versions(), 1)
    const kept = await database.query('select revision, actor from revision where store = $1', [
      store,
    ])
    t.strictSame(
      kept.map(row => row.revision),
      [3, 4, 5],
      'a revision with a note stays for good',
    )
    t.strictSame(await collect(database, retention), { oldest: 4, removed: 0 })
    t.equal(await ground.write(), 6)
  })

  t.test('the head stays readable however old', async t => {
    const ground = await Ground.open(database)
    const { store } = ground
    await ground.write('create doc:1#viewer@user:ann')
    await ground.write('touch doc:1#viewer@user:ann[c]')
    await age(ground, 2, 100 * HOUR)
    const retention = { store, retentionMs: HOUR, now: Date.now() }
    t.strictSame(await collect(database, retention), { oldest: 2, removed: 1 })
    t.strictSame(await ground.snapshot(null), ['doc:1#viewer@user:ann[c]'])
  })

  t.test('what expired before the retention is deleted, as the feed tells, then goes', async t => {
    const ground = await Ground.open(database)
    const { store } = ground
    const now = Date.now()
    const expired = `doc:1#viewer@user:ann[expiration:${new Date(now - 2 * HOUR).toISOString()}]`
    await ground.write(`create ${expired}`, 'create doc:2#viewer@user:ann')
    t.strictSame(await collect(database, { store, retentionMs: 3 * HOUR, now }), {
      oldest: 0,
      removed: 0,
    })
    t.equal(await ground.versions(), 2)
    const retention = { store, retentionMs: HOUR, now }
    t.strictSame(await collect(database, retention), { oldest: 0, removed: 0 })
    const [change] = await ground.changes(toRevision(1))
    t.strictSame(change.deleted.map(printRelationship), [expired])
    t.strictSame(await ground.snapshot(null), ['doc:2#viewer@user:ann'])
    await age(ground, 2, 2 * HOUR)
    t.strictSame(await collect(database, retention), { oldest: 2, removed: 1 })
    t.equal(await ground.head(), 2, 'nothing expired, no revision')
  })

  t.test('much is collected beside writers and other collectors', async t => {
    const ground = await Ground.open(database)
    const { store } = ground
    const lines = count(1000).map(i => `doc:${i}#viewer@user:ann`)
    for (const trait of ['', '[c1]', '[c2]', '[c3]']) {
      await ground.write(...lines.map(line => `touch ${line}${trait}`))
    }
    await Promise.all(count(1500).map(() => ground.write()))
    const retention = { store, retentionMs: 0, now: Date.now() + HOUR }
    const [revisions, ...collected] = await Promise.all([
      Promise.all(count(50).map(i => ground.write(`touch doc:${i}#viewer@user:ann`))),
      collect(database, retention),
      collect(database, retention),
      collect(database, retention),
    ])
    t.strictSame(
      revisions,
      count(50).map(i => 1504 + i),
    )
    await collect(database, retention)
    t.equal(await ground.versions(), 1000)
    const removed = collected.reduce((sum, each) => sum + each.removed, 0)
    t.ok(removed >= 3000 && removed <= 3050, `${removed} versions were removed, each once`)
    t.equal((await readHead(database, store)).oldest, 1554)
    t.equal((await ground.read()).length, 1000)
  })

  t.test('the feed of a follower that was away for too long reports it and ends', async t => {
    const ground = await Ground.open(database)
    const { store } = ground
    await ground.write('create doc:1#viewer@user:ann')
    await ground.write('delete doc:1#viewer@user:ann')
    await collect(database, { store, retentionMs: 0, now: Date.now() + HOUR })
    await ground.write()
    const follower = new Follower(database, store, toRevision(1), 1)
    await follower.until(() => follower.troubles.length > 0)
    t.match(follower.troubles, [{ code: 'revision-unavailable' }])
    await follower.feed.close()
    t.strictSame(follower.changes, [])
    t.equal(follower.troubles.length, 1)
  })
}
