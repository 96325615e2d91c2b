// The messages that list who has access to a resource, and who could be given it.

import { flag, list, text } from '../field.js'
import { member, message, required } from '../message.js'
import {
  Consistency,
  Cursor,
  OBJECT_ID,
  ObjectReference,
  orEmpty,
  PartialCaveatInfo,
  permissionship,
  RELATION_NAME,
  ZedToken,
} from '../spicedb/shared.js'
import { Status } from '../status.js'
import { GRANT, PAGE, PRINCIPAL, SHARING_EXAMPLES } from './shared.js'

const REQUEST = {
  consistency: Consistency,
  resource: required(ObjectReference),
  actor: required(ObjectReference),
  optionalPrefix: text(orEmpty(OBJECT_ID)),
  ...PAGE,
}

const EXAMPLE = { example: { resource: SHARING_EXAMPLES.resource, actor: SHARING_EXAMPLES.actor } }

export const ReadSheetRequest = message(
  'ReadSheetRequest',
  'The resource, and the actor who asks. Only principals whose ids begin with the prefix are ' +
    'listed.',
  REQUEST,
  EXAMPLE,
)

const SheetGrantMessage = message(
  'SheetGrant',
  'A role, where it comes from, since when, by whom, and whether the actor may take it away. ' +
    'Facts that are not kept any more are null.',
  { ...GRANT, removable: flag },
)

export const SheetRowMessage = message(
  'SheetRow',
  'A principal with all of its roles. A person has a permissionship, or an error if the check ' +
    'is refused. A set has the number of persons in it.',
  {
    ...PRINCIPAL,
    permissionship,
    partialCaveatInfo: PartialCaveatInfo,
    error: member(Status),
    grants: list(required(SheetGrantMessage)),
  },
)

export const ReadSheetResponse = message(
  'ReadSheetResponse',
  'Principals in the order of type, id and relation, each once; without a cursor there are no ' +
    'more.',
  { readAt: ZedToken, rows: list(required(SheetRowMessage)), afterResultCursor: Cursor },
)

export const ListCandidatesRequest = message(
  'ListCandidatesRequest',
  'The resource, and the actor who asks. Only principals whose ids begin with the prefix are ' +
    'listed.',
  REQUEST,
  EXAMPLE,
)

export const CandidateMessage = message(
  'Candidate',
  'A principal, and the roles in which the actor may add it. There are none, and an error, if ' +
    'the check that the principal belongs to the scope is refused.',
  {
    ...PRINCIPAL,
    roles: list(text(RELATION_NAME)),
    error: member(Status),
  },
)

export const ListCandidatesResponse = message(
  'ListCandidatesResponse',
  'Principals in the order of type, id and relation, each once; without a cursor there are no ' +
    'more.',
  { readAt: ZedToken, candidates: list(required(CandidateMessage)), afterResultCursor: Cursor },
)
