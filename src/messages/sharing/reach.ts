// Messages about what a person can reach, and by which grants.

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
  'Whose reach; of one definition, or of all that are shared.',
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
  'A role, where it comes from, and through which set the person has it, if it is not its own; with an error where nobody knows whether the person is in the set.',
  { ...GRANT, through: SubjectReference, error: member(Status) },
)

export const ReachItemMessage = message(
  'ReachItem',
  'A resource, and by which grants the person reaches it; unspecified, with an error, if the check is refused.',
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
