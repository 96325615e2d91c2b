// The routes behind a sharing dialog: who has access to a resource, and who could be given it.

import { token } from '../../engine/index.js'
import { type RouteScope, reading } from '../../http/index.js'
import {
  type CandidateMessage,
  ListCandidatesRequest,
  ListCandidatesResponse,
  ReadSheetRequest,
  ReadSheetResponse,
  type SheetRowMessage,
  toObject,
  type Wire,
} from '../../messages/index.js'
import {
  type Candidate as CandidateItem,
  listCandidates,
  readSheet,
  type SheetRequest,
  type SheetRow as SheetRowItem,
} from '../../sharing/index.js'
import type { Consistency as ConsistencyTerm } from '../../terms/index.js'
import { TAG } from './heading.js'
import { fromAnswer, fromCursor, fromGrantDetails, fromPrincipal, fromRefusal } from './wire.js'

export function sheetRoutes(scope: RouteScope): void {
  reading(scope, {
    path: '/v1/sharing/sheet',
    writes: false,
    tag: TAG,
    summary: 'Read the sheet of a resource',
    description:
      'Who has access to a resource: one row for each principal. A group is one row, however ' +
      'many people are in it.',
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
    writes: false,
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

const fromRow = ({ access, grants, ...principal }: SheetRowItem): Wire<typeof SheetRowMessage> => ({
  ...fromPrincipal(principal),
  ...fromAnswer(access),
  grants: grants.map(grant => ({ ...fromGrantDetails(grant, null), removable: grant.removable })),
})

const fromCandidate = ({
  roles,
  refusal,
  ...principal
}: CandidateItem): Wire<typeof CandidateMessage> => ({
  ...fromPrincipal(principal),
  roles,
  error: fromRefusal(refusal),
})
