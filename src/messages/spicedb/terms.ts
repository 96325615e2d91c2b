// Messages to terms and back, as pure functions, for server and client alike. Messages have been admitted
// by their rules here, except a consistency, whose token is told of before any rule.

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

/** As of when a message asks to be answered, if it has a consistency. @throws as `toConsistency` does */
export const consistencyOf = (message: unknown): Consistency =>
  toConsistency((message as { readonly consistency?: WireConsistency | null }).consistency)

/** @throws Refusal `token-malformed`, or `invalid-argument` for none or several of the modes */
function toConsistency(wire: WireConsistency | null | undefined): Consistency {
  if (wire === null || wire === undefined) return MINIMIZE_LATENCY
  const { minimizeLatency, atLeastAsFresh, atExactSnapshot, fullyConsistent } = wire
  const modes = [minimizeLatency, atLeastAsFresh, atExactSnapshot, fullyConsistent]
  const given = modes.filter(mode => mode !== undefined)
  if (given.length === 1 && given[0] !== false) {
    if (atLeastAsFresh) return { kind: 'at-least', token: parseToken(atLeastAsFresh.token) }
    if (atExactSnapshot) return { kind: 'exact', token: parseToken(atExactSnapshot.token) }
    return fullyConsistent ? FULL : MINIMIZE_LATENCY
  }
  const expected =
    'exactly one of `minimizeLatency: true`, `atLeastAsFresh`, `atExactSnapshot`, `fullyConsistent: true`'
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

/** How an answer is told, beside what it is about. */
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
 * RFC 3339 with as many digits of a second as are needed: none or three.
 * @throws RangeError for a time that it has no text for
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

/** The answer that a check, or an item of a lookup, is told with. */
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

/** Of a lookup, which answers in words of its own: conditional if names are missing. */
export function fromMissing(missing: readonly string[]) {
  return missing.length === 0
    ? ({ permissionship: 'LOOKUP_PERMISSIONSHIP_HAS_PERMISSION', partialCaveatInfo: null } as const)
    : ({
        permissionship: 'LOOKUP_PERMISSIONSHIP_CONDITIONAL_PERMISSION',
        partialCaveatInfo: { missingRequiredContext: missing },
      } as const)
}

/** Of a lookup, in the place of an answer where the check is refused. */
export const NO_ANSWER = {
  permissionship: 'LOOKUP_PERMISSIONSHIP_UNSPECIFIED',
  partialCaveatInfo: null,
} as const
