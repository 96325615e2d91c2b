// The contract of reads: every filter matches exactly what it says, in the order of bytes, with
// pages of any size, at every revision, and finds its rows by an index.

import type { Test } from 'tap'
import {
  type Database,
  readChanges,
  readHead,
  readRelationships,
  readSchema,
  readSnapshot,
} from '../../src/storage/index.js'
import {
  matches,
  parseRelationship,
  printRelationship,
  REVISION_NONE,
  type Relationship,
  type RelationshipFilter,
  toRevision,
} from '../../src/terms/index.js'
import { compareIdentities, Ground, HOUR, NOON, schema } from './storageGround.js'
import { countVisits } from './visits.js'

/** Ids that patterns, ignored case or an order by code units would confuse. */
const IDS = [
  'a',
  'A',
  'a%',
  'a_',
  'ab',
  'a\\',
  '\u00e9',
  'e\u0301',
  '\uff5e',
  '\u{1f994}',
  '*x',
  `it's`,
]
const SUBJECTS = [
  'user:a',
  'user:A',
  'user:*',
  'user:\u{1f994}',
  'group:a#member',
  'group:a',
  'team:a_#all',
]

/** A few hundred relationships, of each kind with and without a caveat and an expiration. */
function world(): readonly string[] {
  const lines: string[] = []
  const traits = ['', '[c]', `[expiration:${new Date(NOON + HOUR).toISOString()}]`]
  for (const [i, id] of IDS.entries()) {
    for (const [j, subject] of SUBJECTS.entries()) {
      const type = ['doc', 'doc', 'folder', 'doc/one'][(i + j) % 4]
      const relation = ['viewer', 'owner'][(i * j) % 2]
      lines.push(`${type}:${id}#${relation}@${subject}${traits[(i + 2 * j) % 3]}`)
    }
  }
  return lines
}

/** All shapes of filters, filled in from one relationship. */
function* filtersLike({ resource, relation, subject }: Relationship): Iterable<RelationshipFilter> {
  const ids = [{}, { resourceId: resource.id }, { resourceIdPrefix: [...resource.id][0] }]
  const { type, id } = subject
  const subjects = [
    {},
    { subject: { type } },
    { subject: { type, id } },
    { subject: { type, relation: subject.relation } },
    { subject: { type, id, relation: subject.relation } },
  ]
  for (const types of [{}, { resourceType: resource.type }]) {
    for (const id of ids) {
      for (const relations of [{}, { relation }]) {
        for (const subject of subjects) yield { ...types, ...id, ...relations, ...subject }
      }
    }
  }
}

