// Fuzzing of all routes: whatever is sent, the answer is JSON, and never a status of 500 or above.

import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { seal } from '../../src/terms/index.js'
import { openService, TEST_KEY } from '../service.js'
import {
  BULK,
  CHECK,
  DELETE,
  READ,
  RESOURCES,
  SCHEMA,
  SUBJECTS,
  WRITE,
  WRITE_SCHEMA,
} from '../wire.js'

const PATHS = [
  CHECK,
  BULK,
  RESOURCES,
  SUBJECTS,
  READ,
  WRITE,
  DELETE,
  WRITE_SCHEMA,
  '/v1/schema/read',
]

const name = fc.constantFrom(
  'user',
  'group',
  'document',
  'viewer',
  'member',
  'view',
  'nope',
  '',
  '*',
)
const id = fc.oneof(name, fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constant('a\0b'))
const token = fc.oneof(
  fc.string(),
  fc.base64String(),
  fc
    .tuple(fc.constantFrom('t1', 'c1', 'l1'), fc.array(fc.jsonValue() as fc.Arbitrary<string>))
    .map(([kind, fields]) => seal(kind, fields)),
)
const struct = fc.oneof(fc.constant(null), fc.dictionary(id, fc.jsonValue()))
const object = { objectType: name, objectId: id }
const subject = fc.record({ object: fc.record(object), optionalRelation: name })
const relationship = fc.record({
  resource: fc.record(object),
  relation: name,
  subject,
  optionalCaveat: fc.option(fc.record({ caveatName: fc.constant('on_day'), context: struct })),
  optionalExpiresAt: fc.option(
    fc.constantFrom('2030-01-01T00:00:00Z', '9999-12-31T23:59:59Z', 'x'),
  ),
})
const filter = fc.record(
  {
    resourceType: name,
    optionalResourceId: id,
    optionalResourceIdPrefix: id,
    optionalRelation: name,
    optionalSubjectFilter: fc.record({
      subjectType: name,
      optionalSubjectId: id,
      optionalRelation: fc.option(fc.record({ relation: name })),
    }),
  },
  { requiredKeys: [] },
)
const operation = fc.integer({ min: 0, max: 3 })
const limit = fc.oneof(fc.integer({ min: -1, max: 3 }), fc.constantFrom(1000, 1001, 2 ** 32))
const consistency = fc.oneof(
  fc.constant({ fullyConsistent: true }),
  fc.record({ atLeastAsFresh: fc.record({ token }) }),
  fc.record({ atExactSnapshot: fc.record({ token }) }),
)
/** Every field that any route reads. A route ignores the fields of others. */
const plausible = fc.record(
  {
    consistency,
    resource: fc.record(object),
    permission: name,
    subject,
    context: struct,
    items: fc.array(
      fc.record({ resource: fc.record(object), permission: name, subject, context: struct }),
      { maxLength: 4 },
    ),
    relationshipFilter: filter,
    optionalLimit: limit,
    resourceObjectType: name,
    within: fc.record({ object: fc.record(object), relations: fc.array(name, { maxLength: 3 }) }),
    subjectObjectType: name,
    optionalSubjectRelation: name,
    optionalConcreteLimit: limit,
    wildcardOption: fc.integer({ min: 0, max: 3 }),
    optionalCursor: fc.record({ token }),
    updates: fc.array(fc.record({ operation, relationship }), { maxLength: 4 }),
    optionalPreconditions: fc.array(fc.record({ operation, filter }), { maxLength: 2 }),
    optionalAllowPartialDeletions: fc.boolean(),
    optionalTransactionMetadata: struct,
    schema: fc.oneof(fc.string(), fc.constant(SCHEMA), fc.constant(SCHEMA.slice(40))),
  },
  {
    requiredKeys: [
      'resource',
      'permission',
      'subject',
      'resourceObjectType',
      'subjectObjectType',
      'relationshipFilter',
    ],
  },
)
const body = fc.oneof(
  { weight: 6, arbitrary: plausible.map(value => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
)

t.test('no body of any route makes the service fail', async t => {
  const service = await openService('embedded')
  t.teardown(() => service.close())
  await service.client.writeSchema({ text: SCHEMA })
  const seen = new Set<number>()
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PATHS), body, async (path, sent) => {
      const reply = await fetch(service.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${TEST_KEY}` },
        body: sent,
      })
      const text = await reply.text()
      seen.add(reply.status)
      assert.ok(reply.status < 500, `${reply.status} ${text}`)
      for (const line of text.split('\n')) assert.ok(line === '' || JSON.parse(line))
    }),
    { numRuns: 1500 },
  )
  t.ok(seen.has(200), 'some bodies were good')
  t.ok(seen.has(400), 'some bodies were bad')
})
