// One change of who has access, as a message. Which fields an operation has beside its principal is a
// rule of the message; what the change comes to, the operation decides.

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

interface Admitted {
  readonly role: 'given' | 'either' | 'empty'
  readonly former: boolean
  readonly principals: boolean
  /** A caveat, an expiration. */
  readonly traits: boolean
}

const ADMITTED: Readonly<Record<Operation, Admitted>> = {
  // Refused for itself, with whatever stands beside it.
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
  'One change. GRANT gives the role, on conditions if any; REVOKE takes it, or without one every role; CHANGE_ROLE gives this one instead of the former role, or of the only one there is. CHOOSE: the set loses its roles, and the principals, who are of it, have these, or the role that is given, instead. GATHER: members of the set who have the role by themselves lose that, and the set has it. UNCHECK: everyone loses its roles, and all but the principals have them instead.',
  {
    operation,
    principal: required(SubjectReference),
    role: text(orEmpty(RELATION_NAME)),
    optionalFormerRole: text(orEmpty(RELATION_NAME)),
    principals: list(required(SubjectReference)),
    optionalCaveat: ContextualizedCaveat,
    optionalExpiresAt: timestamp,
  },
  { rule: strays },
)

/** What the operation lacks, and what it has no use for. */
function strays(change: ChangeFields): readonly Violation[] {
  const { operation, principals } = change
  const admitted = ADMITTED[operation]
  const maximum = limits.sharingChangesMax
  const violations: Violation[] = []
  const require = (holds: boolean, field: string, expected: string): void => {
    if (!holds) violations.push({ field, expected })
  }
  const given = `given for ${operation}`
  const unset = `unset for ${operation}`
  require(admitted.role !== 'given' || change.role !== '', '.role', given)
  require(admitted.role !== 'empty' || change.role === '', '.role', unset)
  require(admitted.former || change.optionalFormerRole === '', '.optionalFormerRole', unset)
  require(admitted.principals || principals.length === 0, '.principals', unset)
  require(principals.length <= maximum, '.principals', `at most ${maximum} principals`)
  require(admitted.traits || change.optionalCaveat === null, '.optionalCaveat', unset)
  require(admitted.traits || change.optionalExpiresAt === null, '.optionalExpiresAt', unset)
  return violations.length === 0 ? NO_FAULTS : violations
}
