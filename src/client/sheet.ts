// What there is to know about sharing: who has access to a resource, who could be given it, and what a
// person reaches. All of it comes in pages.

import type {
  CheckAnswer,
  ObjectReference,
  Relationship,
  SubjectReference,
} from '../terms/index.js'
import { RemoteError, type WireStatus } from './remoteError.js'
import { reading } from './route.js'
import {
  type ConsistencyByToken,
  fromConsistency,
  fromCursor,
  fromObject,
  toAnswer,
  toObject,
  toSubject,
  toTraits,
  type WireAnswer,
  type WireObject,
  type WireSubject,
  type WireToken,
  type WireTraits,
} from './wire.js'

export interface PageCall {
  readonly consistency?: ConsistencyByToken
  /** 0, the default, lists as many as are usual. */
  readonly limit?: number
  /** Goes on after the page that came with it. */
  readonly cursor?: string
}

export interface Page<Row> {
  readonly rows: readonly Row[]
  /** Null when there are no more. */
  readonly cursor: string | null
  /** As of when they were read. */
  readonly token: string
}

export interface SheetCall extends PageCall {
  readonly resource: ObjectReference
  /** Who asks. */
  readonly actor: ObjectReference
  /** Only principals whose ids begin with it. */
  readonly prefix?: string
}

/** A group, and everyone, is a set of persons, or a wildcard. */
export type PrincipalKind = 'person' | 'group' | 'everyone'

interface Principal {
  readonly principal: SubjectReference
  readonly kind: PrincipalKind
  /** Persons among them now; null for a person, and for a wildcard. */
  readonly members: number | null
}

/** A role, and where it comes from. */
interface Given extends Pick<Relationship, 'caveat' | 'expiresAt'> {
  readonly role: string
  /** Through what the resource belongs to, or else follows from. */
  readonly how:
    | { readonly kind: 'direct' }
    | { readonly kind: 'scope' | 'inherited'; readonly via: ObjectReference }
  /** Milliseconds since 1970; null, as the next two, when it is not kept any more. */
  readonly since: number | null
  readonly by: string | null
  readonly reason: string | null
}

export interface SheetGrant extends Given {
  /** Whether the actor may take it away. */
  readonly removable: boolean
}

export interface SheetRow extends Principal {
  /**
   * Whether a person has access, or why nobody knows; null for sets, and where the schema has no word
   * for access.
   */
  readonly access: CheckAnswer | RemoteError | null
  readonly grants: readonly SheetGrant[]
}

export interface Candidate extends Principal {
  /** In which the actor may add it. */
  readonly roles: readonly string[]
  /** Why nobody knows whether it belongs there; it then has no roles. */
  readonly error?: RemoteError
}

export interface ReachCall extends PageCall {
  readonly person: ObjectReference
  /** One definition; without it, all that are shared. */
  readonly resourceType?: string
}

export interface ReachGrant extends Given {
  /** The set through which the person has it; null for the person itself. */
  readonly through: SubjectReference | null
  /** Why nobody knows whether the person is in that set. */
  readonly error?: RemoteError
}

export interface ReachItem {
  readonly resource: ObjectReference
  readonly answer: CheckAnswer | RemoteError
  readonly grants: readonly ReachGrant[]
}

const fromPageCall = ({ consistency, limit, cursor }: PageCall) => ({
  consistency: fromConsistency(consistency),
  optionalLimit: limit,
  optionalCursor: fromCursor(cursor),
})

const fromSheetCall = (call: SheetCall) => ({
  ...fromPageCall(call),
  resource: fromObject(call.resource),
  actor: fromObject(call.actor),
  optionalPrefix: call.prefix,
})

export const sheet = reading({
  path: '/v1/sharing/sheet',
  toQuery: fromSheetCall,
  toAnswer: (told: WirePage & { rows: readonly WireRow[] }): Page<SheetRow> =>
    toPage(told, told.rows.map(toRow)),
})

