// The queries of sharing: who has access to a resource, who could be granted it, and what a person
// has access to. All of them have pages.

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
  /** The largest number of rows. 0, the default, is for the service's usual page. */
  readonly limit?: number
  /** The cursor of the last page, after which this call continues. */
  readonly cursor?: string
}

export interface Page<Row> {
  readonly rows: readonly Row[]
  /** The cursor of the next page, or null after the last one. */
  readonly cursor: string | null
  /** The revision at which the rows were read. */
  readonly token: string
}

export interface SheetCall extends PageCall {
  readonly resource: ObjectReference
  /** The person that asks. */
  readonly actor: ObjectReference
  /** A prefix of ids, to which the principals are restricted. */
  readonly prefix?: string
}

/** The kind of a principal. A group, and everyone, is a set of persons or a wildcard. */
export type PrincipalKind = 'person' | 'group' | 'everyone'

interface Principal {
  readonly principal: SubjectReference
  readonly kind: PrincipalKind
  /** Number of persons in the set now. Null for a person, and for a wildcard. */
  readonly members: number | null
}

/** A role that a principal has, and its origin. */
interface FromGiven extends Pick<Relationship, 'caveat' | 'expiresAt'> {
  readonly role: string
  /** How the role was granted: on the resource itself, on its scope, or on another object. */
  readonly how:
    | { readonly kind: 'direct' }
    | { readonly kind: 'scope' | 'inherited'; readonly via: ObjectReference }
  /** Time of the grant, ms since 1970. This and the next two are null once no longer stored. */
  readonly since: number | null
  readonly by: string | null
  readonly reason: string | null
}

export interface SheetGrant extends FromGiven {
  /** Whether the actor may revoke the grant. */
  readonly removable: boolean
}

export interface SheetRow extends Principal {
  /**
   * Whether a person has access, or the error if the check is refused. Null for sets, and if the
   * schema declares no access permission.
   */
  readonly access: CheckAnswer | RemoteError | null
  readonly grants: readonly SheetGrant[]
}

export interface Candidate extends Principal {
  /** The roles in which the actor may add the principal. */
  readonly roles: readonly string[]
  /**
   * The error if the check of the candidate is refused, which then has no roles. Null otherwise.
   */
  readonly error: RemoteError | null
}

export interface ReachCall extends PageCall {
  readonly person: ObjectReference
  /** The definition of resources to list. Without it, all shared definitions are listed. */
  readonly resourceType?: string
}

export interface ReachGrant extends FromGiven {
  /** The set that has the grant and the person as a member. Null for a grant to the person. */
  readonly through: SubjectReference | null
  /** The error if the check of the membership is refused. Null otherwise. */
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

/** How a role was granted. A grant to a group of the person is direct, as the group has it. */
const toHow = (how: string, via: WireSubject | null): FromGiven['how'] =>
  via === null || how === 'HOW_GROUP'
    ? { kind: 'direct' }
    : { kind: how === 'HOW_SCOPE' ? 'scope' : 'inherited', via: toObject(via.object) }

type WirePage = Pick<Wire<typeof ReadSheetResponse>, 'readAt' | 'afterResultCursor'>
type WireGiven = Omit<Wire<typeof ReachItemMessage>['grants'][number], 'through' | 'error'>
