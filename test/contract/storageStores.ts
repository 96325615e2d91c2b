// Stores as rows: the id of a name, what a deletion leaves behind, and that nothing of one store is
// ever found in another.

import type { Test } from 'tap'
import {
  createStore,
  type Database,
  deleteStore,
  Feed,
  findStore,
  listStores,
  readHead,
  readRelationships,
  readStoreIds,
  removeDeleted,
  Writer,
} from '../../src/storage/index.js'
import { TABLES } from '../../src/storage/stores.js'
import { assert, NO_NOTE, REVISION_NONE } from '../../src/terms/index.js'
import { NOON, schema, updates } from './storageGround.js'

const GONE = { code: 'store-not-found' }

/** A new store with a schema and relationships in it, and its writer. */
async function inhabited(database: Database, name: string, relationships: number) {
  await createStore(database, name)
  const store = await findStore(database, name)
  assert(store !== null, 'it was just created')
  const writer = new Writer({ database, store, clock: () => NOON })
  const note = { ...NO_NOTE, actor: 'ann' }
  const { revision: schemaRevision } = await writer.write(schema('definition user {}', { note }))
  const lines = Array.from({ length: relationships }, (_, i) => `create doc:${i}#viewer@user:ann`)
  await writer.write(updates(lines, { schemaRevision, note }))
  return { store, writer, schemaRevision }
}

async function rowsOf(database: Database, store: string): Promise<number> {
  const counts = ['store where id', ...TABLES.map(table => `${table} where store`)]
  const sums = counts.map(from => `(select count(*) from ${from} = $1)`)
  const [{ rows }] = await database.query<{ rows: number }>(`select ${sums.join(' + ')} as rows`, [
    store,
  ])
  return rows
}

export function stores(t: Test, database: Database): void {
  t.test('the default store is there from the beginning, under its own name', async t => {
    t.equal(await findStore(database, 'default'), 'default')
  })

  t.test('a name is taken once, also when several take it at the same time', async t => {
    const attempts = Array.from({ length: 5 }, () =>
      createStore(database, 'contested').then(
        () => 'created',
        ({ code }: { code: string }) => code,
      ),
    )
    const outcomes = (await Promise.all(attempts)).sort()
    t.strictSame(outcomes, ['created', ...Array<string>(4).fill('store-exists')])
  })

  t.test('stores are listed by name, page by page', async t => {
    const created = ['list-b', 'list-a', 'list_c', 'list-10', 'list-9']
    for (const name of created) t.match(await createStore(database, name), { name })
    await deleteStore(database, 'list-b')
    const page = async (after: string | null, limit: number) =>
      (await listStores(database, { after, limit })).map(({ name }) => name)
    t.strictSame(await page('list', 2), ['list-10', 'list-9'])
    t.strictSame(await page('list-9', 2), ['list-a', 'list_c'])
    const [{ createdAt }] = await listStores(database, { after: 'list-9', limit: 1 })
    t.ok(Math.abs(Date.now() - createdAt) < 60_000)
    t.ok((await page(null, 1000)).includes('default'))
  })

  t.test('once a store is deleted, everybody is refused', async t => {
    const { store, writer, schemaRevision } = await inhabited(database, 'doomed', 3)
    await deleteStore(database, 'doomed')
    t.equal(await findStore(database, 'doomed'), null)
    t.notOk((await readStoreIds(database)).includes(store))
    await t.rejects(deleteStore(database, 'doomed'), GONE)
    await t.rejects(readHead(database, store), GONE)
    const line = 'touch doc:9#viewer@user:ann'
    await t.rejects(writer.write(updates([line], { schemaRevision })), GONE)
    await t.rejects(writer.write(schema('', { schemaRevision })), GONE)
    t.equal(await rowsOf(database, store), 7, 'nothing was written, and nothing is gone yet')
  })

  t.test('a write that holds the order when its store is deleted still counts', async t => {
    const { writer, schemaRevision, store } = await inhabited(database, 'contended', 0)
    const writes = Array.from({ length: 20 }, (_, i) =>
      writer.write(updates([`create doc:${i}#viewer@user:ann`], { schemaRevision })).then(
        () => 1,
        () => 0,
      ),
    )
    await deleteStore(database, 'contended')
    const written = (await Promise.all(writes)).reduce<number>((sum, one) => sum + one, 0)
    const [{ kept }] = await database.query<{ kept: number }>(
      'select count(*) as kept from relationship where store = $1',
      [store],
    )
    t.equal(kept, written, 'what was acknowledged is what is there')
  })

  t.test('a follower of a store learns that it is deleted, and is not called again', async t => {
    const { store } = await inhabited(database, 'followed', 1)
    const trouble = new Promise<Error>(resolve => {
      const feed = new Feed({
        database,
        store,
        from: REVISION_NONE,
        pollMs: 1e9,
        onChanges: () => void deleteStore(database, 'followed'),
        onTrouble: resolve,
      })
      feed.start()
      t.teardown(() => feed.close())
    })
    t.match(await trouble, GONE)
  })

  t.test('a store created again by the same name has nothing of the one before', async t => {
    const { store } = await inhabited(database, 'again', 2)
    await deleteStore(database, 'again')
    await createStore(database, 'again')
    const next = await findStore(database, 'again')
    assert(next !== null, 'it was just created')
    t.not(next, store)
    t.match(await readHead(database, next), { revision: 0, schemaRevision: 0, oldest: 0 })
    const ask = { store: next, filter: {}, at: REVISION_NONE, now: null, after: null, limit: 9 }
    t.strictSame(await readRelationships(database, ask), [])
  })

  t.test('the rows of a deleted store go once the grace is over, and no others', async t => {
    const kept = await inhabited(database, 'kept', 2)
    const { store } = await inhabited(database, 'removed', 1000)
    await inhabited(database, 'young', 2)
    await deleteStore(database, 'removed')
    await removeDeleted(database, 60_000)
    t.equal(await rowsOf(database, store), 1004)
    await Promise.all([removeDeleted(database, 0), removeDeleted(database, 0)])
    await removeDeleted(database, 0)
    t.equal(await rowsOf(database, store), 0)
    t.equal(await rowsOf(database, kept.store), 6)
  })

  t.test('every table with rows of stores is known to the removal', async t => {
    const rows = await database.query<{ name: string }>(
      `select table_name as name from information_schema.columns
       where column_name = 'store' and table_schema = current_schema() order by 1`,
    )
    t.strictSame(
      rows.map(({ name }) => name),
      [...TABLES].sort(),
    )
  })
}
