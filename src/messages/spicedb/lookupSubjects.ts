// The messages that look up the subjects that have a permission on a resource.

import { enumeration, list, struct, text, uint32 } from '../field.js'
import { member, message, required } from '../message.js'
import { Status } from '../status.js'
import {
  CONTEXTUAL,
  Consistency,
  Cursor,
  lookupPermissionship,
  orEmpty,
  PartialCaveatInfo,
  RELATION_NAME,
  SUBJECT_ID,
  SubjectObject,
  TYPE_NAME,
  ZedToken,
} from './shared.js'

export const LookupSubjectsRequest = message(
  'LookupSubjectsRequest',
  'Which subjects of a type have a permission, or a relation, on a resource; 0 as the limit ' +
    'lists all.',
  {
    consistency: Consistency,
    // As in SpiceDB, the id `*` is accepted: it is a resource on which nobody has a permission.
    resource: required(SubjectObject),
    permission: text(RELATION_NAME),
    subjectObjectType: text(TYPE_NAME),
    optionalSubjectRelation: text(orEmpty(RELATION_NAME)),
    context: struct,
    ...CONTEXTUAL,
    optionalConcreteLimit: uint32,
    optionalCursor: Cursor,
    wildcardOption: enumeration([
      'WILDCARD_OPTION_UNSPECIFIED',
      'WILDCARD_OPTION_INCLUDE_WILDCARDS',
      'WILDCARD_OPTION_EXCLUDE_WILDCARDS',
    ]),
  },
  {
    example: {
      resource: { objectType: 'document', objectId: 'plan' },
      permission: 'view',
      subjectObjectType: 'user',
    },
  },
)

const RESOLVED = {
  subjectObjectId: text(SUBJECT_ID),
  permissionship: lookupPermissionship,
  partialCaveatInfo: PartialCaveatInfo,
}

export const ResolvedSubject = message(
  'ResolvedSubject',
  'A subject, or all of the type by the id `*`; conditional if caveat parameters are missing. ' +
    'An excluded subject with an `error` is excluded because its check is refused.',
  { ...RESOLVED, error: member(Status) },
)

export const LookupSubjectsResponse = message(
  'LookupSubjectsResponse',
  'A subject that has the permission. The wildcard comes with the subjects that are excluded ' +
    'from it, perhaps conditionally. ' +
    'The fields of `subject` are repeated beside it, for older clients. ' +
    'Or, with an `error`, a subject whose check is refused: then `failedObjectId` has its id, ' +
    'and `subjectObjectId` is empty.',
  {
    lookedUpAt: ZedToken,
    ...RESOLVED,
    excludedSubjectIds: list(text(SUBJECT_ID)),
    subject: required(ResolvedSubject),
    excludedSubjects: list(required(ResolvedSubject)),
    afterResultCursor: Cursor,
    failedObjectId: member(text(SUBJECT_ID)),
    error: member(Status),
  },
)
