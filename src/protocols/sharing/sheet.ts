// Who has access to a resource, and who could be given it: what a dialog for sharing shows.

import { token } from '../../engine/index.js'
import { reading, type Scope } from '../../http/index.js'
import {
  Consistency,
  Cursor,
  flag,
  fromCheckAnswer,
  list,
  message,
  OBJECT_ID,
  ObjectReference,
  orEmpty,
  PartialCaveatInfo,
  permissionship,
  RELATION_NAME,
  required,
  text,
  toObject,
  type Wire,
  ZedToken,
} from '../../messages/index.js'
import {
  type Candidate as CandidateItem,
  listCandidates,
  readSheet,
  type SheetRequest,
  type SheetRow as SheetRowItem,
} from '../../sharing/index.js'
import type { Consistency as ConsistencyTerm } from '../../terms/index.js'
import { EXAMPLES, GRANT, PAGE, PRINCIPAL, TAG } from './messages.js'
import { fromCursor, fromGiven, fromPrincipal } from './wire.js'

const ASKED = {
  consistency: Consistency,
  resource: required(ObjectReference),
  actor: required(ObjectReference),
  optionalPrefix: text(orEmpty(OBJECT_ID)),
  ...PAGE,
}

const EXAMPLE = { example: { resource: EXAMPLES.resource, actor: EXAMPLES.actor } }

const ReadSheetRequest = message(
  'ReadSheetRequest',
  'Of which resource, asked by whom; only principals whose ids begin with the prefix.',
  ASKED,
  EXAMPLE,
)

const SheetGrant = message(
  'SheetGrant',
  'A role, where it comes from, since when and by whom, and whether the actor may take it away. What is not kept any more is null.',
  { ...GRANT, removable: flag },
)

const SheetRow = message(
  'SheetRow',
  'A principal as it was granted, with all of its roles. A person has a permissionship, which may be none; a set has the number of persons in it.',
  {
    ...PRINCIPAL,
    permissionship,
    partialCaveatInfo: PartialCaveatInfo,
    grants: list(required(SheetGrant)),
  },
)

const ReadSheetResponse = message(
  'ReadSheetResponse',
  'Principals in the order of type, id and relation, each once; without a cursor there are no more.',
  { readAt: ZedToken, rows: list(required(SheetRow)), afterResultCursor: Cursor },
)

const ListCandidatesRequest = message(
  'ListCandidatesRequest',
  'For which resource, asked by whom; only principals whose ids begin with the prefix.',
  ASKED,
  EXAMPLE,
)

const Candidate = message(
  'Candidate',
  'A principal, and the roles in which the actor may add it.',
  {
    ...PRINCIPAL,
    roles: list(text(RELATION_NAME)),
  },
)

const ListCandidatesResponse = message(
  'ListCandidatesResponse',
  'Principals in the order of type, id and relation, each once; without a cursor there are no more.',
  { readAt: ZedToken, candidates: list(required(Candidate)), afterResultCursor: Cursor },
)

export function sheetRoutes(scope: Scope): void {
  reading(scope, {
    path: '/v1/sharing/sheet',
    tag: TAG,
    summary: 'Read the sheet of a resource',
    description:
      'Who has access to a resource: a row for each principal as it was granted, so that a group is one row, however many belong to it.',
    request: ReadSheetRequest,
    response: ReadSheetResponse,
    async answer(body, call) {
      const { engine, consistency } = call
      const page = await readSheet(engine, toSheetRequest(body, consistency), call)
      return {
        readAt: { token: token(engine, page.revision) },
        rows: page.rows.map(fromRow),
        afterResultCursor: fromCursor(page.cursor),
      }
    },
  })
  reading(scope, {
    path: '/v1/sharing/candidates',
    tag: TAG,
    summary: 'List who could be added',
    description: 'The principals that the actor may add to the sheet of a resource.',
    request: ListCandidatesRequest,
    response: ListCandidatesResponse,
    async answer(body, call) {
      const { engine, consistency } = call
      const page = await listCandidates(engine, toSheetRequest(body, consistency), call)
      return {
        readAt: { token: token(engine, page.revision) },
        candidates: page.rows.map(fromCandidate),
        afterResultCursor: fromCursor(page.cursor),
      }
    },
  })
}

const toSheetRequest = (
  body: Wire<typeof ReadSheetRequest>,
  consistency: ConsistencyTerm,
): SheetRequest => ({
  consistency,
  resource: toObject(body.resource),
  actor: toObject(body.actor),
  context: {},
  prefix: body.optionalPrefix,
  limit: body.optionalLimit,
  cursor: body.optionalCursor?.token ?? null,
})

const UNASKED = { permissionship: 'PERMISSIONSHIP_UNSPECIFIED', partialCaveatInfo: null } as const

const fromRow = ({ access, grants, ...principal }: SheetRowItem): Wire<typeof SheetRow> => ({
  ...fromPrincipal(principal),
  ...(access === null ? UNASKED : fromCheckAnswer(access)),
  grants: grants.map(grant => ({ ...fromGiven(grant, null), removable: grant.removable })),
})

const fromCandidate = ({ roles, ...principal }: CandidateItem): Wire<typeof Candidate> => ({
  ...fromPrincipal(principal),
  roles,
})
