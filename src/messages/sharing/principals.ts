// The messages that remove a person or a group from everything in a scope.

import type { Violation } from '../../terms/index.js'
import { flag, list, NO_FAULTS, uint64 } from '../field.js'
import { message, required } from '../message.js'
import { Consistency, Cursor, ObjectReference, Relationship, ZedToken } from '../spicedb/shared.js'
import { ACTING, PAGE, SHARING_EXAMPLES } from './shared.js'

const PAGED: readonly Violation[] = [
  { field: '.dryRun', expected: 'true with a limit or a cursor: a removal has no pages' },
]

export const RemovePrincipalRequest = message(
  'RemovePrincipalRequest',
  'A person or a group, and the scope in which it loses everything. A dry run removes nothing ' +
    'and lists what would be removed; consistency, limit and cursor are for a dry run only.',
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
      principal: SHARING_EXAMPLES.person.object,
      scope: SHARING_EXAMPLES.scope,
      actor: SHARING_EXAMPLES.actor,
      dryRun: true,
    },
  },
)

export const RemovePrincipalResponse = message(
  'RemovePrincipalResponse',
  'The number of relationships that were removed, or would be. Only a dry run lists them, ' +
    'page by page.',
  {
    at: ZedToken,
    relationshipsCount: uint64,
    relationships: list(required(Relationship)),
    afterResultCursor: Cursor,
  },
)
