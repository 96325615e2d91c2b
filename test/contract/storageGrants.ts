// The history of grants: pages of grants over several rows, in the order of principals, and the
// changes of rows between two revisions.

import type { Test } from 'tap'
import {
  type Database,
  type GrantRow,
  readGiven,
  readGrants,
  readRowChanges,
} from '../../src/storage/index.js'
import {
  NO_NOTE,
  parseRelationship,
  printIdentity,
  printRelationship,
  REVISION_NONE,
  type Revision,
  type SubjectReference,
} from '../../src/terms/index.js'
import { Ground, NOON, updates } from './storageGround.js'
import { countVisits } from './visits.js'

const row = (text: string, subjectType = 'user'): GrantRow => {
  const { resource, relation } = parseRelationship(`${text}@user:any`)
  return { resource, relation, subjectType }
}

interface Page {
  readonly prefix?: string
  readonly after?: SubjectReference | null
  readonly limit?: number
  readonly at?: Revision
}

/** The grants as texts, such as `0 user:ann` for the grant to Ann in the first row. */
async function grants(ground: Ground, rows: readonly GrantRow[], page: Page = {}) {
  const { prefix = '', after = null, limit = 100 } = page
  const at = page.at ?? (await ground.head())
  const { database, store, now } = ground
  const found = await readGrants(database, { store, at, now, rows, prefix, after, limit })
  return found.map(grant => ({ ...grant, text: printIdentity(grant.relationship) }))
}

const textsOf = (found: readonly { readonly row: number; readonly text: string }[]) =>
  found.map(({ row, text }) => `${row} ${text.slice(text.indexOf('@') + 1)}`)

