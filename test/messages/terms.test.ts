import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { decodeBody } from '../../src/messages/message.js'
import { Relationship, RelationshipFilter } from '../../src/messages/spicedb/shared.js'
import {
  fromFilter,
  fromRelationship,
  toFilter,
  toRelationship,
} from '../../src/messages/spicedb/terms.js'
import { fromUpdate } from '../../src/messages/spicedb/writes.js'
import {
  type RelationshipFilter as Filter,
  type JsonObject,
  parseRelationship,
} from '../../src/terms/index.js'

const overWire = (value: unknown): string => JSON.stringify(value)

const name = fc.stringMatching(/^[a-z][a-z0-9_]{1,10}[a-z0-9]$/)
const id = fc.stringMatching(/^[a-zA-Z0-9/_|@.:=+é-]{1,20}$/)
/** The API takes no key `__proto__`, at whatever depth. */
const json = fc.jsonValue().filter(value => !JSON.stringify(value).includes('__proto__'))
const relationship = fc.record({
  resource: fc.record({ type: name, id }),
  relation: name,
  subject: fc.record({ type: name, id, relation: fc.oneof(fc.constant(''), name) }),
  caveat: fc.oneof(
    fc.constant(null),
    fc.record({ name, context: fc.dictionary(name, json) as fc.Arbitrary<JsonObject> }),
  ),
  expiresAt: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 4e12 })),
})
/** JSON has no -0. */
const jsonOf = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value

t.test('a relationship that the client sends is the one that the API reads', async () => {
  fc.assert(
    fc.property(relationship, given => {
      const { relationship: sent } = fromUpdate({ operation: 'touch', relationship: given })
      const read = toRelationship(decodeBody(Relationship, overWire(sent)))
      assert.deepStrictEqual(jsonOf(read), jsonOf(given))
    }),
  )
})

t.test('a relationship that the API sends is the one that the client reads', async () => {
  fc.assert(
    fc.property(relationship, given => {
      const read = toRelationship(JSON.parse(overWire(fromRelationship(given))))
      assert.deepStrictEqual(read, jsonOf(given))
    }),
  )
})

t.test('a filter that the client sends is the one that the API reads', async t => {
  const filters: readonly Filter[] = [
    { resourceType: 'document' },
    { resourceType: 'document', resourceId: '1', relation: 'viewer' },
    { resourceIdPrefix: 'a/' },
    { subject: { type: 'user' } },
    { subject: { type: 'user', id: '*' } },
    { subject: { type: 'group', id: 'x', relation: '' } },
    { subject: { type: 'group', relation: 'member' } },
  ]
  for (const filter of filters) {
    const read = toFilter(decodeBody(RelationshipFilter, overWire(fromFilter(filter))))
    t.strictSame(JSON.parse(JSON.stringify(read)), filter)
  }
})

t.test('a relationship is printed as SpiceDB prints it', async t => {
  const stored = parseRelationship('document:1#viewer@group:eng#member')
  t.strictSame(fromRelationship(stored), {
    resource: { objectType: 'document', objectId: '1' },
    relation: 'viewer',
    subject: { object: { objectType: 'group', objectId: 'eng' }, optionalRelation: 'member' },
    optionalCaveat: null,
    optionalExpiresAt: null,
  })
  const timed = parseRelationship('document:1#viewer@user:a[cav][expiration:2030-01-01T00:00:00Z]')
  t.match(fromRelationship(timed), {
    optionalCaveat: { caveatName: 'cav', context: {} },
    optionalExpiresAt: '2030-01-01T00:00:00Z',
  })
})
