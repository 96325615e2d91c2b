// The messages that list what a person has access to, and by which grants.

import { list, text } from '../field.js'
import { member, message, required } from '../message.js'
import {
  Consistency,
  Cursor,
  ObjectReference,
  orEmpty,
  PartialCaveatInfo,
  permissionship,
  SubjectReference,
  TYPE_NAME,
  ZedToken,
} from '../spicedb/shared.js'
import { Status } from '../status.js'
import { GRANT, PAGE, SHARING_EXAMPLES } from './shared.js'

export const ListReachRequest = message(
  'ListReachRequest',
  'The person whose access is listed; in resources of one definition, or of all that are shared.',
  {
    consistency: Consistency,
    principal: required(ObjectReference),
    optionalResourceType: text(orEmpty(TYPE_NAME)),
    ...PAGE,
  },
  { example: { principal: SHARING_EXAMPLES.person.object } },
)

const ReachGrantMessage = message(
  'ReachGrant',
  'A role, where it comes from, and the set through which the person has it, unless it is the ' +
    'person’s own. With an error if the check that the person is in the set is refused.',
  { ...GRANT, through: SubjectReference, error: member(Status) },
)

export const ReachItemMessage = message(
  'ReachItem',
  'A resource, and the grants that give the person access to it. If the check is refused, the ' +
    'answer is unspecified and there is an error.',
  {
    resource: required(ObjectReference),
    permissionship,
    partialCaveatInfo: PartialCaveatInfo,
    error: member(Status),
    grants: list(required(ReachGrantMessage)),
  },
)

export const ListReachResponse = message(
  'ListReachResponse',
  'Resources by definition and id, each once; without a cursor there are no more.',
  { readAt: ZedToken, items: list(required(ReachItemMessage)), afterResultCursor: Cursor },
)
