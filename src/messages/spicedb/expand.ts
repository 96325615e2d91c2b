// The messages that expand a permission into the tree of the subjects that it names.

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

/** A node of the tree. The type is written by hand, because the message contains itself. */
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
  'An operator over trees. The subtracted tree of an exclusion comes after its base.',
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
  'The subjects that a permission or relation of an object names. Subject sets and wildcards ' +
    'are not expanded.',
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