export const candidates = reading({
  path: '/v1/sharing/candidates',
  toQuery: fromSheetCall,
  toAnswer: (told: WirePage & { candidates: readonly WireCandidate[] }): Page<Candidate> =>
    toPage(told, told.candidates.map(toCandidate)),
})

export const reach = reading({
  path: '/v1/sharing/reach',
  toQuery: (call: ReachCall) => ({
    ...fromPageCall(call),
    principal: fromObject(call.person),
    optionalResourceType: call.resourceType,
  }),
  toAnswer: (told: WirePage & { items: readonly WireItem[] }): Page<ReachItem> =>
    toPage(told, told.items.map(toItem)),
})

const toPage = <Row>({ readAt, afterResultCursor }: WirePage, rows: readonly Row[]): Page<Row> => ({
  rows,
  cursor: afterResultCursor?.token ?? null,
  token: readAt.token,
})

const KINDS = {
  PRINCIPAL_PERSON: 'person',
  PRINCIPAL_GROUP: 'group',
  PRINCIPAL_EVERYONE: 'everyone',
} as const

export const toKind = (kind: WireKind): PrincipalKind => KINDS[kind]

const toPrincipal = ({ principal, kind, memberCount }: WirePrincipal): Principal => ({
  principal: toSubject(principal),
  kind: toKind(kind),
  members: memberCount,
})

const UNASKED = 'PERMISSIONSHIP_UNSPECIFIED'

const toRow = (told: WireRow): SheetRow => ({
  ...toPrincipal(told),
  access:
    told.permissionship === UNASKED && told.error === undefined ? null : toAnswerOr(told),
  grants: told.grants.map(grant => ({ ...toGiven(grant), removable: grant.removable })),
})

const toAnswerOr = ({ error, ...answer }: WireAnswer & WireFailing): CheckAnswer | RemoteError =>
  error === undefined ? toAnswer(answer) : toError(error)

const toError = (error: WireStatus): RemoteError => new RemoteError(200, error)

const toCandidate = ({ roles, error, ...principal }: WireCandidate): Candidate => ({
  ...toPrincipal(principal),
  roles,
  ...(error !== undefined && { error: toError(error) }),
})

const toItem = (told: WireItem): ReachItem => ({
  resource: toObject(told.resource),
  answer: toAnswerOr(told),
  grants: told.grants.map(({ through, error, ...grant }) => ({
    ...toGiven(grant),
    through: through && toSubject(through),
    ...(error !== undefined && { error: toError(error) }),
  })),
})

const toGiven = ({ role, how, via, since, by, reason, ...traits }: WireGiven): Given => ({
  role,
  how: toHow(how, via),
  since: since === null ? null : Date.parse(since),
  by,
  reason,
  ...toTraits(traits),
})

/** What is had through a group is direct to that. */
const toHow = (how: string, via: WireSubject | null): Given['how'] =>
  via === null || how === 'HOW_GROUP'
    ? { kind: 'direct' }
    : { kind: how === 'HOW_SCOPE' ? 'scope' : 'inherited', via: toObject(via.object) }

export type WireKind = keyof typeof KINDS

interface WirePage {
  readonly readAt: WireToken
  readonly afterResultCursor: WireToken | null
}

interface WirePrincipal {
  readonly principal: WireSubject
  readonly kind: WireKind
  readonly memberCount: number | null
}

interface WireGiven extends WireTraits {
  readonly role: string
  readonly how: string
  readonly via: WireSubject | null
  readonly since: string | null
  readonly by: string | null
  readonly reason: string | null
}

interface WireFailing {
  readonly error?: WireStatus
}

interface WireRow extends WirePrincipal, WireAnswer, WireFailing {
  readonly grants: readonly (WireGiven & { readonly removable: boolean })[]
}

interface WireCandidate extends WirePrincipal, WireFailing {
  readonly roles: readonly string[]
}

interface WireItem extends WireAnswer, WireFailing {
  readonly resource: WireObject
  readonly grants: readonly (WireGiven & WireFailing & { readonly through: WireSubject | null })[]
}
