// The encoding of rows: every row survives a round trip, and bytes that do not answer the fetch are
// rejected.

import fc from 'fast-check'
import t from 'tap'
import { decodeRow, encodeRow, type StampedRow } from '../../src/rows/codec.js'
import { type Fetch, parseRelationship, toFingerprint, toRevision } from '../../src/terms/index.js'

const first = { after: null, limit: 64 } as const
const doc = { type: 'doc', id: '1' }
const ann = { type: 'user', id: 'ann', relation: '' }
const SOME: Fetch = { kind: 'some', resource: doc, relation: 'viewer', ...first }
const SETS: Fetch = { ...SOME, kind: 'sets' }
const OF: Fetch = { kind: 'of', subject: ann, ...first }
const ONE: Fetch = { kind: 'one', identity: { resource: doc, relation: 'viewer', subject: ann } }

const toRow = (complete: boolean, ...texts: readonly string[]): StampedRow => ({
  revision: toRevision(7),
  fingerprint: toFingerprint(1_700_000_000_000, 'a request'),
  complete,
  relationships: texts.map(parseRelationship),
})

const ROWS: readonly (readonly [Fetch, StampedRow])[] = [
  [SOME, toRow(true)],
  [
    SOME,
    toRow(
      false,
      'doc:1#viewer@group:\u{1f600}é#member[only_on:{"day":["tue",{"a":null}],"__proto__":1}]',
      'doc:1#viewer@user:*[expiration:2030-01-01T00:00:00.123Z]',
      'doc:1#viewer@user:ann',
    ),
  ],
  [SETS, toRow(false, 'doc:1#viewer@group:a#member', 'doc:1#viewer@group:b#member')],
  [OF, toRow(true, 'doc:1#viewer@user:ann', 'doc:2#owner@user:ann', 'doc:2#viewer@user:ann')],
  [ONE, toRow(true)],
  [ONE, toRow(true, 'doc:1#viewer@user:ann[only_on]')],
]

t.test('a row survives a round trip', async t => {
  for (const [fetch, row] of ROWS) t.strictSame(decodeRow(fetch, encodeRow(fetch, row)), row)
})

t.test('a row cannot speak of another userset or subject than the fetch', async t => {
  const row = toRow(true, 'doc:1#viewer@user:ann')
  const other: Fetch = { ...SOME, resource: { type: 'doc', id: '2' }, relation: 'owner' }
  const read = decodeRow(other, encodeRow(SOME, row))
  t.strictSame(read?.relationships, [parseRelationship('doc:2#owner@user:ann')])
})

const WRONG: readonly (readonly [string, Fetch, StampedRow])[] = [
  ['another relationship than the one', ONE, toRow(true, 'doc:1#viewer@user:bob')],
  ['a set of the one', ONE, toRow(true, 'doc:1#viewer@user:ann#member')],
  ['two where one was wanted', ONE, toRow(true, 'doc:1#viewer@user:ann', 'doc:1#viewer@user:ann')],
  ['one, and more', ONE, toRow(false, 'doc:1#viewer@user:ann')],
  ['nothing, and more', SOME, toRow(false)],
  ['one twice', SOME, toRow(true, 'doc:1#viewer@user:ann', 'doc:1#viewer@user:ann')],
  ['no order', SOME, toRow(true, 'doc:1#viewer@user:bob', 'doc:1#viewer@user:ann')],
  ['a subject where sets were wanted', SETS, toRow(true, 'doc:1#viewer@user:ann')],
]

for (const [name, fetch, row] of WRONG) {
  t.test(`no answer: ${name}`, async t => {
    t.equal(decodeRow(fetch, encodeRow(fetch, row)), null)
  })
}

t.test('any bytes decode to a row or to null', async () => {
  const end = fc.tuple(fc.string(), fc.string(), fc.string(), fc.jsonValue(), fc.jsonValue())
  const almost = fc.tuple(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), fc.array(end))
  const text = fc.oneof(fc.jsonValue(), almost).map(value => Buffer.from(JSON.stringify(value)))
  const bytes = fc.oneof(
    text,
    fc.uint8Array({ maxLength: 60 }).map(found => Buffer.from(found)),
  )
  const property = fc.property(bytes, fc.constantFrom(SOME, SETS, OF, ONE), (found, fetch) => {
    const row = decodeRow(fetch, found)
    if (row === null) return true
    return row.relationships.every(each => typeof each.subject.id === 'string')
  })
  fc.assert(property, { numRuns: 2000 })
})

t.test('damaged rows are rejected', async t => {
  for (const text of ['', '[', 'null', '7', '{}', '[]', '[7,1,true]', '[7,1,true,[[]]]']) {
    t.equal(decodeRow(SOME, Buffer.from(text)), null, text)
  }
  for (const text of ['[-1,1,true,[]]', '[7,0.5,true,[]]', '[7,1,1,[]]', '[7,1,true,{}]']) {
    t.equal(decodeRow(SOME, Buffer.from(text)), null, text)
  }
  const caveats = ['7', '[]', '{"name":"a"}', '{"name":"a","context":[]}', '{"context":{}}']
  for (const caveat of caveats) {
    t.equal(decodeRow(SOME, Buffer.from(`[7,1,true,[["a","b","",${caveat},null]]]`)), null, caveat)
  }
})
