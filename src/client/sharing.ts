// Changes of sharing: to the grants of a resource, when a resource is created or removed, and when
// a person or group leaves a scope.

import {
  type ChangeSharingRequest,
  type ChangeSharingResponse,
  type CreateSharedRequest,
  type CreateSharedResponse,
  fromObject,
  fromSubject,
  fromTraits,
  type RemovePrincipalRequest,
  type RemovePrincipalResponse,
  type RemoveSharedRequest,
  type RemoveSharedResponse,
  type Sent,
  type SharingChangeMessage,
  type SharingDifferenceMessage,
  toPrincipalKind,
  toRelationship,
  toSubject,
  type Wire,
} from '../messages/index.js'
import type { JsonObject, ObjectReference, Relationship, SubjectReference } from '../terms/index.js'
import { unary } from './route.js'
import type { Page, PageCall, PrincipalKind } from './sheet.js'
import { fromConsistency, fromCursor, tokenOf } from './wire.js'

interface ActingCall {
  /** The actor. It is stored with the revision, like the reason. */
  readonly actor: ObjectReference
  /** Context for caveats on the permissions that the actor needs. */
  readonly context?: JsonObject
  readonly reason?: string
}

/** A role and the principal that it concerns. */
interface RoleOfPrincipal {
  readonly principal: SubjectReference
  readonly role: string
}

/** One change to the grants of a resource. */
export type SharingChange =
  | ({ readonly kind: 'grant' } & RoleOfPrincipal &
      Partial<Pick<Relationship, 'caveat' | 'expiresAt'>>)
  /** Revokes the role, or every role if none is given. */
  | { readonly kind: 'revoke'; readonly principal: SubjectReference; readonly role?: string }
  /** Replaces the former role by this one. `former` may be left out if there is only one. */
  | ({ readonly kind: 'change-role'; readonly former?: string } & RoleOfPrincipal)
  /** Revokes the set's grants, and grants its roles, or `role`, to these principals of it. */
  | {
      readonly kind: 'choose'
      readonly principal: SubjectReference
      readonly role?: string
      readonly principals: readonly SubjectReference[]
    }
  /** Grants the role to the set, and revokes the direct grants of it to principals of the set. */
  | ({ readonly kind: 'gather' } & RoleOfPrincipal)
  /** Revokes the grants of everyone, and grants these roles to all except the given principals. */
  | {
      readonly kind: 'uncheck'
      readonly principal: SubjectReference
      readonly principals: readonly SubjectReference[]
    }

export interface ChangeSharingCall extends ActingCall {
  readonly resource: ObjectReference
  /** The token of the sheet that the actor saw. The call is refused if the sheet has changed. */
  readonly expected?: string
  readonly changes: readonly SharingChange[]
}

/** A principal and a role that a change has granted or revoked. */
export interface SharingDifference {
  readonly principal: SubjectReference
  readonly kind: PrincipalKind
  readonly role: string
}

export interface ChangeSharingAnswer {
  readonly token: string
  readonly added: readonly SharingDifference[]
  readonly removed: readonly SharingDifference[]
}

export const changeSharing = unary({
  path: '/v1/sharing/change',
  toBody: (call: ChangeSharingCall): Sent<typeof ChangeSharingRequest> => ({
    resource: fromObject(call.resource),
    ...fromActing(call),
    optionalExpectedAt: fromCursor(call.expected),
    changes: call.changes.map(fromChange),
  }),
  toNote,
  toAnswer: (wire: Wire<typeof ChangeSharingResponse>): ChangeSharingAnswer => ({
    token: tokenOf(wire.changedAt),
    added: wire.added.map(toDifference),
    removed: wire.removed.map(toDifference),
  }),
})

export interface CreateSharedCall extends ActingCall {
  readonly resource: ObjectReference
  /** The scope to which the resource belongs. */
  readonly scope?: ObjectReference
}

export const createShared = unary({
  path: '/v1/sharing/create',
  toBody: (call: CreateSharedCall): Sent<typeof CreateSharedRequest> => ({
    resource: fromObject(call.resource),
    optionalScope: call.scope && fromObject(call.scope),
    ...fromActing(call),
  }),
  toNote,
  toAnswer: (wire: Wire<typeof CreateSharedResponse>) => ({
    token: tokenOf(wire.createdAt),
    added: wire.added.map(toDifference),
  }),
})

export interface RemoveSharedCall extends ActingCall {
  readonly resource: ObjectReference
}

export const removeShared = unary({
  path: '/v1/sharing/remove',
  toBody: (call: RemoveSharedCall): Sent<typeof RemoveSharedRequest> => ({
    resource: fromObject(call.resource),
    ...fromActing(call),
  }),
  toNote,
  toAnswer: (wire: Wire<typeof RemoveSharedResponse>) => ({
    token: tokenOf(wire.removedAt),
    deleted: Number(wire.relationshipsDeletedCount),
  }),
})

export interface RemovePrincipalCall extends ActingCall {
  /** A person or a group. */
  readonly principal: ObjectReference
  readonly scope: ObjectReference
}

export const removePrincipal = unary({
  path: '/v1/sharing/removeprincipal',
  toBody: fromRemoval,
  toNote,
  toAnswer: ({ at, relationshipsCount }: Wire<typeof RemovePrincipalResponse>) => ({
    token: tokenOf(at),
    count: Number(relationshipsCount),
  }),
})

/** The relationships that a removal would delete, page by page, and their number. */
export interface RemovalPlan extends Page<Relationship> {
  readonly count: number
}

export const planRemoval = unary({
  path: '/v1/sharing/removeprincipal',
  toBody: (call: RemovePrincipalCall & PageCall): Sent<typeof RemovePrincipalRequest> => ({
    ...fromRemoval(call),
    dryRun: true,
    consistency: fromConsistency(call.consistency),
    optionalLimit: call.limit,
    optionalCursor: fromCursor(call.cursor),
  }),
  toAnswer: (wire: Wire<typeof RemovePrincipalResponse>): RemovalPlan => ({
    rows: wire.relationships.map(toRelationship),
    cursor: wire.afterResultCursor?.token ?? null,
    token: tokenOf(wire.at),
    count: Number(wire.relationshipsCount),
  }),
})

function fromRemoval(call: RemovePrincipalCall): Sent<typeof RemovePrincipalRequest> {
  return {
    principal: fromObject(call.principal),
    scope: fromObject(call.scope),
    ...fromActing(call),
  }
}

const fromActing = ({ actor, context }: ActingCall) => ({ actor: fromObject(actor), context })

function toNote({ reason }: ActingCall) {
  return { reason }
}

const OPERATIONS = {
  grant: 'OPERATION_GRANT',
  revoke: 'OPERATION_REVOKE',
  'change-role': 'OPERATION_CHANGE_ROLE',
  choose: 'OPERATION_CHOOSE',
  gather: 'OPERATION_GATHER',
  uncheck: 'OPERATION_UNCHECK',
} as const

export const fromChange = (change: SharingChange): Sent<typeof SharingChangeMessage> => ({
  operation: OPERATIONS[change.kind],
  principal: fromSubject(change.principal),
  ...('former' in change && { optionalFormerRole: change.former }),
  ...('role' in change && { role: change.role }),
  ...('principals' in change && { principals: change.principals.map(fromSubject) }),
  ...(change.kind === 'grant' && fromTraits(change)),
})

const toDifference = ({
  principal,
  kind,
  role,
}: Wire<typeof SharingDifferenceMessage>): SharingDifference => ({
  principal: toSubject(principal),
  kind: toPrincipalKind(kind),
  role,
})