export function reads(t: Test, database: Database): void {
  t.test('every filter, page size and revision: what matches, by bytes', async t => {
    const ground = await Ground.open(database)
    const lines = world()
    await ground.write(...lines.map(line => `create ${line}`))
    const gone = lines.filter((_, i) => i % 5 === 0)
    await ground.write(...gone.map(line => `delete ${line}`))
    const all = lines.map(parseRelationship).sort(compareIdentities)
    const expect = (filter: RelationshipFilter, from: readonly Relationship[]) =>
      from.filter(r => matches(filter, r)).map(printRelationship)
    const left = all.filter(r => !gone.includes(printRelationship(r)))
    const unexpired = left.filter(r => r.expiresAt === null)
    for (const sample of [all[3], all[40]]) {
      for (const filter of filtersLike(sample)) {
        const name = JSON.stringify(filter)
        const at = toRevision(1)
        ground.now = NOON
        t.strictSame(await ground.read(filter, { at, limit: 1000 }), expect(filter, all), name)
        ground.now = NOON + HOUR
        t.strictSame(await ground.read(filter, { limit: 9 }), expect(filter, unexpired), name)
      }
    }
    t.strictSame(await ground.snapshot(null), expect({}, left), 'a snapshot keeps what expired')
  })

  t.test('the page size may change on the way, down to one', async t => {
    const ground = await Ground.open(database)
    const lines = world().slice(0, 20)
    await ground.write(...lines.map(line => `create ${line}`))
    const sorted = lines.map(parseRelationship).sort(compareIdentities).map(printRelationship)
    for (const limit of [1, 2, 19, 20, 21]) t.strictSame(await ground.read({}, { limit }), sorted)
    const [first] = sorted
    const { resource, relation, subject } = parseRelationship(first)
    const exact = { resourceType: resource.type, resourceId: resource.id, relation, subject }
    t.strictSame(await ground.read(exact, { limit: 1 }), [first])
  })

  t.test('an empty store is at revision 0, and can be read', async t => {
    const ground = await Ground.open(database)
    const { store } = ground
    t.strictSame(await readHead(database, store), { revision: 0, schemaRevision: 0, oldest: 0 })
    t.equal(await readSchema(database, store, REVISION_NONE), null)
    t.strictSame(
      await readChanges(database, { store, after: REVISION_NONE, within: null, limit: 10 }),
      [],
    )
    const pages = []
    for await (const page of readSnapshot(database, store, null)) pages.push(page)
    t.strictSame(pages, [{ revision: 0, relationships: [] }])
  })

  t.test('a snapshot holds while others write, and ends at the head', async t => {
    const ground = await Ground.open(database)
    const lines = Array.from({ length: 2500 }, (_, i) => `doc:${i}#viewer@user:ann`)
    for (let i = 0; i < lines.length; i += 1000) {
      await ground.write(...lines.slice(i, i + 1000).map(line => `create ${line}`))
    }
    const found: string[] = []
    for await (const { revision, relationships } of readSnapshot(database, ground.store, null)) {
      t.equal(revision, 3)
      await ground.write('touch doc:999999#viewer@user:ann', `delete ${lines[7]}`)
      await ground.write('delete doc:999999#viewer@user:ann', `touch ${lines[7]}`)
      found.push(...relationships.map(printRelationship))
    }
    t.strictSame(found, lines.toSorted())
    const head = await ground.head()
    await t.rejects(ground.snapshot(toRevision(head + 1)), { code: 'revision-unavailable' })
  })

  t.test('a schema is found at every revision', async t => {
    const ground = await Ground.open(database)
    const { store, writer } = ground
    await writer.write(schema('definition user {}'))
    await ground.writer.write({ ...schema('definition doc {}'), schemaRevision: toRevision(1) })
    const texts = []
    for (const at of [0, 1, 2, 3]) texts.push(await readSchema(database, store, toRevision(at)))
    t.strictSame(texts, [
      null,
      { revision: 1, text: 'definition user {}' },
      { revision: 2, text: 'definition doc {}' },
      { revision: 2, text: 'definition doc {}' },
    ])
  })

  t.test('a filter with an id visits few rows of many', async t => {
    const ground = await Ground.open(database)
    for (let step = 0; step < 10; step++) {
      const lines = Array.from({ length: 1000 }, (_, i) => {
        const n = step * 1000 + i
        return `create doc:d${n}#viewer@user:${n % 2 === 0 ? 'popular' : `u${n}`}`
      })
      await ground.write(...lines)
    }
    await ground.write('create group:big#member@user:popular', 'create folder:d1#viewer@user:rare')
    const popular = { type: 'user', id: 'popular' }
    const filters: readonly RelationshipFilter[] = [
      { resourceType: 'doc', resourceId: 'd1' },
      { resourceId: 'd1' },
      { resourceType: 'doc', resourceIdPrefix: 'd12' },
      { resourceIdPrefix: 'd12' },
      { subject: { type: 'user', id: 'u1' } },
      { relation: 'viewer', subject: { type: 'user', id: 'u1', relation: '' } },
      { resourceType: 'group', subject: popular },
      { resourceType: 'doc', resourceId: 'd2', subject: popular },
      { resourceType: 'doc', resourceIdPrefix: 'd12', subject: popular },
      { resourceId: 'd2', relation: 'viewer', subject: { ...popular, relation: '' } },
    ]
    for (const filter of filters) {
      const counter = countVisits(database)
      const after = parseRelationship('doc:d1200#viewer@user:popular')
      const ask = { store: ground.store, filter, at: await ground.head(), now: NOON, limit: 100 }
      await readRelationships(counter.queryable, { ...ask, after: null })
      if (filter.resourceIdPrefix !== undefined) {
        await readRelationships(counter.queryable, { ...ask, after })
      }
      t.ok(counter.visited() <= 600, `${JSON.stringify(filter)} visits ${counter.visited()}`)
    }
  })
}
