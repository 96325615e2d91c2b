// The messages that look up the resources on which a subject has a permission. The request field
// `within` is an addition to SpiceDB's protocol.

import type { Violation } from '../../terms/index.js'
import { flag, list, NO_FAULTS, struct, text, uint32 } from '../field.js'
import { member, message, required } from '../message.js'
import { Status } from '../status.js'
import {
  CONTEXTUAL,
  Consistency,
  Cursor,
  lookupPermissionship,
  OBJECT_ID,
  ObjectReference,
  PartialCaveatInfo,
  RELATION_NAME,
  SubjectReference,
  TYPE_NAME,
  ZedToken,
} from './shared.js'

const NO_RELATIONS: readonly Violation[] = [
  { field: '.relations', expected: 'the names of one or more relations' },
]

export const LookupResourcesWithin = message(
  'LookupResourcesWithin',
  'Restricts the answer to resources under an object: those from which the object is reached by ' +
    'following relations of these names once or more. ' +
    'As with arrows, a relationship leads to the object of its subject, whichever relation it ' +
    'names. ' +
    'A relationship whose caveat the context does not decide makes the answer conditional.',
  { object: required(ObjectReference), relations: list(text(RELATION_NAME)) },
  {
    rule: ({ relations }) => (relations.length === 0 ? NO_RELATIONS : NO_FAULTS),
    example: {
      object: { objectType: 'folder', objectId: 'sales' },
      relations: ['folder', 'parent'],
    },
  },
)

export const LookupResourcesRequest = message(
  'LookupResourcesRequest',
  'Which resources of a type a subject has a permission, or a relation, on; 0 as the limit lists ' +
    'all. `within` is an addition to the protocol. `withDebug` is accepted and has no effect.',
  {
    consistency: Consistency,
    resourceObjectType: text(TYPE_NAME),
    permission: text(RELATION_NAME),
    subject: required(SubjectReference),
    context: struct,
    ...CONTEXTUAL,
    optionalLimit: uint32,
    optionalCursor: Cursor,
    withDebug: flag,
    within: LookupResourcesWithin,
  },
  {
    example: {
      resourceObjectType: 'document',
      permission: 'view',
      subject: { object: { objectType: 'user', objectId: 'ann' } },
    },
  },
)

export const LookupResourcesResponse = message(
  'LookupResourcesResponse',
  'A resource that the subject has the permission on, perhaps conditionally. ' +
    'Or, with an `error`, one whose check is refused: then `failedObjectId` has its id, and ' +
    '`resourceObjectId` is empty.',
  {
    lookedUpAt: ZedToken,
    resourceObjectId: text(OBJECT_ID),
    permissionship: lookupPermissionship,
    partialCaveatInfo: PartialCaveatInfo,
    afterResultCursor: Cursor,
    failedObjectId: member(text(OBJECT_ID)),
    error: member(Status),
  },
)
