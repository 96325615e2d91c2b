// Rows for questions over on-demand graphs: fetches of every kind, many in one statement, at any
// revision; and usersets with very many subjects, of which only the needed ones are read.

import type { Test } from 'tap'
import {
  type Database,
  deleteStore,
  readFingerprintedHead,
  readRows,
} from '../../src/storage/index.js'
import {
  type Fetch,
  type ListFetch,
  limits,
  parseRelationship,
  printRelationship,
  type Revision,
  toRevision,
} from '../../src/terms/index.js'
import { Ground } from './storageGround.js'

const identityOf = (text: string) => parseRelationship(text)
const FIRST = { after: null, limit: limits.rowPrefix }
const place = (
  kind: 'some' | 'sets',
  text: string,
  stretch: Partial<Pick<ListFetch, 'after' | 'limit'>> = {},
): Fetch => {
  const { resource, relation } = parseRelationship(`${text}@user:any`)
  return { kind, resource, relation, ...FIRST, ...stretch }
}
const one = (text: string): Fetch => ({ kind: 'one', identity: identityOf(text) })
const of = (text: string, stretch: Partial<Pick<ListFetch, 'after' | 'limit'>> = {}): Fetch => ({
  kind: 'of',
  subject: parseRelationship(`doc:any#any@${text}`).subject,
  ...FIRST,
  ...stretch,
})

async function rowsOf(ground: Ground, at: Revision, ...fetches: readonly Fetch[]) {
  const { database, store } = ground
  const { rows } = await readRows(database, { store, at, fetches })
  return rows.map(({ relationships, complete }) => [
    ...relationships.map(printRelationship),
    ...(complete ? [] : ['…']),
  ])
}

