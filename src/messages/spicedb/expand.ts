// Messages about the tree of those whom a permission names.

import { enumeration, list, text } from '../field.js'
import { again, member, message, required } from '../message.js'
import {
  CONTEXTUAL,
  Consistency,
  ObjectReference,
  RELATION_NAME,
  SubjectReference,
  type WireObject,
  type WireSubject,
  ZedToken,
} from './shared.js'

const TREE = 'PermissionRelationshipTree'

export const ExpandPermissionTreeRequest = message(
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
export interface WireTree {
  readonly intermediate:
    | {
        readonly operation: 'OPERATION_UNION' | 'OPERATION_INTERSECTION' | 'OPERATION_EXCLUSION'
        readonly children: readonly WireTree[]
      }
    | undefined
  readonly leaf: { readonly subjects: readonly WireSubject[] } | undefined
  readonly expandedObject: WireObject
  readonly expandedRelation: string
}

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

export const ExpandPermissionTreeResponse = message('ExpandPermissionTreeResponse', 'The tree.', {
  expandedAt: ZedToken,
  treeRoot: PermissionRelationshipTree,
})
