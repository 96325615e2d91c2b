// Tests of one sharing change as a message: the fields that each operation requires, and those it
// refuses.

import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { type SharingChange as Change, fromChange } from '../../src/client/sharing.js'
import { SharingChangeMessage as SharingChange } from '../../src/messages/index.js'
import { admit, decodeBody } from '../../src/messages/message.js'
import { toChange } from '../../src/protocols/sharing/change.js'
import { type JsonObject, limits, Refusal } from '../../src/terms/index.js'
import { type Json, subject } from '../wire.js'

const ANN = subject('user', 'ann')
const SALES = subject('group', 'sales', 'member')

function violations(change: Json): readonly (readonly [string, string])[] {
  const value = decodeBody(SharingChange, JSON.stringify(change))
  try {
    admit(SharingChange, value)
    return []
  } catch (error) {
    assert(error instanceof Refusal)
    return error.violations.map(({ field, expected }) => [field, expected] as const)
  }
}

const LEAST: Readonly<Record<string, Json>> = {
  OPERATION_GRANT: { principal: ANN, role: 'viewer' },
  OPERATION_REVOKE: { principal: ANN },
  OPERATION_CHANGE_ROLE: { principal: ANN, role: 'viewer' },
  OPERATION_CHOOSE: { principal: SALES },
  OPERATION_GATHER: { principal: SALES, role: 'viewer' },
  OPERATION_UNCHECK: { principal: subject('account', 'acme', 'member') },
}

const FIELDS: Readonly<Record<string, unknown>> = {
  role: 'viewer',
  optionalFormerRole: 'editor',
  principals: [ANN],
  optionalCaveat: { caveatName: 'on_day' },
  optionalExpiresAt: '2030-01-01T00:00:00Z',
}

/** The fields that an operation may have beside what it must have. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  OPERATION_GRANT: ['role', 'optionalCaveat', 'optionalExpiresAt'],
  OPERATION_REVOKE: ['role'],
  OPERATION_CHANGE_ROLE: ['role', 'optionalFormerRole'],
  OPERATION_CHOOSE: ['role', 'principals'],
  OPERATION_GATHER: ['role'],
  OPERATION_UNCHECK: ['principals'],
}

t.test('every operation has its own fields, and no others', async t => {
  for (const [operation, least] of Object.entries(LEAST)) {
    const change = { operation, ...least }
    t.strictSame(violations(change), [], operation)
    for (const [field, value] of Object.entries(FIELDS)) {
      t.strictSame(
        violations({ ...change, [field]: value }),
        MORE[operation].includes(field) ? [] : [[field, `unset for ${operation}`]],
        `${operation} ${field}`,
      )
    }
  }
})

t.test('a role must be given to give it', async t => {
  for (const operation of ['OPERATION_GRANT', 'OPERATION_CHANGE_ROLE', 'OPERATION_GATHER']) {
    t.strictSame(violations({ operation, principal: ANN }), [['role', `given for ${operation}`]])
  }
})

t.test('an operation must be named, a principal given', async t => {
  t.match(violations({}), [
    ['operation', /named/],
    ['principal', 'given'],
  ])
  const everyone = subject('user', '*')
  t.strictSame(violations({ ...LEAST.OPERATION_GRANT, operation: 1, principal: everyone }), [])
  t.match(violations({ operation: 2, principal: subject('user', 'a b') }), [
    ['principal.object.objectId', /id of a subject/],
  ])
  t.match(violations({ operation: 2, principal: ANN, role: 'x#y' }), [['role', /^empty, or/]])
})

t.test('principals are up to a limit, and each is one', async t => {
  const choose = { operation: 'OPERATION_CHOOSE', principal: SALES }
  const many = (count: number) => ({ ...choose, principals: Array(count).fill(ANN) })
  t.strictSame(violations(many(limits.sharingChangesMax)), [])
  t.strictSame(violations(many(limits.sharingChangesMax + 1)), [
    ['principals', 'at most 1000 principals'],
  ])
  t.match(violations({ ...choose, principals: [ANN, { object: null }] }), [
    ['principals[1].object', 'given'],
  ])
})

const name = fc.stringMatching(/^[a-z][a-z0-9_]{1,10}[a-z0-9]$/)
const id = fc.stringMatching(/^[a-zA-Z0-9/_|@.:=+é-]{1,20}$/)
const principal = fc.record({ type: name, id, relation: fc.oneof(fc.constant(''), name) })
const principals = fc.array(principal, { maxLength: 3 })
const role = fc.oneof(fc.constant(''), name)
const caveat = fc.oneof(
  fc.constant(null),
  fc.record({ name, context: fc.dictionary(name, fc.integer()) as fc.Arbitrary<JsonObject> }),
)
const expiresAt = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 4e12 }))
const kind = <const Kind extends string>(given: Kind) => fc.constant(given)
const change = fc.oneof(
  fc.record({ kind: kind('grant'), principal, role: name, caveat, expiresAt }),
  fc.record({ kind: kind('revoke'), principal, role }),
  fc.record({
    kind: kind('change-role'),
    principal,
    former: fc.oneof(fc.constant(''), name),
    role: name,
  }),
  fc.record({ kind: kind('choose'), principal, role, principals }),
  fc.record({ kind: kind('gather'), principal, role: name }),
  fc.record({ kind: kind('uncheck'), principal, principals }),
)
const jsonOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

t.test('a change that the client sends is the one that the API reads', async () => {
  fc.assert(
    fc.property(change, given => {
      const sent = decodeBody(SharingChange, JSON.stringify(fromChange(given)))
      assert.deepStrictEqual(jsonOf(toChange(admit(SharingChange, sent))), jsonOf(given))
    }),
    { numRuns: 300 },
  )
})

t.test('what a change leaves out is unset', async t => {
  const least: readonly Change[] = [
    { kind: 'grant', principal: { type: 'user', id: 'ann', relation: '' }, role: 'viewer' },
    { kind: 'revoke', principal: { type: 'user', id: 'ann', relation: '' } },
  ]
  const read = least.map(each =>
    toChange(decodeBody(SharingChange, JSON.stringify(fromChange(each)))),
  )
  t.match(read, [
    { kind: 'grant', caveat: null, expiresAt: null },
    { kind: 'revoke', role: '' },
  ])
})
