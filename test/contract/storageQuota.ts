// Quotas: the maximum number of relationships of a store, for every kind of write.

import type { Test } from 'tap'
import {
  beginImport,
  collect,
  createStore,
  type Database,
  listStores,
  requireRoom,
  setQuota,
  stage,
  Writer,
} from '../../src/storage/index.js'
import { OPEN } from '../../src/storage/record.js'
import {
  NO_NOTE,
  parseRelationship,
  REVISION_NONE,
  type Relationship,
} from '../../src/terms/index.js'
import { Ground, HOUR, NOON, updates } from './storageGround.js'

const FULL = { code: 'quota-exceeded' }

export function quotas(t: Test, database: Database): void {
  const openWith = async (quota: number | null): Promise<Ground> => {
    const ground = await Ground.open(database)
    await setQuota(database, ground.store, quota)
    return ground
  }
  const countOf = async ({ store }: Ground): Promise<number> => {
    const [{ count }] = await database.query<{ count: number }>(
      'select relationships as count from store where id = $1',
      [store],
    )
    return count
  }
  const importAll = async (
    { store, writer }: Ground,
    relationships: readonly Relationship[],
  ): Promise<void> => {
    const begun = await beginImport(database, store)
    await stage(database, begun, relationships)
    const count = relationships.length
    const admitted = { schemaRevision: REVISION_NONE, note: NO_NOTE }
    await writer.write({ kind: 'import', id: begun.id, count, ...admitted })
  }

  t.test('a write beyond the quota is refused as a whole, with the reason', async t => {
    const ground = await openWith(2)
    await ground.write('create doc:1#viewer@user:ann')
    const both = ['create doc:2#viewer@user:ann', 'touch doc:3#viewer@user:ann']
    await t.rejects(ground.write(...both), {
      ...FULL,
      message: new RegExp(`the store .${ground.store}. has a quota of 2 .* holds 1, .* add 2`),
      metadata: { store: ground.store, quota: '2', count: '1', added: '2' },
    })
    t.equal(await ground.head(), 1, 'nothing of it is written')
    await ground.write('touch doc:2#viewer@user:ann', 'touch doc:1#viewer@user:ann')
    t.equal(await countOf(ground), 2)
    await t.rejects(ground.write('touch doc:3#viewer@user:ann'), FULL)
  })

  t.test('what adds nothing is written, also beyond the quota', async t => {
    const ground = await openWith(null)
    for (const id of [1, 2, 3, 4]) await ground.write(`create doc:${id}#viewer@user:ann`)
    await setQuota(database, ground.store, 2)
    await ground.write('touch doc:1#viewer@user:ann[c]')
    await ground.write('delete doc:2#viewer@user:ann', 'create doc:5#viewer@user:ann')
    t.equal(await countOf(ground), 4)
    await t.rejects(
      ground.write(
        'delete doc:1#viewer@user:ann',
        'create doc:6#viewer@user:ann',
        'create doc:7#viewer@user:ann',
      ),
      FULL,
    )
    await ground.write('delete doc:1#viewer@user:ann', 'delete doc:absent#viewer@user:ann')
    await ground.write('delete doc:3#viewer@user:ann', 'delete doc:4#viewer@user:ann')
    t.equal(await countOf(ground), 1)
    await ground.write('create doc:8#viewer@user:ann')
  })

  t.test('of many writers at once, exactly as many succeed as there is room for', async t => {
    const ground = await openWith(10)
    const { store } = ground
    const writers = [ground.writer, new Writer({ database, store, clock: () => NOON })]
    const attempts = Array.from({ length: 60 }, (_, i) =>
      writers[i % 2].write(updates([`touch doc:${i}#viewer@user:ann`])).then(
        () => 'written',
        ({ code }: { code: string }) => code,
      ),
    )
    const outcomes = await Promise.all(attempts)
    t.equal(outcomes.filter(outcome => outcome === 'written').length, 10)
    t.equal(outcomes.filter(outcome => outcome === 'quota-exceeded').length, 50)
    t.equal(await countOf(ground), 10)
  })

  t.test('requests of one batch see the room that earlier ones have made', async t => {
    const ground = await openWith(1)
    const lines = [1, 2, 3].flatMap(id => [
      `create doc:${id}#viewer@user:ann`,
      `delete doc:${id}#viewer@user:ann`,
    ])
    await Promise.all(lines.map(line => ground.write(line)))
    t.equal(await countOf(ground), 0)
  })

  t.test('an import beyond the quota leaves nothing', async t => {
    const ground = await openWith(5)
    await ground.write('create doc:0#viewer@user:ann')
    const many = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) =>
        parseRelationship(`doc:${from + i}#viewer@user:ann`),
      )
    await t.rejects(importAll(ground, many(1, 6)), FULL)
    t.strictSame([await ground.head(), await countOf(ground)], [1, 1])
    await importAll(ground, many(1, 5))
    t.strictSame([await ground.head(), await countOf(ground)], [2, 5])
    const begun = await beginImport(database, ground.store)
    requireRoom(begun, 5)
    t.throws(() => requireRoom(begun, 6), FULL, 'more than an empty store would take')
  })

  t.test('expired relationships count until they are collected or replaced', async t => {
    const ground = await openWith(2)
    const expiring = (id: number, at: number): string =>
      `touch doc:${id}#viewer@user:ann[expiration:${new Date(at).toISOString()}]`
    await ground.write(expiring(1, NOON + 1000), expiring(2, NOON + 1000))
    ground.now = NOON + HOUR
    await t.rejects(ground.write('create doc:3#viewer@user:ann'), FULL)
    await ground.write('create doc:1#viewer@user:ann')
    await importAll(ground, [parseRelationship('doc:2#viewer@user:ann')])
    t.equal(await countOf(ground), 2, 'each took the place of an expired one')
    await ground.write(expiring(2, ground.now + 1000))
    ground.now += HOUR
    await collect(database, { store: ground.store, retentionMs: 0, now: ground.now })
    t.equal(await countOf(ground), 1)
    await ground.write('create doc:3#viewer@user:ann')
  })

  t.test('deletions by filter make room', async t => {
    const ground = await openWith(3)
    const admitted = { schemaRevision: REVISION_NONE, note: NO_NOTE, preconditions: [] }
    const remove = (limit: number) =>
      ground.writer.write({
        kind: 'delete',
        filter: { resourceType: 'doc' },
        limit,
        partial: true,
        ...admitted,
      })
    const three = [1, 2, 3].map(id => `create doc:${id}#viewer@user:ann`)
    await ground.write(...three)
    await remove(1)
    t.equal(await countOf(ground), 2)
    await remove(0)
    t.equal(await countOf(ground), 0)
    await ground.write(...three)
    const replacing = updates(['create doc:4#viewer@user:ann', 'create doc:5#viewer@user:ann'])
    const deletions = [{ resourceType: 'doc', resourceId: '1' }]
    await t.rejects(ground.writer.write({ ...replacing, deletions }), FULL)
    await ground.writer.write({ ...replacing, deletions: [{ resourceType: 'doc' }] })
    t.equal(await countOf(ground), 2)
  })

  t.test('a store is created with its quota, which can be read and changed', async t => {
    const created = await createStore(database, 'quota-a', 7)
    t.match(created, { name: 'quota-a', relationships: 0, relationshipsMax: 7 })
    await createStore(database, 'quota-b')
    const listed = await listStores(database, { after: 'quota-', limit: 2 })
    t.strictSame(
      listed.map(({ relationshipsMax }) => relationshipsMax),
      [7, null],
    )
    t.match(await setQuota(database, 'quota-a', null), { relationshipsMax: null })
    await t.rejects(setQuota(database, 'quota-none', 1), { code: 'store-not-found' })
  })
}

/** After all other tests, each store's count is the number of its relationships. */
export function counts(t: Test, database: Database): void {
  t.test('the count of each store is the number of its open versions', async t => {
    const wrong = await database.query(
      `select s.id, s.relationships, counted.number from store s
       left join (
         select store, count(*) as number from relationship
         where deleted_revision = ${OPEN} group by store
       ) counted on counted.store = s.id
       where s.relationships <> coalesce(counted.number, 0)`,
    )
    t.strictSame(wrong, [])
  })
}
