// Large revisions in parts. The parts must add up to the whole: for a follower, for a reader that
// continues in the middle, and after the database was lost in the middle of a revision.

import type { Test } from 'tap'
import {
  type ChangesAsk,
  type Database,
  Feed,
  type Queryable,
  readChanges,
} from '../../src/storage/index.js'
import {
  type Change,
  compareIdentities,
  lastIdentityOf,
  printRelationship,
  REVISION_NONE,
  Refusal,
  type RelationshipIdentity,
  type Revision,
} from '../../src/terms/index.js'
import { Ground } from './storageGround.js'

const VIEWERS = 40

/** Revisions that create, replace and delete 40 relationships, and some small ones. */
async function openHistory(database: Database): Promise<Ground> {
  const ground = await Ground.open(database)
  const lines = Array.from({ length: VIEWERS }, (_, i) => `doc:${i % 7}#viewer@user:${i}`)
  await ground.write('create doc:a#viewer@user:ann')
  await ground.write(...lines.map(line => `create ${line}`))
  await ground.write()
  await ground.write(...lines.map((line, i) => `touch ${line}${i % 3 === 0 ? '[c]' : ''}`))
  await ground.write('delete doc:a#viewer@user:ann')
  await ground.write(...lines.map((line, i) => `${i % 2 === 0 ? 'delete' : 'touch'} ${line}[d]`))
  return ground
}

const printed = (change: Change) => ({
  revision: change.revision,
  created: change.created.map(printRelationship).sort(),
  deleted: change.deleted.map(printRelationship).sort(),
})

/** Joins parts to the changes of which they are parts. */
function joined(parts: readonly Change[]): readonly Change[] {
  const changes: Change[] = []
  for (const [place, { partial, ...part }] of parts.entries()) {
    if (parts[place - 1]?.partial !== true) changes.push(part)
    else {
      const former = changes.pop()!
      const [created, deleted] = [
        [...former.created, ...part.created],
        [...former.deleted, ...part.deleted],
      ]
      changes.push({ ...part, created, deleted })
    }
  }
  return changes
}

async function follow(database: Database, store: string, rowsMax: number, until: Revision) {
  const parts: Change[] = []
  const troubles: Error[] = []
  let largest = 0
  await new Promise<void>(resolve => {
    const feed = new Feed({
      database,
      store,
      from: REVISION_NONE,
      pollMs: 1,
      rowsMax,
      onChanges(changes) {
        parts.push(...changes)
        const rows = changes.flatMap(({ created, deleted }) => [...created, ...deleted])
        largest = Math.max(largest, rows.length)
        const last = changes[changes.length - 1]
        if (last.revision === until && last.partial !== true) void feed.close().then(resolve)
      },
      onTrouble: error => troubles.push(error),
    })
    feed.start()
  })
  return { parts, troubles, largest }
}

/** The same database, which sometimes fails in the middle of a long read. */
function shaky(database: Database): Database {
  let fetches = 0
  const shake = (q: Queryable): Queryable => ({
    query: (sql, parameters) => {
      if (sql.startsWith('fetch') && ++fetches % 4 === 0) {
        throw new Refusal('storage-unavailable', 'away')
      }
      return q.query(sql, parameters)
    },
    script: sql => q.script(sql),
  })
  return {
    query: (sql, parameters) => database.query(sql, parameters),
    script: sql => database.script(sql),
    transaction: work => database.transaction(work),
    snapshot: work => database.snapshot(q => work(shake(q))),
    listen: async () => async () => {},
    onConnect: prove => database.onConnect(prove),
    close: () => database.close(),
    concurrent: database.concurrent,
  }
}

export function parts(t: Test, database: Database): void {
  t.test('a follower gets large revisions in parts, and completely', async t => {
    const ground = await openHistory(database)
    const whole = (await ground.changes()).map(printed)
    const head = await ground.head()
    for (const rowsMax of [1, 2, 3, 7, 39, 40, 41, 1000]) {
      const { parts, troubles, largest } = await follow(database, ground.store, rowsMax, head)
      t.strictSame(joined(parts).map(printed), whole, `${rowsMax} at a time`)
      t.strictSame(troubles, [])
      t.ok(largest <= rowsMax + 2, `${largest} at a time`)
      t.equal(parts.length > whole.length, rowsMax < 80, 'some go on')
    }
  })

  t.test('after a loss within a revision, reading continues where it stopped', async t => {
    const ground = await openHistory(database)
    const head = await ground.head()
    const { parts, troubles } = await follow(shaky(database), ground.store, 5, head)
    t.ok(troubles.length > 2, `lost ${troubles.length} times`)
    t.strictSame(joined(parts).map(printed), (await ground.changes()).map(printed))
  })

  t.test('reading from the middle of a revision gives the rest, in order', async t => {
    const ground = await openHistory(database)
    const head = await ground.head()
    const read: Change[] = []
    let after = REVISION_NONE
    let within: RelationshipIdentity | null = null
    while (after < head) {
      const ask: ChangesAsk = { store: ground.store, after, within, limit: 2, rowsMax: 6 }
      const changes: readonly Change[] = await readChanges(database, ask)
      for (const change of changes) {
        if (within !== null && change.created.length + change.deleted.length <= 6) {
          const found = [...change.created, ...change.deleted]
          const start: RelationshipIdentity = within
          t.ok(found.every(each => compareIdentities(each, start) > 0))
        }
        read.push(change)
        within = change.partial === true ? lastIdentityOf(change) : null
        if (within === null) after = change.revision
      }
    }
    t.strictSame(joined(read).map(printed), (await ground.changes()).map(printed))
  })
}