export function grantReads(t: Test, database: Database): void {
  t.test('grants say who wrote them, when and why', async t => {
    const ground = await Ground.open(database)
    const note = { ...NO_NOTE, actor: 'user:zoe', reason: 'she asked', requestId: 'r1' }
    const line = 'touch doc:1#viewer@user:ann[c:{"a":1}]'
    const { revision } = await ground.writer.write(updates([line], { note }))
    await ground.write('touch doc:1#viewer@user:bob')
    const [ann, bob] = await grants(ground, [row('doc:1#viewer')])
    t.match(ann, { row: 0, revision, actor: 'user:zoe', reason: 'she asked', at: Number })
    t.equal(printRelationship(ann.relationship), 'doc:1#viewer@user:ann[c:{"a":1}]')
    t.match(bob, { actor: null, reason: null, at: Number })
    const { store } = ground
    await database.query('delete from revision where store = $1 and revision = $2', [store, 2])
    t.match((await grants(ground, [row('doc:1#viewer')]))[1], { at: null, actor: null })
  })

  t.test('grants are in the order of subjects by bytes, then of rows', async t => {
    const ground = await Ground.open(database)
    const ids = ['b', 'a', 'é', 'Z', '\u{1f600}', '\uffee', 'a_b', 'a%b', 'ab']
    await ground.write(
      ...ids.map(id => `touch doc:1#viewer@user:${id}`),
      'touch doc:1#editor@user:a',
      'touch doc:2#viewer@user:a',
      'touch doc:1#viewer@group:z#member',
      'touch doc:1#viewer@group:z#admin',
    )
    const rows = [row('doc:1#editor'), row('doc:1#viewer'), row('doc:1#viewer', 'group')]
    const sorted = [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    const all = [
      '2 group:z#admin',
      '2 group:z#member',
      ...sorted.flatMap(id => (id === 'a' ? ['0 user:a', '1 user:a'] : `1 user:${id}`)),
    ]
    t.strictSame(textsOf(await grants(ground, rows)), all)
    for (const limit of [1, 2, 3, 7]) {
      const found: string[] = []
      let after: SubjectReference | null = null
      for (;;) {
        const page: Awaited<ReturnType<typeof grants>> = await grants(ground, rows, {
          after,
          limit,
        })
        found.push(...textsOf(page))
        if (new Set(page.map(({ text }) => text.slice(text.indexOf('@')))).size < limit) break
        after = page[page.length - 1].relationship.subject
      }
      t.strictSame(found, all, `${limit} subjects a page`)
    }
    t.strictSame(textsOf(await grants(ground, rows, { prefix: 'a_' })), ['1 user:a_b'])
    t.strictSame(textsOf(await grants(ground, rows, { prefix: 'a%' })), ['1 user:a%b'])
    t.strictSame(textsOf(await grants(ground, rows, { prefix: '\u{1f600}' })), ['1 user:\u{1f600}'])
    t.strictSame(textsOf(await grants(ground, rows, { prefix: 'z' })), [
      '2 group:z#admin',
      '2 group:z#member',
    ])
    t.strictSame(textsOf(await grants(ground, [])), [])
  })

  t.test('deleted and expired grants are found at past revisions only', async t => {
    const ground = await Ground.open(database)
    const soon = new Date(NOON + 1000).toISOString()
    const first = await ground.write(
      'touch doc:1#viewer@user:ann',
      `touch doc:1#viewer@user:bob[expiration:${soon}]`,
    )
    await ground.write('delete doc:1#viewer@user:ann')
    t.strictSame(textsOf(await grants(ground, [row('doc:1#viewer')])), ['0 user:bob'])
    t.strictSame(textsOf(await grants(ground, [row('doc:1#viewer')], { at: first })), [
      '0 user:ann',
      '0 user:bob',
    ])
    ground.now += 2000
    t.strictSame(await grants(ground, [row('doc:1#viewer')]), [])
    const identities = ['ann', 'bob', 'cid'].map(id => parseRelationship(`doc:1#viewer@user:${id}`))
    const { store } = ground
    const given = await readGiven(database, { store, at: first, identities })
    t.strictSame(given.map(({ row, revision }) => [row, revision]).sort(), [
      [0, first],
      [1, first],
    ])
    t.strictSame(await readGiven(database, { store, at: first, identities: [] }), [])
  })

  t.test('a page of rows of very many subjects is read, and no more', async t => {
    const ground = await Ground.open(database)
    await ground.write('touch doc:1#viewer@user:x')
    await ground.fill('doc:1#viewer', 30_000)
    await ground.fill('doc:1#editor', 30_000)
    const user = (id: string): SubjectReference => ({ type: 'user', id, relation: '' })
    const pages: readonly Page[] = [
      {},
      { prefix: '9' },
      { prefix: 'zz' },
      { after: user('5') },
      { after: user('5'), prefix: '9' },
      { after: user('95'), prefix: '9' },
      { after: { ...user('z'), type: 'group' }, prefix: '9' },
    ]
    const rows = [row('doc:1#viewer'), row('doc:1#editor')]
    const ask = { store: ground.store, at: await ground.head(), now: NOON, rows, limit: 20 }
    const look = async (statistics: string) => {
      for (const { prefix = '', after = null } of pages) {
        const { queryable, visited, blocks } = countVisits(database)
        await readGrants(queryable, { ...ask, prefix, after })
        const page = `${statistics}, ${JSON.stringify({ prefix, after })}`
        t.ok(visited() <= 100, `${page}: ${visited()} rows`)
        t.ok(blocks() <= 200, `${page}: ${blocks()} blocks`)
      }
    }
    await look('as it is')
    await database.query('analyze relationship, revision')
    await look('analyzed')
  })

  t.test('notes are looked up one by one, and rows by their key, among very many', async t => {
    const ground = await Ground.open(database)
    const { store } = ground
    await ground.write('touch doc:1#viewer@user:a', 'touch doc:2#viewer@user:a')
    await ground.fill('doc:3#viewer', 20_000)
    await database.query(
      `insert into revision (store, revision, at)
       select $1, n, 0 from generate_series(1000000, 1020000) as n`,
      [store],
    )
    const at = await ground.head()
    const rows = [row('doc:1#viewer'), row('doc:2#viewer')]
    const identities = ['doc:1#viewer@user:a', 'doc:3#viewer@user:77'].map(parseRelationship)
    const { queryable, visited, blocks } = countVisits(database)
    const page = { rows, prefix: '', after: null, limit: 50 }
    t.equal((await readGrants(queryable, { store, at, now: NOON, ...page })).length, 2)
    t.equal((await readGiven(queryable, { store, at, identities })).length, 2)
    const since = REVISION_NONE
    const { created } = await readRowChanges(queryable, { store, rows, since, until: at })
    t.equal(created.length, 2)
    t.ok(visited() <= 20, `${visited()} rows`)
    t.ok(blocks() <= 80, `${blocks()} blocks`)
  })

  t.test('the net changes of rows, with traits, and of no other rows', async t => {
    const ground = await Ground.open(database)
    const since = await ground.write(
      ...['a', 'b', 'c', 'd'].map(id => `touch doc:1#viewer@user:${id}`),
    )
    await ground.write('delete doc:1#viewer@user:a', 'touch doc:1#viewer@user:new')
    await ground.write('touch doc:1#viewer@user:brief', 'delete doc:1#viewer@user:b')
    await ground.write('touch doc:1#viewer@user:c[cond]', 'touch doc:2#viewer@user:else')
    const until = await ground.write('delete doc:1#viewer@user:brief', 'touch doc:1#viewer@user:b')
    await ground.write('touch doc:1#viewer@user:later')
    const { store } = ground
    const rows = [row('doc:1#viewer'), row('doc:1#editor')]
    const { created, deleted } = await readRowChanges(database, { store, rows, since, until })
    t.strictSame(created.map(printRelationship), [
      'doc:1#viewer@user:c[cond]',
      'doc:1#viewer@user:new',
    ])
    t.strictSame(deleted.map(printRelationship), ['doc:1#viewer@user:a', 'doc:1#viewer@user:c'])
    const none = { created: [], deleted: [] }
    t.strictSame(await readRowChanges(database, { store, rows, since: until, until }), none)
    t.strictSame(await readRowChanges(database, { store, rows: [], since, until }), none)
  })
}
