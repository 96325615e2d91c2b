// The message for one change of a sheet. A rule of the message says which fields each operation has
// beside its principal.

import { limits, type Violation } from '../../terms/index.js'
import { chosen, enumeration, list, NO_FAULTS, text, timestamp } from '../field.js'
import { message, required, type Wire } from '../message.js'
import {
  ContextualizedCaveat,
  orEmpty,
  RELATION_NAME,
  SubjectReference,
} from '../spicedb/shared.js'

const operation = chosen(
  enumeration([
    'OPERATION_UNSPECIFIED',
    'OPERATION_GRANT',
    'OPERATION_REVOKE',
    'OPERATION_CHANGE_ROLE',
    'OPERATION_CHOOSE',
    'OPERATION_GATHER',
    'OPERATION_UNCHECK',
  ]),
)

type Operation = Wire<typeof operation>

/** The fields that an operation may have. */
interface AllowedFields {
  readonly role: 'given' | 'either' | 'empty'
  readonly former: boolean
  readonly principals: boolean
  /** Whether a caveat and an expiration are allowed. */
  readonly traits: boolean
}

const ALLOWED: Readonly<Record<Operation, AllowedFields>> = {
  // The operation itself is refused, so its other fields are not.
  OPERATION_UNSPECIFIED: { role: 'either', former: true, principals: true, traits: true },
  OPERATION_GRANT: { role: 'given', former: false, principals: false, traits: true },
  OPERATION_REVOKE: { role: 'either', former: false, principals: false, traits: false },
  OPERATION_CHANGE_ROLE: { role: 'given', former: true, principals: false, traits: false },
  OPERATION_CHOOSE: { role: 'either', former: false, principals: true, traits: false },
  OPERATION_GATHER: { role: 'given', former: false, principals: false, traits: false },
  OPERATION_UNCHECK: { role: 'empty', former: false, principals: true, traits: false },
}

interface ChangeFields {
  readonly operation: Operation
  readonly role: string
  readonly optionalFormerRole: string
  readonly principals: readonly unknown[]
  readonly optionalCaveat: unknown
  readonly optionalExpiresAt: unknown
}

export const SharingChangeMessage = message(
  'SharingChange',
  'One change. GRANT gives the role, with a caveat or an expiration if set. REVOKE takes the ' +
    'role away, or every role if none is set. CHANGE_ROLE replaces the former role, or the only ' +
    'one that there is, by the role. CHOOSE takes the roles of the set away and gives them, or ' +
    'the role if set, to the principals, who must be part of the set. GATHER gives the role to ' +
    'the set and takes the direct grants of it from the members of the set. UNCHECK takes the ' +
    'roles of everyone away and gives them to all of everyone except the principals.',
  {
    operation,
    principal: required(SubjectReference),
    role: text(orEmpty(RELATION_NAME)),
    optionalFormerRole: text(orEmpty(RELATION_NAME)),
    principals: list(required(SubjectReference)),
    optionalCaveat: ContextualizedCaveat,
    optionalExpiresAt: timestamp,
  },
  { rule: wrongFields },
)

/** The fields that the operation lacks, and those that it does not allow. */
function wrongFields(change: ChangeFields): readonly Violation[] {
  const { operation, principals } = change
  const allowed = ALLOWED[operation]
  const maximum = limits.sharingChangesMax
  const violations: Violation[] = []
  const require = (holds: boolean, field: string, expected: string): void => {
    if (!holds) violations.push({ field, expected })
  }
  const given = `given for ${operation}`
  const unset = `unset for ${operation}`
  require(allowed.role !== 'given' || change.role !== '', '.role', given)
  require(allowed.role !== 'empty' || change.role === '', '.role', unset)
  require(allowed.former || change.optionalFormerRole === '', '.optionalFormerRole', unset)
  require(allowed.principals || principals.length === 0, '.principals', unset)
  require(principals.length <= maximum, '.principals', `at most ${maximum} principals`)
  require(allowed.traits || change.optionalCaveat === null, '.optionalCaveat', unset)
  require(allowed.traits || change.optionalExpiresAt === null, '.optionalExpiresAt', unset)
  return violations.length === 0 ? NO_FAULTS : violations
}
