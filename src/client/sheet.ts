// What there is to know about sharing: who has access to a resource, who could be given it, and what a
// person reaches. All of it comes in pages.

import {
  type CandidateMessage,
  fromObject,
  type ListCandidatesResponse,
  type ListReachRequest,
  type ListReachResponse,
  type ReachItemMessage,
  type ReadSheetRequest,
  type ReadSheetResponse,
  type Sent,
  type SheetRowMessage,
  toObject,
  toPrincipalKind,
  toSubject,
  toTraits,
  type Wire,
  type WireSubject,
} from '../messages/index.js'
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
  toAnswerOrError,
  tokenOf,
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
interface FromGiven extends Pick<Relationship, 'caveat' | 'expiresAt'> {
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

export interface SheetGrant extends FromGiven {
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
  /** Why nobody knows whether it belongs there: it then has no roles. Null where that is known. */
  readonly error: RemoteError | null
}

export interface ReachCall extends PageCall {
  readonly person: ObjectReference
  /** One definition; without it, all that are shared. */
  readonly resourceType?: string
}

export interface ReachGrant extends FromGiven {
  /** The set through which the person has it; null for the person itself. */
  readonly through: SubjectReference | null
  /** Why nobody knows whether the person is in that set; null where that is known. */
  readonly error: RemoteError | null
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

const fromSheetCall = (call: SheetCall): Sent<typeof ReadSheetRequest> => ({
  ...fromPageCall(call),
  resource: fromObject(call.resource),
  actor: fromObject(call.actor),
  optionalPrefix: call.prefix,
})

export const sheet = reading({
  path: '/v1/sharing/sheet',
  toQuery: fromSheetCall,
  toAnswer: (told: Wire<typeof ReadSheetResponse>): Page<SheetRow> =>
    toPage(told, told.rows.map(toRow)),
})

export const candidates = reading({
  path: '/v1/sharing/candidates',
  toQuery: fromSheetCall,
  toAnswer: (told: Wire<typeof ListCandidatesResponse>): Page<Candidate> =>
    toPage(told, told.candidates.map(toCandidate)),
})

export const reach = reading({
  path: '/v1/sharing/reach',
  toQuery: (call: ReachCall): Sent<typeof ListReachRequest> => ({
    ...fromPageCall(call),
    principal: fromObject(call.person),
    optionalResourceType: call.resourceType,
  }),
  toAnswer: (told: Wire<typeof ListReachResponse>): Page<ReachItem> =>
    toPage(told, told.items.map(toItem)),
})

const toPage = <Row>({ readAt, afterResultCursor }: WirePage, rows: readonly Row[]): Page<Row> => ({
  rows,
  cursor: afterResultCursor?.token ?? null,
  token: tokenOf(readAt),
})

type WirePrincipal = Pick<Wire<typeof CandidateMessage>, 'principal' | 'kind' | 'memberCount'>

const toPrincipal = ({ principal, kind, memberCount }: WirePrincipal): Principal => ({
  principal: toSubject(principal),
  kind: toPrincipalKind(kind),
  members: memberCount,
})

const UNASKED = 'PERMISSIONSHIP_UNSPECIFIED'

const toRow = (told: Wire<typeof SheetRowMessage>): SheetRow => ({
  ...toPrincipal(told),
  access:
    told.permissionship === UNASKED && told.error === undefined
      ? null
      : toAnswerOrError(told, told.error),
  grants: told.grants.map(grant => ({ ...toGiven(grant), removable: grant.removable })),
})

const toCandidate = ({ roles, error, ...principal }: Wire<typeof CandidateMessage>): Candidate => ({
  ...toPrincipal(principal),
  roles,
  error: toError(error),
})

const toError = (error: WireStatus | undefined): RemoteError | null =>
  error === undefined ? null : new RemoteError(200, error)

const toItem = (told: Wire<typeof ReachItemMessage>): ReachItem => ({
  resource: toObject(told.resource),
  answer: toAnswerOrError(told, told.error),
  grants: told.grants.map(({ through, error, ...grant }) => ({
    ...toGiven(grant),
    through: through && toSubject(through),
    error: toError(error),
  })),
})

const toGiven = ({ role, how, via, since, by, reason, ...traits }: WireGiven): FromGiven => ({
  role,
  how: toHow(how, via),
  since: since === null ? null : Date.parse(since),
  by,
  reason,
  ...toTraits(traits),
})

/** What is had through a group is direct to that. */
const toHow = (how: string, via: WireSubject | null): FromGiven['how'] =>
  via === null || how === 'HOW_GROUP'
    ? { kind: 'direct' }
    : { kind: how === 'HOW_SCOPE' ? 'scope' : 'inherited', via: toObject(via.object) }

type WirePage = Pick<Wire<typeof ReadSheetResponse>, 'readAt' | 'afterResultCursor'>
type WireGiven = Omit<Wire<typeof ReachItemMessage>['grants'][number], 'through' | 'error'>
