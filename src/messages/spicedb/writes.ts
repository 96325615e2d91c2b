// The conversions of the parts of a write between messages and terms.

import type {
  PermissionPrecondition,
  Precondition,
  Update,
  UpdateOutcome,
} from '../../terms/index.js'
import type { Sent, Wire } from '../message.js'
import type {
  PermissionPreconditionMessage,
  PreconditionMessage,
  RelationshipUpdate,
  UpdateOutcomeMessage,
} from './relationships.js'
import {
  fromCheckItem,
  fromFilter,
  fromRelationship,
  toCheckItem,
  toFilter,
  toRelationship,
} from './terms.js'

const OPERATIONS = {
  OPERATION_UNSPECIFIED: 'touch',
  OPERATION_CREATE: 'create',
  OPERATION_TOUCH: 'touch',
  OPERATION_DELETE: 'delete',
} as const

const OPERATION_NAMES = {
  create: 'OPERATION_CREATE',
  touch: 'OPERATION_TOUCH',
  delete: 'OPERATION_DELETE',
} as const

export const toUpdate = ({ operation, relationship }: Wire<typeof RelationshipUpdate>): Update => ({
  operation: OPERATIONS[operation],
  relationship: toRelationship(relationship),
})

export const fromUpdate = ({
  operation,
  relationship,
}: Update): Wire<typeof RelationshipUpdate> => ({
  operation: OPERATION_NAMES[operation],
  relationship: fromRelationship(relationship),
})

export const toPrecondition = ({
  operation,
  filter,
}: Wire<typeof PreconditionMessage>): Precondition => ({
  kind: operation === 'OPERATION_MUST_MATCH' ? 'must-match' : 'must-not-match',
  filter: toFilter(filter),
})

export const fromPrecondition = ({
  kind,
  filter,
}: Precondition): Sent<typeof PreconditionMessage> => ({
  operation: kind === 'must-match' ? 'OPERATION_MUST_MATCH' : 'OPERATION_MUST_NOT_MATCH',
  filter: fromFilter(filter),
})

export const toPermissionPrecondition = ({
  operation,
  ...question
}: Wire<typeof PermissionPreconditionMessage>): PermissionPrecondition => ({
  kind: operation === 'OPERATION_MUST_HAVE' ? 'must-have' : 'must-not-have',
  item: toCheckItem(question),
})

export const fromPermissionPrecondition = ({
  kind,
  item,
}: PermissionPrecondition): Sent<typeof PermissionPreconditionMessage> => ({
  operation: kind === 'must-have' ? 'OPERATION_MUST_HAVE' : 'OPERATION_MUST_NOT_HAVE',
  ...fromCheckItem(item),
})

type WireOutcome = Wire<typeof UpdateOutcomeMessage>

/** The outcomes as messages, shared because a write may have a thousand of them. */
const OUTCOMES = {
  created: { outcome: 'OUTCOME_CREATED' },
  replaced: { outcome: 'OUTCOME_REPLACED' },
  unchanged: { outcome: 'OUTCOME_UNCHANGED' },
  deleted: { outcome: 'OUTCOME_DELETED' },
  absent: { outcome: 'OUTCOME_ABSENT' },
} as const satisfies Record<UpdateOutcome, WireOutcome>

const OUTCOME_KINDS = Object.fromEntries(
  Object.entries(OUTCOMES).map(([kind, { outcome }]) => [outcome, kind]),
) as Readonly<Record<WireOutcome['outcome'], UpdateOutcome>>

export const fromOutcome = (outcome: UpdateOutcome): WireOutcome => OUTCOMES[outcome]

export const toOutcome = ({ outcome }: WireOutcome): UpdateOutcome => OUTCOME_KINDS[outcome]
