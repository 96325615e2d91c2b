// Writes that replace what filters match, and writes that a guard must accept at their revision.

import type { Test } from 'tap'
import { type Database, type WriteGuard, Writer } from '../../src/storage/index.js'
import {
  limits,
  printRelationship,
  Refusal,
  type Revision,
  toRevision,
} from '../../src/terms/index.js'
import { done, Ground, NOON, settle, updates } from './storageGround.js'

const VIEWERS = { resourceType: 'doc', resourceId: '1', relation: 'viewer' }
const ALL = { resourceType: 'doc' }
const EXPIRED = `[expiration:${new Date(NOON).toISOString()}]`

async function withStored(database: Database, ...lines: readonly string[]): Promise<Ground> {
  const ground = await Ground.open(database)
  await ground.write(...lines.map(line => `touch ${line}`))
  return ground
}

export function replacements(t: Test, database: Database): void {
  t.test('deletions by filter and updates are one revision', async t => {
    const ground = await withStored(
      database,
      'doc:1#viewer@group:g#member',
      'doc:1#viewer@user:ann',
      'doc:1#viewer@user:bob',
      'doc:1#owner@user:bob',
    )
    const outcome = await ground.writer.write(
      updates(
        [
          'touch doc:1#viewer@user:ann',
          'touch doc:1#viewer@user:bob[c]',
          'touch doc:1#viewer@user:cid',
          'delete doc:1#viewer@user:dan',
        ],
        { deletions: [VIEWERS] },
      ),
    )
    t.strictSame(outcome, {
      ...done(2, { deleted: 1 }),
      outcomes: ['unchanged', 'replaced', 'created', 'absent'],
    })
    t.strictSame(await ground.read(), [
      'doc:1#owner@user:bob',
      'doc:1#viewer@user:ann',
      'doc:1#viewer@user:bob[c]',
      'doc:1#viewer@user:cid',
    ])
    const [, change] = await ground.changes()
    const toLines = (relationships: typeof change.created) => relationships.map(printRelationship)
    t.strictSame(toLines(change.created).sort(), [
      'doc:1#viewer@user:bob[c]',
      'doc:1#viewer@user:cid',
    ])
    t.strictSame(toLines(change.deleted).sort(), [
      'doc:1#viewer@group:g#member',
      'doc:1#viewer@user:bob',
    ])
  })

  t.test('what a filter deletes may be created, what exists otherwise may not', async t => {
    const ground = await withStored(database, 'doc:1#viewer@user:ann', 'doc:2#viewer@user:ann')
    const create = (...lines: string[]) =>
      settle(ground.writer, updates(lines, { deletions: [VIEWERS] }))
    t.equal(await create('create doc:2#viewer@user:ann'), 'already-exists')
    const same = await create('create doc:1#viewer@user:ann')
    t.strictSame(same, done(2, { outcomes: ['unchanged'] }))
    const other = await create('create doc:1#viewer@user:ann[c]')
    t.strictSame(other, done(3, { outcomes: ['replaced'] }))
    t.strictSame(await ground.read(VIEWERS), ['doc:1#viewer@user:ann[c]'])
  })

  t.test('an update that deletes what a filter matches too counts once', async t => {
    const ground = await withStored(database, 'doc:1#viewer@user:ann', 'doc:1#viewer@user:bob')
    const request = updates(['delete doc:1#viewer@user:ann'], { deletions: [VIEWERS, ALL] })
    t.strictSame(
      await settle(ground.writer, request),
      done(2, { outcomes: ['deleted'], deleted: 1 }),
    )
    t.strictSame(await ground.read(), [])
  })

  t.test('expired relationships are neither deleted nor replaced', async t => {
    const ground = await withStored(
      database,
      `doc:1#viewer@user:ann${EXPIRED}`,
      `doc:1#viewer@user:bob${EXPIRED}`,
      `doc:1#viewer@user:cid${EXPIRED}`,
    )
    const lines = ['touch doc:1#viewer@user:bob', 'delete doc:1#viewer@user:cid']
    t.strictSame(
      await settle(ground.writer, updates(lines, { deletions: [VIEWERS] })),
      done(2, { outcomes: ['created', 'absent'] }),
    )
    t.strictSame(await ground.read(), ['doc:1#viewer@user:bob'])
  })

  t.test('preconditions are checked before anything is deleted', async t => {
    const ground = await withStored(database, 'doc:1#viewer@user:ann')
    const replace = (kind: 'must-match' | 'must-not-match') =>
      settle(
        ground.writer,
        updates(['touch doc:1#viewer@user:bob'], {
          deletions: [VIEWERS],
          preconditions: [{ kind, filter: { subject: { type: 'user', id: 'ann' } } }],
        }),
      )
    t.equal(await replace('must-not-match'), 'precondition-failed')
    t.strictSame(await ground.read(), ['doc:1#viewer@user:ann'])
    t.strictSame(await replace('must-match'), done(2, { outcomes: ['created'], deleted: 1 }))
  })

  t.test('more than one write may delete is refused, and nothing is written', async t => {
    const ground = await Ground.open(database)
    await ground.write('touch doc:1#viewer@user:ann')
    await ground.fill('doc:1#viewer', limits.deletionsMax + 1)
    const replace = updates(['touch doc:1#viewer@user:ann'], { deletions: [VIEWERS] })
    await t.rejects(ground.writer.write(replace), {
      code: 'too-many-to-delete',
      metadata: { limit: `${limits.deletionsMax}`, filter_resource_id: '1' },
    })
    t.equal(await ground.head(), 1)
    await ground.write('delete doc:1#viewer@user:1')
    const outcome = await ground.writer.write(replace)
    t.strictSame(outcome, done(3, { outcomes: ['unchanged'], deleted: limits.deletionsMax }))
    t.strictSame(await ground.read(), ['doc:1#viewer@user:ann'])
  })

  t.test('replacements at once leave what the last of them says', async t => {
    const ground = await Ground.open(database)
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        settle(ground.writer, updates([`create doc:1#viewer@user:u${i}`], { deletions: [ALL] })),
      ),
    )
    t.strictSame(
      outcomes,
      Array.from({ length: 20 }, (_, i) =>
        done(i + 1, { outcomes: ['created'], deleted: i === 0 ? 0 : 1 }),
      ),
    )
    for (const at of [1, 7, 20]) {
      t.strictSame(await ground.read({}, { at: toRevision(at) }), [`doc:1#viewer@user:u${at - 1}`])
    }
  })
}

