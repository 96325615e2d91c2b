// The route that expands a permission into the tree of the subjects that it names.

import { type ExpansionTree, expand, token } from '../../engine/index.js'
import { type RouteScope, unary } from '../../http/index.js'
import {
  ExpandPermissionTreeRequest,
  ExpandPermissionTreeResponse,
  fromObject,
  fromSubject,
  toContextual,
  toObject,
  type WireTree,
} from '../../messages/index.js'

const OPERATIONS = {
  union: 'OPERATION_UNION',
  intersection: 'OPERATION_INTERSECTION',
  exclusion: 'OPERATION_EXCLUSION',
} as const

export function expandRoute(scope: RouteScope): void {
  unary(scope, {
    path: '/v1/permissions/expand',
    writes: false,
    tag: 'permissions',
    summary: 'Expand a permission',
    description:
      'The tree of the subjects that a permission or relation names. Permissions and arrows ' +
      'are followed, subject sets are not. Caveats are not shown. Cyclic data is refused.',
    request: ExpandPermissionTreeRequest,
    response: ExpandPermissionTreeResponse,
    async answer(body, { engine, consistency, signal }) {
      const question = {
        consistency,
        resource: toObject(body.resource),
        permission: body.permission,
        contextual: toContextual(body.contextualRelationships),
      }
      const { answer, revision } = await expand(engine, question, { signal })
      return { expandedAt: { token: token(engine, revision) }, treeRoot: toTree(answer) }
    },
  })
}

function toTree(tree: ExpansionTree): WireTree {
  const expanded = { expandedObject: fromObject(tree.object), expandedRelation: tree.member }
  if (tree.kind === 'leaf') {
    return {
      intermediate: undefined,
      leaf: { subjects: tree.subjects.map(fromSubject) },
      ...expanded,
    }
  }
  const intermediate = {
    operation: OPERATIONS[tree.kind],
    children: tree.children.map(toTree),
  }
  return { intermediate, leaf: undefined, ...expanded }
}
