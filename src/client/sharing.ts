// Changing who has access: to one resource, to one that comes or goes, and of somebody who leaves.

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
  /** Who acts; kept with the revision, as the reason is. */
  readonly actor: ObjectReference
  /** For caveats on the permissions that guard it. */
  readonly context?: JsonObject
  readonly reason?: string
}

interface Taking {
  readonly principal: SubjectReference
  readonly role: string
}

export type SharingChange =
  | ({ readonly kind: 'grant' } & Taking & Partial<Pick<Relationship, 'caveat' | 'expiresAt'>>)
  /** Takes the role, or without one every role. */
  | { readonly kind: 'revoke'; readonly principal: SubjectReference; readonly role?: string }
  /** Gives this role instead of the former one, or of the only one there is. */
  | ({ readonly kind: 'change-role'; readonly former?: string } & Taking)
  /** The set's grants go, and these of it have its roles, or this one, instead. */
  | {
      readonly kind: 'choose'
      readonly principal: SubjectReference
      readonly role?: string
      readonly principals: readonly SubjectReference[]
    }
  /** Those of the set who have the role by themselves lose that, and the set has it. */
  | ({ readonly kind: 'gather' } & Taking)
  /** Everyone's grants go, and all but these have its roles instead. */
  | {
      readonly kind: 'uncheck'
      readonly principal: SubjectReference
      readonly principals: readonly SubjectReference[]
    }

export interface ChangeSharingCall extends ActingCall {
  readonly resource: ObjectReference
  /** The token of the sheet that the actor saw: refused if it has changed since. */
  readonly expected?: string
  readonly changes: readonly SharingChange[]
}

/** A principal with a role that it has now, or has no more. */
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
  toAnswer: (told: Wire<typeof ChangeSharingResponse>): ChangeSharingAnswer => ({
    token: tokenOf(told.changedAt),
    added: told.added.map(toDifference),
    removed: told.removed.map(toDifference),
  }),
})

export interface CreateSharedCall extends ActingCall {
  readonly resource: ObjectReference
  /** What it belongs to. */
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
  toAnswer: (told: Wire<typeof CreateSharedResponse>) => ({
    token: tokenOf(told.createdAt),
    added: told.added.map(toDifference),
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
  toAnswer: (told: Wire<typeof RemoveSharedResponse>) => ({
    token: tokenOf(told.removedAt),
    deleted: Number(told.relationshipsDeletedCount),
  }),
})

export interface RemovePrincipalCall extends ActingCall {
  /** A person, or a group. */
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

/** What a removal would take, page by page, and how much of it there is. */
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
  toAnswer: (told: Wire<typeof RemovePrincipalResponse>): RemovalPlan => ({
    rows: told.relationships.map(toRelationship),
    cursor: told.afterResultCursor?.token ?? null,
    token: tokenOf(told.at),
    count: Number(told.relationshipsCount),
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
