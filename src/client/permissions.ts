// Questions about the permissions on one resource: check, check in bulk, list permissions, expand.

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
  /** Whether the answer includes a trace. */
  readonly tracing?: boolean
}

export interface CheckedAnswer {
  readonly answer: CheckAnswer
  /** The revision of the answer. */
  readonly token: string
  /** The trace, if it was requested. */
  readonly trace?: CheckTrace
}

/** The reasons for an answer and the schema used, in the service's own form. */
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
  toAnswer: (wire: Wire<typeof CheckPermissionResponse>): CheckedAnswer => ({
    answer: toCheckAnswer(wire),
    token: tokenOf(wire.checkedAt),
    ...(wire.debugTrace !== null && { trace: wire.debugTrace as CheckTrace }),
  }),
})

/**
 * A bulk check. Contextual relationships of the call count for every item, beside the item's own.
 */
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
  toAnswer: (wire: Wire<typeof CheckBulkPermissionsResponse>): CheckBulkAnswer => ({
    answers: wire.pairs.map(({ item, error }) => toAnswerOrError(item, error)),
    token: tokenOf(wire.checkedAt),
  }),
})

export interface ListPermissionsCall extends Omit<CheckItem, 'permission'>, Contextual {
  readonly consistency?: ConsistencyByToken
  /**
   * Names of permissions or relations. Without any, all permissions of the definition are listed.
   */
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
  toAnswer: (wire: Wire<typeof ListPermissionsResponse>): ListedPermissions => ({
    permissions: wire.permissions.map(({ permission, error, ...answer }) => ({
      permission,
      answer: toAnswerOrError(answer, error),
    })),
    token: tokenOf(wire.checkedAt),
  }),
})

export interface ExpandCall extends Contextual {
  readonly consistency?: ConsistencyByToken
  readonly resource: ObjectReference
  readonly permission: string
}

/** The tree of subjects of a permission or relation of an object. */
export type Expansion = ExpansionLeaf | ExpansionBranch

interface Expanded {
  readonly resource: ObjectReference
  readonly permission: string
}

interface ExpansionLeaf extends Expanded {
  readonly kind: 'leaf'
  readonly subjects: readonly SubjectReference[]
}

/** An operation in the tree. The first child of an exclusion is its base. */
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
  toAnswer: (wire: Wire<typeof ExpandPermissionTreeResponse>) => ({
    tree: toExpansion(wire.treeRoot as WireTree),
    token: tokenOf(wire.expandedAt),
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
