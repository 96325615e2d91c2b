// Questions about one resource: check, check in bulk, list permissions, expand.

import {
  type CheckBulkPermissionsRequest,
  type CheckBulkPermissionsResponse,
  type CheckPermissionRequest,
  type CheckPermissionResponse,
  type ExpandPermissionTreeRequest,
  type ExpandPermissionTreeResponse,
  fromObject,
  fromSubject,
  type ListPermissionsRequest,
  type ListPermissionsResponse,
  type Sent,
  toCheckAnswer,
  toObject,
  toSubject,
  type Wire,
  type WireTrace,
  type WireTree,
} from '../messages/index.js'
import type {
  CheckAnswer,
  CheckItem,
  Contextual,
  ObjectReference,
  SubjectReference,
} from '../terms/index.js'
import type { RemoteError } from './remoteError.js'
import { unary } from './route.js'
import {
  type ConsistencyByToken,
  fromConsistency,
  fromContextual,
  fromItem,
  toAnswerOrError,
  tokenOf,
} from './wire.js'

export interface CheckCall extends Contextual {
  readonly consistency?: ConsistencyByToken
  readonly item: CheckItem
  /** Asks for the reasons too. */
  readonly tracing?: boolean
}

export interface CheckedAnswer {
  readonly answer: CheckAnswer
  /** As of when it is the answer. */
  readonly token: string
  /** Where tracing was asked for. */
  readonly trace?: CheckTrace
}

/** Why an answer is what it is, and by which schema; as the service tells it. */
export interface CheckTrace {
  readonly check: WireTrace
  readonly schemaUsed: string
}

export const check = unary({
  path: '/v1/permissions/check',
  toBody: ({
    consistency,
    item,
    contextual,
    tracing,
  }: CheckCall): Sent<typeof CheckPermissionRequest> => ({
    consistency: fromConsistency(consistency),
    ...fromItem({ ...item, contextual }),
    withTracing: tracing,
  }),
  toAnswer: (told: Wire<typeof CheckPermissionResponse>): CheckedAnswer => ({
    answer: toCheckAnswer(told),
    token: tokenOf(told.checkedAt),
    ...(told.debugTrace !== null && { trace: told.debugTrace as CheckTrace }),
  }),
})

/** Its contextual relationships are for every item, an item's own for that one. */
export interface CheckBulkCall extends Contextual {
  readonly consistency?: ConsistencyByToken
  readonly items: readonly (CheckItem & Contextual)[]
}

export interface CheckBulkAnswer {
  readonly answers: readonly (CheckAnswer | RemoteError)[]
  readonly token: string
}

export const checkBulk = unary({
  path: '/v1/permissions/checkbulk',
  toBody: ({
    consistency,
    items,
    contextual,
  }: CheckBulkCall): Sent<typeof CheckBulkPermissionsRequest> => ({
    consistency: fromConsistency(consistency),
    items: items.map(fromItem),
    ...fromContextual({ contextual }),
  }),
  toAnswer: (told: Wire<typeof CheckBulkPermissionsResponse>): CheckBulkAnswer => ({
    answers: told.pairs.map(({ item, error }) => toAnswerOrError(item, error)),
    token: tokenOf(told.checkedAt),
  }),
})

export interface ListPermissionsCall extends Omit<CheckItem, 'permission'>, Contextual {
  readonly consistency?: ConsistencyByToken
  /** Permissions or relations by their names; without any, all permissions of the definition. */
  readonly permissions?: readonly string[]
}

export interface ListedPermissions {
  readonly permissions: readonly ListedPermission[]
  readonly token: string
}

export interface ListedPermission {
  readonly permission: string
  readonly answer: CheckAnswer | RemoteError
}

export const listPermissions = unary({
  path: '/v1/permissions/list',
  toBody: (call: ListPermissionsCall): Sent<typeof ListPermissionsRequest> => ({
    consistency: fromConsistency(call.consistency),
    resource: fromObject(call.resource),
    subject: fromSubject(call.subject),
    context: call.context,
    ...fromContextual(call),
    optionalPermissions: call.permissions,
  }),
  toAnswer: (told: Wire<typeof ListPermissionsResponse>): ListedPermissions => ({
    permissions: told.permissions.map(({ permission, error, ...answer }) => ({
      permission,
      answer: toAnswerOrError(answer, error),
    })),
    token: tokenOf(told.checkedAt),
  }),
})

export interface ExpandCall extends Contextual {
  readonly consistency?: ConsistencyByToken
  readonly resource: ObjectReference
  readonly permission: string
}

/** Whom a permission or relation of an object names. */
export type Expansion = ExpansionLeaf | ExpansionBranch

interface Expanded {
  readonly resource: ObjectReference
  readonly permission: string
}

interface ExpansionLeaf extends Expanded {
  readonly kind: 'leaf'
  readonly subjects: readonly SubjectReference[]
}

/** What an exclusion takes away comes after its base. */
interface ExpansionBranch extends Expanded {
  readonly kind: 'union' | 'intersection' | 'exclusion'
  readonly children: readonly Expansion[]
}

export const expand = unary({
  path: '/v1/permissions/expand',
  toBody: (call: ExpandCall): Sent<typeof ExpandPermissionTreeRequest> => ({
    consistency: fromConsistency(call.consistency),
    resource: fromObject(call.resource),
    permission: call.permission,
    ...fromContextual(call),
  }),
  toAnswer: (told: Wire<typeof ExpandPermissionTreeResponse>) => ({
    tree: toExpansion(told.treeRoot as WireTree),
    token: tokenOf(told.expandedAt),
  }),
})

const BRANCHES = {
  OPERATION_UNION: 'union',
  OPERATION_INTERSECTION: 'intersection',
  OPERATION_EXCLUSION: 'exclusion',
} as const

function toExpansion({ expandedObject, expandedRelation, ...tree }: WireTree): Expansion {
  const expanded = { resource: toObject(expandedObject), permission: expandedRelation }
  if (tree.intermediate === undefined) {
    return { kind: 'leaf', ...expanded, subjects: tree.leaf?.subjects.map(toSubject) ?? [] }
  }
  const { operation, children } = tree.intermediate
  return { kind: BRANCHES[operation], ...expanded, children: children.map(toExpansion) }
}
