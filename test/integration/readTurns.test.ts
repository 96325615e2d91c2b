// A read of many relationships takes turns with the long work of others.

import t from 'tap'
import { turns } from '../../src/engine/graph/turns.js'
import { readRelationships, writeRelationships, writeSchema } from '../../src/engine/index.js'
import { openDatabase } from '../../src/storage/index.js'
import { limits, NO_NOTE, parseRelationship } from '../../src/terms/index.js'
import { DOCS } from '../engines.js'
import { openHome } from '../home.js'
import { freshDatastore } from '../service.js'

const COUNT = 2 * limits.sliceStride
const LEFT = new Error('the caller has left')

t.test('a read waits while others wait, and ends there when its caller has left', async t => {
  const { datastore, remove } = await freshDatastore('embedded')
  t.teardown(remove)
  const engine = await openHome({ database: await openDatabase(datastore) })
  t.teardown(() => engine.close())
  await writeSchema(engine, { text: DOCS, note: NO_NOTE })
  const updates = Array.from({ length: COUNT }, (_, number) => ({
    operation: 'touch' as const,
    relationship: parseRelationship(`doc:${number}#viewer@user:ann`),
  }))
  await writeRelationships(engine, { updates, preconditions: [], note: NO_NOTE })
  const filter = { resourceType: 'doc' }
  const request = { consistency: { kind: 'full' }, filter, limit: 0, cursor: null } as const
  const caller = new AbortController()
  const { items } = await readRelationships(engine, request, caller)
  let found = 0
  const reading = (async () => {
    for await (const _ of items) {
      if (++found !== limits.sliceStride) continue
      turns.wait(engine.store, 0, () => {})
      caller.abort(LEFT)
    }
  })()
  await t.rejects(reading, LEFT)
  t.equal(found, limits.sliceStride)
})
