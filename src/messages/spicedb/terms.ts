// The conversions between messages and terms, as pure functions, for server and client alike. The
// rules of a message have been checked before it is converted. The exception is a consistency: its
// token is parsed, and refused if malformed, before the rules are checked.

import {
  type CheckAnswer,
  type CheckItem,
  type Consistency,
  isTellable,
  type JsonObject,
  type ObjectReference,
  parseToken,
  Refusal,
  type Relationship,
  type RelationshipFilter,
  type SubjectReference,
} from '../../terms/index.js'
import type { Sent, Wire } from '../message.js'
import type {
  RelationshipFilter as FilterMessage,
  lookupPermissionship,
  PartialCaveatInfo,
  permissionship,
  WireConsistency,
  WireFilter,
  WireObject,
  WireRelationship,
  WireSubject,
} from './shared.js'

const MINIMIZE_LATENCY: Consistency = { kind: 'minimize-latency' }
const FULL: Consistency = { kind: 'full' }

/** The consistency that a message asks for. @throws Refusal as `toConsistency` does */
export const consistencyOf = (message: unknown): Consistency =>
  toConsistency((message as { readonly consistency?: WireConsistency | null }).consistency)

/** @throws Refusal `token-malformed`; `invalid-argument` unless exactly one mode is set */
function toConsistency(wire: WireConsistency | null | undefined): Consistency {
  if (wire === null || wire === undefined) return MINIMIZE_LATENCY
  const { minimizeLatency, atLeastAsFresh, atExactSnapshot, fullyConsistent } = wire
  const modes = [minimizeLatency, atLeastAsFresh, atExactSnapshot, fullyConsistent]
  const set = modes.filter(mode => mode !== undefined)
  if (set.length === 1 && set[0] !== false) {
    if (atLeastAsFresh) return { kind: 'at-least', token: parseToken(atLeastAsFresh.token) }
    if (atExactSnapshot) return { kind: 'exact', token: parseToken(atExactSnapshot.token) }
    return fullyConsistent ? FULL : MINIMIZE_LATENCY
  }
  const expected =
    'exactly one of `minimizeLatency: true`, `atLeastAsFresh`, `atExactSnapshot`, ' +
    '`fullyConsistent: true`'
  throw new Refusal(
    'invalid-argument',
    `invalid request: \`consistency\` must be ${expected}`,
    {},
    [{ field: 'consistency', expected }],
  )
}

export const toObject = ({ objectType, objectId }: WireObject): ObjectReference => ({
  type: objectType,
  id: objectId,
})

export const toSubject = ({ object, optionalRelation }: WireSubject): SubjectReference => ({
  type: object.objectType,
  id: object.objectId,
  relation: optionalRelation,
})

/** The fields of an answer without its question. */
export interface WireAnswer {
  readonly permissionship: Wire<typeof permissionship> | Wire<typeof lookupPermissionship>
  readonly partialCaveatInfo: Wire<typeof PartialCaveatInfo> | null
}

interface WireItem {
  readonly resource: WireObject
  readonly permission: string
  readonly subject: WireSubject
  readonly context: JsonObject | null
}

export const toCheckItem = ({ resource, permission, subject, context }: WireItem): CheckItem => ({
  resource: toObject(resource),
  permission,
  subject: toSubject(subject),
  context: context ?? {},
})

export const fromCheckItem = ({ resource, permission, subject, context }: CheckItem): WireItem => ({
  resource: fromObject(resource),
  permission,
  subject: fromSubject(subject),
  context,
})

export function toRelationship(wire: WireRelationship): Relationship {
  return {
    resource: toObject(wire.resource),
    relation: wire.relation,
    subject: toSubject(wire.subject),
    ...toTraits(wire),
  }
}

type RelationshipTraits = Pick<Relationship, 'caveat' | 'expiresAt'>
type WireTraits = Pick<WireRelationship, 'optionalCaveat' | 'optionalExpiresAt'>

export const toTraits = ({
  optionalCaveat: caveat,
  optionalExpiresAt: expiresAt,
}: WireTraits): RelationshipTraits => ({
  caveat: caveat === null ? null : { name: caveat.caveatName, context: caveat.context ?? {} },
  expiresAt: expiresAt === null ? null : Date.parse(expiresAt),
})