export function rows(t: Test, database: Database): void {
  t.test('rows of every kind come in one statement, each in order', async t => {
    const ground = await Ground.open(database)
    const at = await ground.write(
      'touch doc:1#viewer@user:zoe',
      'touch doc:1#viewer@user:ann[c:{"n":1}]',
      'touch doc:1#viewer@group:a#member',
      'touch doc:1#viewer@group:a#owner',
      'touch doc:2#viewer@user:ann',
      'touch doc:2#owner@user:ann',
      'touch folder:1#viewer@group:a#member',
    )
    const found = await rowsOf(
      ground,
      at,
      one('doc:2#owner@user:ann'),
      place('some', 'doc:1#viewer'),
      of('user:ann'),
      place('sets', 'doc:1#viewer'),
      one('doc:2#owner@user:bob'),
      place('some', 'doc:3#viewer'),
      of('group:a#member'),
      place('some', 'doc:2#viewer'),
    )
    t.strictSame(found, [
      ['doc:2#owner@user:ann'],
      [
        'doc:1#viewer@group:a#member',
        'doc:1#viewer@group:a#owner',
        'doc:1#viewer@user:ann[c:{"n":1}]',
        'doc:1#viewer@user:zoe',
      ],
      ['doc:1#viewer@user:ann[c:{"n":1}]', 'doc:2#owner@user:ann', 'doc:2#viewer@user:ann'],
      ['doc:1#viewer@group:a#member', 'doc:1#viewer@group:a#owner'],
      [],
      [],
      ['doc:1#viewer@group:a#member', 'folder:1#viewer@group:a#member'],
      ['doc:2#viewer@user:ann'],
    ])
  })

  t.test('rows are as of their revision', async t => {
    const ground = await Ground.open(database)
    const first = await ground.write('touch doc:1#viewer@user:ann', 'touch doc:1#viewer@user:bob')
    const second = await ground.write('delete doc:1#viewer@user:ann', 'touch doc:1#viewer@user:cid')
    const fetches = [place('some', 'doc:1#viewer'), one('doc:1#viewer@user:ann'), of('user:cid')]
    t.strictSame(await rowsOf(ground, first, ...fetches), [
      ['doc:1#viewer@user:ann', 'doc:1#viewer@user:bob'],
      ['doc:1#viewer@user:ann'],
      [],
    ])
    t.strictSame(await rowsOf(ground, second, ...fetches), [
      ['doc:1#viewer@user:bob', 'doc:1#viewer@user:cid'],
      [],
      ['doc:1#viewer@user:cid'],
    ])
  })

  t.test('a read beyond the head gives the rows and the history of the head', async t => {
    const ground = await Ground.open(database)
    const { store } = ground
    const head = await ground.write('touch doc:1#viewer@user:ann')
    const fetches = [place('some', 'doc:1#viewer')]
    const read = (at: number) => readRows(database, { store, at: toRevision(at), fetches })
    const { revision, fingerprint } = await readFingerprintedHead(database, store)
    t.equal(revision, head)
    for (const at of [head, head + 1, head + 1000]) {
      const { rows, ...proof } = await read(at)
      t.strictSame(proof, { at: head, fingerprint, oldest: 0 })
      t.match(rows, [{ revision: head, relationships: [{ subject: { id: 'ann' } }] }])
    }
    await ground.write('delete doc:1#viewer@user:ann')
    t.equal((await read(head)).fingerprint, fingerprint)
    t.not((await read(head + 1)).fingerprint, fingerprint)
    t.match(await read(head + 1), { at: head + 1, rows: [{ relationships: [] }] })
    await deleteStore(database, store)
    await t.rejects(read(head), { code: 'store-not-found' })
  })

  t.test('of a large userset only the first subjects and the sets are read', async t => {
    const ground = await Ground.open(database)
    const at = await ground.write('touch doc:1#viewer@group:a#member', 'touch doc:2#viewer@user:x')
    await ground.fill('doc:1#viewer', 1000)
    await ground.fill('doc:3#viewer', limits.rowPrefix)
    const [some, sets, last, exact] = await rowsOf(
      ground,
      at,
      place('some', 'doc:1#viewer'),
      place('sets', 'doc:1#viewer'),
      one('doc:1#viewer@user:999'),
      place('some', 'doc:3#viewer'),
    )
    t.equal(some.length, limits.rowPrefix + 1)
    t.equal(some.at(-1), '…')
    t.strictSame(sets, ['doc:1#viewer@group:a#member'])
    t.strictSame(last, ['doc:1#viewer@user:999'])
    t.equal(exact.length, limits.rowPrefix, 'complete')
  })

  t.test('a list comes in chunks, each of which begins where it is asked to', async t => {
    const ground = await Ground.open(database)
    const texts = ['group:a#member', 'group:a#owner', 'group:b#member', 'user:ann', 'user:*']
    const at = await ground.write(
      ...texts.map(subject => `touch doc:1#viewer@${subject}`),
      'touch doc:1#editor@user:ann',
      'touch doc:2#viewer@user:ann',
      'touch folder:1#viewer@user:ann',
    )
    const after = (text: string) => parseRelationship(`doc:any#any@${text}`).subject
    const found = await rowsOf(
      ground,
      at,
      place('some', 'doc:1#viewer', { after: after('group:a#owner'), limit: 2 }),
      place('some', 'doc:1#viewer', { after: after('user:*'), limit: 2 }),
      place('sets', 'doc:1#viewer', { after: null, limit: 1 }),
      place('sets', 'doc:1#viewer', { after: after('group:a#member'), limit: 2 }),
      of('user:ann', { after: after('doc:1#viewer'), limit: 1 }),
      of('user:ann', { after: { type: 'doc', id: '2', relation: '' }, limit: 5 }),
      of('user:ann', { after: { type: 'folder', id: '', relation: '' }, limit: 5 }),
      of('user:ann', { after: after('folder:1#viewer'), limit: 5 }),
    )
    t.strictSame(found, [
      ['doc:1#viewer@group:b#member', 'doc:1#viewer@user:*', '…'],
      ['doc:1#viewer@user:ann'],
      ['doc:1#viewer@group:a#member', '…'],
      ['doc:1#viewer@group:a#owner', 'doc:1#viewer@group:b#member'],
      ['doc:2#viewer@user:ann', '…'],
      ['doc:2#viewer@user:ann', 'folder:1#viewer@user:ann'],
      ['folder:1#viewer@user:ann'],
      [],
    ])
  })
}
