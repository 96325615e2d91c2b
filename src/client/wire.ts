// Terms to the service's JSON and back: the client's side of the wire, the inverse of the API's.

import type {
  CheckAnswer,
  CheckItem,
  Contextual,
  JsonObject,
  ObjectReference,
  PermissionPrecondition,
  Precondition,
  Relationship,
  RelationshipFilter,
  SubjectReference,
  Update,
  UpdateOutcome,
} from '../terms/index.js'

/** As of when to answer, by the token of an earlier answer. */
export type ConsistencyByToken =
  | { readonly kind: 'minimize-latency' }
  | { readonly kind: 'at-least'; readonly token: string }
  | { readonly kind: 'exact'; readonly token: string }
  | { readonly kind: 'full' }

export function fromConsistency(consistency: ConsistencyByToken = { kind: 'minimize-latency' }) {
  switch (consistency.kind) {
    case 'minimize-latency':
      return { minimizeLatency: true }
    case 'at-least':
      return { atLeastAsFresh: { token: consistency.token } }
    case 'exact':
      return { atExactSnapshot: { token: consistency.token } }
    case 'full':
      return { fullyConsistent: true }
  }
}

export const fromCursor = (token: string | undefined) =>
  token === undefined ? undefined : { token }

export const fromObject = ({ type, id }: ObjectReference) => ({ objectType: type, objectId: id })

export const fromSubject = (subject: SubjectReference) => ({
  object: fromObject(subject),
  optionalRelation: subject.relation,
})

export const fromContextual = ({ contextual }: Contextual) => ({
  contextualRelationships: contextual?.map(fromRelationship),
})

export const fromItem = (item: CheckItem & Contextual) => ({
  resource: fromObject(item.resource),
  permission: item.permission,
  subject: fromSubject(item.subject),
  context: item.context,
  ...fromContextual(item),
})

export const fromFilter = ({ subject, ...filter }: RelationshipFilter) => ({
  resourceType: filter.resourceType,
  optionalResourceId: filter.resourceId,
  optionalResourceIdPrefix: filter.resourceIdPrefix,
  optionalRelation: filter.relation,
  optionalSubjectFilter: subject && {
    subjectType: subject.type,
    optionalSubjectId: subject.id,
    optionalRelation: subject.relation === undefined ? undefined : { relation: subject.relation },
  },
})

type Traits = Pick<Relationship, 'caveat' | 'expiresAt'>

export const fromTraits = ({ caveat = null, expiresAt = null }: Partial<Traits>) => ({
  optionalCaveat: caveat && { caveatName: caveat.name, context: caveat.context },
  optionalExpiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
})

export const fromRelationship = ({ resource, relation, subject, ...traits }: Relationship) => ({
  resource: fromObject(resource),
  relation,
  subject: fromSubject(subject),
  ...fromTraits(traits),
})

const UPDATE_OPERATIONS = {
  create: 'OPERATION_CREATE',
  touch: 'OPERATION_TOUCH',
  delete: 'OPERATION_DELETE',
} as const

export const fromUpdate = ({ operation, relationship }: Update) => ({
  operation: UPDATE_OPERATIONS[operation],
  relationship: fromRelationship(relationship),
})

const PRECONDITION_OPERATIONS = {
  'must-match': 'OPERATION_MUST_MATCH',
  'must-not-match': 'OPERATION_MUST_NOT_MATCH',
} as const

export const fromPrecondition = ({ kind, filter }: Precondition) => ({
  operation: PRECONDITION_OPERATIONS[kind],
  filter: fromFilter(filter),
})

const PERMISSION_OPERATIONS = {
  'must-have': 'OPERATION_MUST_HAVE',
  'must-not-have': 'OPERATION_MUST_NOT_HAVE',
} as const

export const fromPermissionPrecondition = ({ kind, item }: PermissionPrecondition) => ({
  operation: PERMISSION_OPERATIONS[kind],
  ...fromItem(item),
})

export interface WireToken {
  readonly token: string
}

export interface WireUpdateOutcome {
  readonly outcome: keyof typeof UPDATE_OUTCOMES
}

const UPDATE_OUTCOMES = {
  OUTCOME_CREATED: 'created',
  OUTCOME_REPLACED: 'replaced',
  OUTCOME_UNCHANGED: 'unchanged',
  OUTCOME_DELETED: 'deleted',
  OUTCOME_ABSENT: 'absent',
} as const

export const toUpdateOutcome = ({ outcome }: WireUpdateOutcome): UpdateOutcome =>
  UPDATE_OUTCOMES[outcome]

export interface WireAnswer {
  readonly permissionship: string
  readonly partialCaveatInfo: { readonly missingRequiredContext: readonly string[] } | null
}

export interface WireObject {
  readonly objectType: string
  readonly objectId: string
}

export interface WireSubject {
  readonly object: WireObject
  readonly optionalRelation: string
}

export interface WireRelationship extends WireTraits {
  readonly resource: WireObject
  readonly relation: string
  readonly subject: WireSubject
}

export interface WireTraits {
  readonly optionalCaveat: {
    readonly caveatName: string
    readonly context: JsonObject | null
  } | null
  readonly optionalExpiresAt: string | null
}

export function toAnswer({ permissionship, partialCaveatInfo }: WireAnswer): CheckAnswer {
  switch (permissionship) {
    case 'PERMISSIONSHIP_HAS_PERMISSION':
      return { kind: 'yes' }
    case 'PERMISSIONSHIP_CONDITIONAL_PERMISSION':
      return { kind: 'conditional', missing: partialCaveatInfo?.missingRequiredContext ?? [] }
    default:
      return { kind: 'no' }
  }
}

export const toObject = ({ objectType, objectId }: WireObject): ObjectReference => ({
  type: objectType,
  id: objectId,
})

export const toSubject = ({ object, optionalRelation }: WireSubject): SubjectReference => ({
  ...toObject(object),
  relation: optionalRelation,
})

export const toRelationship = (wire: WireRelationship): Relationship => ({
  resource: toObject(wire.resource),
  relation: wire.relation,
  subject: toSubject(wire.subject),
  ...toTraits(wire),
})

export const toTraits = ({
  optionalCaveat: caveat,
  optionalExpiresAt: expiresAt,
}: WireTraits): Traits => ({
  caveat: caveat && { name: caveat.caveatName, context: caveat.context ?? {} },
  expiresAt: expiresAt === null ? null : Date.parse(expiresAt),
})
