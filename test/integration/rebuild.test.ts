// A node whose feed cannot continue without a gap rebuilds its graph and continues.

import t from 'tap'
import { check, type Engine, writeRelationships, writeSchema } from '../../src/engine/index.js'
import { type Database, openDatabase } from '../../src/storage/index.js'
import { NO_NOTE, parseRelationship, type Revision, toRevision } from '../../src/terms/index.js'
import { openHome } from '../home.js'
import { freshDatastore } from '../service.js'

const SCHEMA = `definition user {}
definition document {
  relation viewer: user
}`

async function touch(engine: Engine, text: string): Promise<Revision> {
  const update = { operation: 'touch', relationship: parseRelationship(text) } as const
  const request = { updates: [update], preconditions: [], note: NO_NOTE }
  return (await writeRelationships(engine, request)).revision
}

async function isViewer(engine: Engine, id: string): Promise<boolean> {
  const { answer } = await check(engine, {
    consistency: { kind: 'full' },
    item: {
      resource: { type: 'document', id: 'plan' },
      permission: 'viewer',
      subject: { type: 'user', id, relation: '' },
      context: {},
    },
  })
  return answer.kind === 'yes'
}

/** Writes and collects so many revisions while the node is disconnected. */
async function skipAhead(database: Database, revisions: number): Promise<void> {
  await database.query('update store set head = head + $1, oldest = head + $1', [revisions])
}

t.test('a gap in the feed ends in a new graph, not in a wrong answer', async t => {
  const { datastore, remove } = await freshDatastore('embedded')
  const database = await openDatabase(datastore)
  const engine = await openHome({ database, pollMs: 20 })
  t.teardown(async () => {
    await engine.close()
    await remove()
  })
  await writeSchema(engine, { text: SCHEMA, note: NO_NOTE })
  const before = await touch(engine, 'document:plan#viewer@user:ann')
  await skipAhead(database, 5)
  t.equal(await isViewer(engine, 'ann'), true, 'from the database, until there is one')
  t.ok(await engine.live.reached(toRevision(before + 5), 10_000))
  t.equal(engine.live.graph.base, before + 5, 'it was built at the new head')
  t.equal(engine.live.trouble, null)
  await touch(engine, 'document:plan#viewer@user:bob')
  t.equal(await isViewer(engine, 'bob'), true, 'it follows again')
})
