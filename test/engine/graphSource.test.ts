// An engine on a source in memory: no database, and the same answers.

import t from 'tap'
import { type EngineParts, openEngine } from '../../src/engine/engine.js'
import { GraphMemory } from '../../src/engine/graph/memory.js'
import { Slices } from '../../src/engine/graph/slices.js'
import {
  check,
  type Engine,
  expand,
  lookupResources,
  lookupSubjects,
  readRelationships,
  watch,
  writeRelationships,
} from '../../src/engine/index.js'
import { RowCache } from '../../src/rows/index.js'
import {
  type Consistency,
  type DatastoreId,
  NO_NOTE,
  parseRelationship,
  Refusal,
  type Revision,
  type StoreId,
  toRevision,
} from '../../src/terms/index.js'
import { MemorySource } from '../memorySource.js'
import { toItem } from '../world.js'

const SCHEMA = `definition user {}
definition group {
  relation member: user
}
definition doc {
  relation viewer: user | group#member
  permission view = viewer
}`
const FAST: Consistency = { kind: 'minimize-latency' }
const datastore = 'memory' as DatastoreId
const store = 'default' as StoreId

async function openOn(source: MemorySource, parts: Partial<EngineParts> = {}): Promise<Engine> {
  return openEngine({
    datastore,
    store,
    name: 'default',
    clock: () => 0,
    source,
    records: null,
    openWriter: null,
    mode: 'resident',
    isPinned: false,
    graphBytesMax: 1 << 20,
    memory: new GraphMemory(1 << 20),
    slices: new Slices(),
    shared: null,
    replicas: null,
    cache: new RowCache(1 << 20),
    onDeleted: () => {},
    ...parts,
  })
}

function toSource(): MemorySource {
  const source = new MemorySource()
  source.define(SCHEMA)
  source.write('doc:1#viewer@group:a#member group:a#member@user:ann')
  return source
}

async function answer(engine: Engine, question: string, consistency = FAST): Promise<string> {
  const { answer } = await check(engine, { consistency, item: toItem(question) })
  return answer.kind
}

const at = (kind: 'at-least' | 'exact', revision: Revision): Consistency => ({
  kind,
  token: { datastore, store, revision },
})

async function idsOf(items: AsyncIterable<{ readonly id: string }>): Promise<string[]> {
  const ids: string[] = []
  for await (const { id } of items) ids.push(id)
  return ids
}

async function refusalOf(asked: Promise<unknown>): Promise<string> {
  const refusal = await asked.then(
    () => null,
    (error: unknown) => error,
  )
  return refusal instanceof Refusal ? refusal.code : `${refusal}`
}

t.test('questions and lookups are answered from the source', async t => {
  const engine = await openOn(toSource())
  t.teardown(() => engine.close())
  t.equal(await answer(engine, 'doc:1#view@user:ann'), 'yes')
  t.equal(await answer(engine, 'doc:1#view@user:bob'), 'no')
  const page = { consistency: FAST, context: {}, limit: 0, cursor: null }
  const subject = { type: 'user', id: 'ann', relation: '' }
  const resources = { ...page, resourceType: 'doc', permission: 'view', subject, within: null }
  t.strictSame(await idsOf((await lookupResources(engine, resources)).items), ['1'])
  const resource = { type: 'doc', id: '1' }
  const subjects = {
    ...page,
    resource,
    permission: 'view',
    subjectType: 'user',
    subjectRelation: '',
    wildcard: true,
  }
  t.strictSame(await idsOf((await lookupSubjects(engine, subjects)).items), ['ann'])
  const expanded = await expand(engine, { consistency: FAST, resource, permission: 'view' })
  t.equal(expanded.revision, 2)
})

t.test('the engine follows the source, and a token waits for its revision', async t => {
  const source = toSource()
  const engine = await openOn(source)
  t.teardown(() => engine.close())
  const revision = source.write('doc:1#viewer@user:bob')
  t.equal(await answer(engine, 'doc:1#view@user:bob', at('at-least', revision)), 'yes')
  t.equal(await answer(engine, 'doc:1#view@user:bob', { kind: 'full' }), 'yes')
  source.define(`${SCHEMA}\ndefinition folder {}`)
  source.write('', 'group:a#member@user:ann')
  t.equal(await answer(engine, 'doc:1#view@user:ann'), 'no')
  t.equal(
    await answer(engine, 'doc:1#view@user:ann', at('exact', revision)),
    'yes',
    'the graph answers at the revisions since it was opened',
  )
})

t.test('a revision that the graph does not hold is refused', async t => {
  const engine = await openOn(toSource())
  t.teardown(() => engine.close())
  const old = answer(engine, 'doc:1#view@user:ann', at('exact', toRevision(1)))
  t.equal(await refusalOf(old), 'revision-unavailable')
  const future = answer(engine, 'doc:1#view@user:ann', at('exact', toRevision(9)))
  t.equal(await refusalOf(future), 'revision-unavailable')
})

t.test('changes are watched as the source gives them', async t => {
  const source = toSource()
  const engine = await openOn(source)
  t.teardown(() => engine.close())
  const messages = await watch(engine, {
    start: null,
    objectTypes: [],
    filters: [],
    schemaUpdates: false,
    checkpoints: false,
    expirations: false,
    initialSnapshot: false,
  })
  const next = messages.next()
  source.write('doc:2#viewer@user:bob')
  const { value } = await next
  t.equal(value.updates[0].relationship.resource.id, '2')
})

t.test('without a datastore, writes and lists of what is stored are refused', async t => {
  const engine = await openOn(toSource())
  t.teardown(() => engine.close())
  const relationship = parseRelationship('doc:1#viewer@user:bob')
  const write = writeRelationships(engine, {
    updates: [{ operation: 'touch', relationship }],
    preconditions: [],
    note: NO_NOTE,
  })
  t.equal(await refusalOf(write), 'storage-unavailable')
  const list = readRelationships(engine, {
    consistency: FAST,
    filter: { resourceType: 'doc' },
    limit: 0,
    cursor: null,
  })
  t.equal(await refusalOf(list), 'storage-unavailable')
})

t.test('a source without row reads refuses a graph on demand', async t => {
  const opening = openOn(toSource(), { mode: 'on-demand' })
  t.equal(await refusalOf(opening), 'revision-unavailable')
})
