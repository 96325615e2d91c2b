// Expand a permission into the tree of those whom it names.

import { type ExpansionBranch, type ExpansionTree, expand, token } from '../../engine/index.js'
import { type Scope, unary } from '../../http/index.js'
import {
  again,
  CONTEXTUAL,
  Consistency,
  enumeration,
  fromObject,
  fromSubject,
  list,
  member,
  message,
  ObjectReference,
  RELATION_NAME,
  required,
  SubjectReference,
  text,
  toContextual,
  toObject,
  type WireObject,
  type WireSubject,
  ZedToken,
} from '../../messages/index.js'

const TREE = 'PermissionRelationshipTree'

const ExpandPermissionTreeRequest = message(
  'ExpandPermissionTreeRequest',
  'Which permission of which resource.',
  {
    consistency: Consistency,
    resource: required(ObjectReference),
    permission: text(RELATION_NAME),
    ...CONTEXTUAL,
  },
  { example: { resource: { objectType: 'document', objectId: 'plan' }, permission: 'view' } },
)

/** By hand, since it is within itself. */
interface WireTree {
  readonly intermediate:
    | {
        readonly operation: (typeof OPERATIONS)[ExpansionBranch['kind']]
        readonly children: readonly WireTree[]
      }
    | undefined
  readonly leaf: { readonly subjects: readonly WireSubject[] } | undefined
  readonly expandedObject: WireObject
  readonly expandedRelation: string
}

const OPERATIONS = {
  union: 'OPERATION_UNION',
  intersection: 'OPERATION_INTERSECTION',
  exclusion: 'OPERATION_EXCLUSION',
} as const

const AlgebraicSubjectSet = message(
  'AlgebraicSubjectSet',
  'Subjects by an operator over trees; what an exclusion takes away comes after its base.',
  {
    operation: enumeration([
      'OPERATION_UNSPECIFIED',
      'OPERATION_UNION',
      'OPERATION_INTERSECTION',
      'OPERATION_EXCLUSION',
    ]),
    children: list(again<WireTree>(TREE)),
  },
)

const DirectSubjectSet = message('DirectSubjectSet', 'Subjects that a relation names.', {
  subjects: list(required(SubjectReference)),
})

const PermissionRelationshipTree = message(
  TREE,
  'Whom a permission or relation of an object names. Subject sets and wildcards are not looked into.',
  {
    intermediate: member(AlgebraicSubjectSet),
    leaf: member(DirectSubjectSet),
    expandedObject: ObjectReference,
    expandedRelation: text(RELATION_NAME),
  },
)

const ExpandPermissionTreeResponse = message('ExpandPermissionTreeResponse', 'The tree.', {
  expandedAt: ZedToken,
  treeRoot: PermissionRelationshipTree,
})

export function expandRoute(scope: Scope): void {
  unary(scope, {
    path: '/v1/permissions/expand',
    tag: 'permissions',
    summary: 'Expand a permission',
    description:
      'The tree of those whom a permission or relation names: permissions and arrows are followed, subject sets are not. Caveats do not show. Data that runs in a circle is refused.',
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
  const place = { expandedObject: fromObject(tree.object), expandedRelation: tree.member }
  if (tree.kind === 'leaf') {
    return { intermediate: undefined, leaf: { subjects: tree.subjects.map(fromSubject) }, ...place }
  }
  const intermediate = {
    operation: OPERATIONS[tree.kind],
    children: tree.children.map(toTree),
  }
  return { intermediate, leaf: undefined, ...place }
}
