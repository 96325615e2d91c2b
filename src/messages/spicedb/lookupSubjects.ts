// Messages about who has a permission on a resource.

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
  'Which subjects of a type have a permission, or a relation, on a resource; 0 as the limit is for all.',
  {
    consistency: Consistency,
    // As in SpiceDB, `*` is no mistake here: it is a resource that has nobody.
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
    'Who is excluded with an `error` is so because the check is refused.',
  { ...RESOLVED, error: member(Status) },
)

export const LookupSubjectsResponse = message(
  'LookupSubjectsResponse',
  'A subject that has the permission. Of the wildcard also who is excluded from it, or is so on a condition. ' +
    'The fields of `subject` stand beside it too, for older clients. ' +
    'Or, with an `error`, one whose check is refused: `failedObjectId` says which, and `subjectObjectId` is empty.',
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
