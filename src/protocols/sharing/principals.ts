// A person or a group that leaves: everything that it has in a scope is taken, or listed first.

import { token } from '../../engine/index.js'
import { type Call, type Scope, toNote, unary } from '../../http/index.js'
import {
  Consistency,
  Cursor,
  flag,
  fromRelationship,
  list,
  message,
  NO_FAULTS,
  ObjectReference,
  Relationship,
  required,
  toObject,
  uint64,
  type Wire,
  ZedToken,
} from '../../messages/index.js'
import { planRemoval, removePrincipal } from '../../sharing/index.js'
import type { Violation } from '../../terms/index.js'
import { ACTING, EXAMPLES, NOTE, PAGE, TAG } from './messages.js'
import { fromCursor, toActing } from './wire.js'

const PAGED: readonly Violation[] = [
  { field: '.dryRun', expected: 'true with a limit or a cursor: a removal has no pages' },
]

const RemovePrincipalRequest = message(
  'RemovePrincipalRequest',
  'A person or a group, and in what it loses everything. A dry run removes nothing, and lists what would go; consistency, limit and cursor are for that.',
  {
    consistency: Consistency,
    principal: required(ObjectReference),
    scope: required(ObjectReference),
    ...ACTING,
    dryRun: flag,
    ...PAGE,
  },
  {
    rule: ({ dryRun, optionalLimit, optionalCursor }) =>
      dryRun || (optionalLimit === 0 && optionalCursor === null) ? NO_FAULTS : PAGED,
    example: {
      principal: EXAMPLES.person.object,
      scope: EXAMPLES.scope,
      actor: EXAMPLES.actor,
      dryRun: true,
    },
  },
)

const RemovePrincipalResponse = message(
  'RemovePrincipalResponse',
  'How many relationships went, or would go; which ones, only a dry run tells, page by page.',
  {
    at: ZedToken,
    relationshipsCount: uint64,
    relationships: list(required(Relationship)),
    afterResultCursor: Cursor,
  },
)

type Request = Wire<typeof RemovePrincipalRequest>
type Response = Wire<typeof RemovePrincipalResponse>

export function principalRoute(scope: Scope): void {
  unary(scope, {
    path: '/v1/sharing/removeprincipal',
    tag: TAG,
    summary: 'Remove a person or a group from everything',
    description: `Takes all that a person or a group has in a scope, membership included, in one revision. ${NOTE}`,
    request: RemovePrincipalRequest,
    response: RemovePrincipalResponse,
    answer: (body, call) => (body.dryRun ? plan(body, call) : remove(body, call)),
  })
}

async function remove(body: Request, { engine, metadata }: Call): Promise<Response> {
  const { revision, count } = await removePrincipal(engine, {
    ...toRemoval(body),
    note: toNote(metadata, null),
  })
  return {
    at: { token: token(engine, revision) },
    relationshipsCount: `${count}`,
    relationships: [],
    afterResultCursor: null,
  }
}

async function plan(body: Request, call: Call): Promise<Response> {
  const { engine, consistency } = call
  const asked = {
    ...toRemoval(body),
    consistency,
    limit: body.optionalLimit,
    cursor: body.optionalCursor?.token ?? null,
  }
  const { revision, count, relationships, cursor } = await planRemoval(engine, asked, call)
  return {
    at: { token: token(engine, revision) },
    relationshipsCount: `${count}`,
    relationships: relationships.map(fromRelationship),
    afterResultCursor: fromCursor(cursor),
  }
}

const toRemoval = (body: Request) => ({
  principal: toObject(body.principal),
  scope: toObject(body.scope),
  ...toActing(body),
})
