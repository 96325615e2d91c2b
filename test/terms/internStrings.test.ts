// Tests of interning: relationships stay equal, and equal strings are in memory once.

import t from 'tap'
import { internStrings, parseRelationship } from '../../src/terms/index.js'

/** A copy in which every string is a new one in memory, like texts from outside. */
const fresh = <T>(value: T): T => structuredClone(value)

t.test('interned relationships are equal to the originals', async t => {
  const list = [
    'doc:1#viewer@user:ann',
    'doc:1#viewer@user:bob[c:{"n":1}]',
    'doc:2#viewer@user:bob[expiration:2030-01-01T00:00:00Z]',
    'doc:2#owner@group:g#member',
    'doc:2#owner@group:g#owner',
    'folder:2#owner@user:g',
  ].map(parseRelationship)
  t.strictSame(internStrings(fresh(list)), list)
  t.strictSame(internStrings([]), [])
})

t.test('equal strings and references are in memory once', async t => {
  const [a, b, c, d] = internStrings(
    fresh(
      [
        'doc:1#viewer@user:ann',
        'doc:1#viewer@user:bob',
        'doc:2#viewer@user:bob',
        'doc:2#owner@user:x',
      ].map(parseRelationship),
    ),
  )
  t.equal(a.resource, b.resource)
  t.not(b.resource, c.resource)
  t.equal(b.subject, c.subject)
  t.not(a.subject, b.subject)
  t.equal(c.resource, d.resource)
})