const agree: WriteGuard = async since => ({ revision: since })

export function guards(t: Test, database: Database): void {
  const guarded = (line: string, guard: WriteGuard) => updates([line], { guard })

  t.test('a guarded write is written when the guard agrees, else not', async t => {
    const ground = await Ground.open(database)
    const seen: Revision[] = []
    const looking: WriteGuard = async since => {
      seen.push(since)
      return { revision: since }
    }
    const refusing: WriteGuard = async () => {
      throw new Refusal('precondition-failed', 'not now')
    }
    const outcomes = await Promise.all([
      settle(ground.writer, guarded('create doc:1#viewer@user:ann', looking)),
      settle(ground.writer, guarded('create doc:2#viewer@user:ann', refusing)),
      settle(ground.writer, updates(['create doc:3#viewer@user:ann'])),
      settle(ground.writer, guarded('create doc:3#viewer@user:ann', agree)),
      settle(ground.writer, guarded('create doc:4#viewer@user:ann', looking)),
    ])
    const created = (revision: number) => done(revision, { outcomes: ['created'] })
    t.strictSame(outcomes, [
      created(1),
      'precondition-failed',
      created(2),
      'already-exists',
      created(3),
    ])
    t.strictSame(seen, [0, 2], 'it looks at the revision that the write follows')
    t.strictSame(
      await ground.read(),
      [1, 3, 4].map(id => `doc:${id}#viewer@user:ann`),
    )
  })

  t.test('among any number of other writes of this writer, one look is enough', async t => {
    const ground = await Ground.open(database)
    let looks = 0
    const looking: WriteGuard = async since => {
      looks++
      return { revision: since }
    }
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, i) => {
        const line = `create doc:${i}#viewer@user:ann`
        const request = i % 10 === 0 ? guarded(line, looking) : updates([line])
        return settle(ground.writer, request)
      }),
    )
    t.strictSame(
      outcomes.map(outcome => (typeof outcome === 'string' ? outcome : outcome.revision)),
      Array.from({ length: 300 }, (_, i) => i + 1),
    )
    t.equal(looks, 30)
  })

  t.test('when another writer commits in between, the guard decides again', async t => {
    const ground = await Ground.open(database)
    const { store } = ground
    const other = new Writer({ database, store, clock: () => NOON })
    let looks = 0
    const outrun: WriteGuard = async since => {
      if (++looks === 1) await other.write(updates(['create doc:1#viewer@user:ann']))
      return { revision: since }
    }
    t.strictSame(
      await settle(ground.writer, guarded('create doc:2#viewer@user:ann', outrun)),
      done(2, { outcomes: ['created'] }),
    )
    t.equal(looks, 2)
  })

  t.test('a guard that decided at a newer revision than asked is not called again', async t => {
    const ground = await Ground.open(database)
    const { store } = ground
    const other = new Writer({ database, store, clock: () => NOON })
    let looks = 0
    const ahead: WriteGuard = async () => {
      looks++
      return { revision: (await other.write(updates([]))).revision }
    }
    t.strictSame(await settle(ground.writer, guarded('create doc:2#viewer@user:ann', ahead)), {
      ...done(2, { outcomes: ['created'] }),
    })
    t.equal(looks, 1)
  })

  t.test('when others never rest, the guard looks behind the lock where it can', async t => {
    const ground = await Ground.open(database)
    const { store } = ground
    const other = new Writer({ database, store, clock: () => NOON })
    let looks = 0
    const outrun: WriteGuard = async since => {
      if (++looks <= 3) await other.write(updates([]))
      return { revision: since }
    }
    const outcome = await settle(ground.writer, guarded('create doc:1#viewer@user:ann', outrun))
    if (database.concurrent) {
      t.strictSame(outcome, done(4, { outcomes: ['created'] }))
      t.equal(looks, 4)
    } else {
      t.equal(outcome, 'serialization-failure')
      t.strictSame(await ground.read(), [])
    }
  })

  t.test('a guard that refuses behind the lock leaves nothing behind', async t => {
    const ground = await Ground.open(database)
    const { store } = ground
    const other = new Writer({ database, store, clock: () => NOON })
    let looks = 0
    const refusing: WriteGuard = async since => {
      if (++looks === 4) throw new Refusal('precondition-failed', 'no longer')
      await other.write(updates([]))
      return { revision: since }
    }
    const outcome = await settle(ground.writer, guarded('create doc:1#viewer@user:ann', refusing))
    t.equal(outcome, database.concurrent ? 'precondition-failed' : 'serialization-failure')
    t.strictSame(await ground.read(), [])
    t.equal(await ground.head(), 3)
  })

  t.test('a guard may provide the updates, as of the revision at which it decided', async t => {
    const ground = await withStored(database, 'doc:1#viewer@user:ann')
    const deciding: WriteGuard = async since => {
      const [found] = await ground.read()
      const write = updates([`delete ${found}`, 'create doc:2#viewer@user:bob'])
      return { revision: since, write }
    }
    t.strictSame(
      await settle(ground.writer, updates([], { guard: deciding })),
      done(2, { outcomes: ['deleted', 'created'] }),
    )
    t.strictSame(await ground.read(), ['doc:2#viewer@user:bob'])
  })

  t.test('a guarded write may delete by filters', async t => {
    const ground = await withStored(database, 'doc:1#viewer@user:ann')
    const request = updates(['create doc:1#viewer@user:bob'], { guard: agree, deletions: [ALL] })
    t.strictSame(
      await settle(ground.writer, request),
      done(2, { outcomes: ['created'], deleted: 1 }),
    )
  })

  t.test('a guarded write is sent back when another schema is in force', async t => {
    const ground = await Ground.open(database)
    const stale = updates([], { guard: agree, schemaRevision: toRevision(7) })
    t.equal(await settle(ground.writer, stale), 'StaleSchema')
    t.equal(await ground.head(), 0)
  })
}
