// Rows as bytes: what was encoded comes back, and nothing else does.

import fc from 'fast-check'
import t from 'tap'
import { decodeRow, encodeRow } from '../../src/rows/codec.js'
import { parseRelationship, toMark, toRevision } from '../../src/terms/index.js'

const ROW = {
  revision: toRevision(7),
  mark: toMark(1_700_000_000_000, 'a request'),
  complete: false,
  relationships: [
    'doc:1#viewer@user:ann',
    'doc:1#viewer@group:\u{1f600}é#member[only_on:{"day":["tue",{"a":null}]}]',
    'doc:1#viewer@user:*[expiration:2030-01-01T00:00:00.123Z]',
  ].map(parseRelationship),
}

t.test('a row comes back as it was', async t => {
  t.strictSame(decodeRow(encodeRow(ROW)), ROW)
  const empty = { ...ROW, relationships: [], complete: true }
  t.strictSame(decodeRow(encodeRow(empty)), empty)
})

t.test('damaged bytes, other forms and anything else are no rows', async t => {
  const bytes = encodeRow(ROW)
  t.equal(decodeRow(Buffer.alloc(0)), null)
  t.equal(decodeRow(bytes.subarray(0, bytes.length - 1)), null)
  t.equal(decodeRow(Buffer.concat([Buffer.of(1), bytes.subarray(1)])), null)
  const property = fc.property(
    fc.nat(bytes.length - 1),
    fc.integer({ min: 1, max: 255 }),
    (at, by) => {
      const changed = Buffer.from(bytes)
      changed[at] ^= by
      return decodeRow(changed) === null
    },
  )
  t.equal(fc.check(property).failed, false)
  const noise = fc.property(
    fc.uint8Array({ maxLength: 60 }),
    found => decodeRow(Buffer.from(found)) === null,
  )
  t.equal(fc.check(noise).failed, false)
})