export const toContextual = (
  wire: readonly WireRelationship[] | undefined,
): readonly Relationship[] => wire?.map(toRelationship) ?? []

export function toFilter(wire: WireFilter): RelationshipFilter {
  const subject = wire.optionalSubjectFilter
  return {
    resourceType: orAbsent(wire.resourceType),
    resourceId: orAbsent(wire.optionalResourceId),
    resourceIdPrefix: orAbsent(wire.optionalResourceIdPrefix),
    relation: orAbsent(wire.optionalRelation),
    subject:
      subject === null
        ? undefined
        : {
            type: subject.subjectType,
            id: orAbsent(subject.optionalSubjectId),
            relation: subject.optionalRelation?.relation,
          },
  }
}

export const fromFilter = ({
  subject,
  ...filter
}: RelationshipFilter): Sent<typeof FilterMessage> => ({
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

const orAbsent = (value: string): string | undefined => (value === '' ? undefined : value)

export const fromObject = ({ type, id }: ObjectReference): WireObject => ({
  objectType: type,
  objectId: id,
})

export const fromSubject = (subject: SubjectReference): WireSubject => ({
  object: fromObject(subject),
  optionalRelation: subject.relation,
})

export const fromRelationship = (relationship: Relationship): WireRelationship => ({
  resource: fromObject(relationship.resource),
  relation: relationship.relation,
  subject: fromSubject(relationship.subject),
  ...fromTraits(relationship),
})

export const fromTraits = ({
  caveat = null,
  expiresAt = null,
}: Partial<RelationshipTraits>): WireTraits => ({
  optionalCaveat: caveat === null ? null : { caveatName: caveat.name, context: caveat.context },
  optionalExpiresAt: expiresAt === null ? null : fromTime(expiresAt),
})

/**
 * The time as RFC 3339 text, with milliseconds only where they are not zero.
 * @throws RangeError for a time that RFC 3339 cannot express
 */
export function fromTime(time: number): string {
  if (isTellable(time)) return new Date(time).toISOString().replace('.000Z', 'Z')
  throw new RangeError(`a time within the years 1 to 9999 is expected, not ${time}`)
}

export function fromCheckAnswer(answer: CheckAnswer) {
  switch (answer.kind) {
    case 'no':
      return { permissionship: 'PERMISSIONSHIP_NO_PERMISSION', partialCaveatInfo: null } as const
    case 'yes':
      return { permissionship: 'PERMISSIONSHIP_HAS_PERMISSION', partialCaveatInfo: null } as const
    case 'conditional':
      return {
        permissionship: 'PERMISSIONSHIP_CONDITIONAL_PERMISSION',
        partialCaveatInfo: { missingRequiredContext: answer.missing },
      } as const
  }
}

/** The answer in a message of a check, or of an item of a lookup. */
export function toCheckAnswer({ permissionship, partialCaveatInfo }: WireAnswer): CheckAnswer {
  switch (permissionship) {
    case 'PERMISSIONSHIP_HAS_PERMISSION':
    case 'LOOKUP_PERMISSIONSHIP_HAS_PERMISSION':
      return { kind: 'yes' }
    case 'PERMISSIONSHIP_CONDITIONAL_PERMISSION':
    case 'LOOKUP_PERMISSIONSHIP_CONDITIONAL_PERMISSION':
      return { kind: 'conditional', missing: partialCaveatInfo?.missingRequiredContext ?? [] }
    default:
      return { kind: 'no' }
  }
}

/** The answer of a lookup's item, which is conditional if caveat parameters are missing. */
export function fromMissing(missing: readonly string[]) {
  return missing.length === 0
    ? ({ permissionship: 'LOOKUP_PERMISSIONSHIP_HAS_PERMISSION', partialCaveatInfo: null } as const)
    : ({
        permissionship: 'LOOKUP_PERMISSIONSHIP_CONDITIONAL_PERMISSION',
        partialCaveatInfo: { missingRequiredContext: missing },
      } as const)
}

/** The answer of a lookup's item whose check is refused. */
export const NO_ANSWER = {
  permissionship: 'LOOKUP_PERMISSIONSHIP_UNSPECIFIED',
  partialCaveatInfo: null,
} as const
