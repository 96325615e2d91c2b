// The messages that import and export relationships in bulk.

import { limits } from '../../terms/index.js'
import { list, uint32, uint64 } from '../field.js'
import { message, required } from '../message.js'
import { Consistency, Cursor, invisibleFaults, Relationship, RelationshipFilter } from './shared.js'

export const ImportBulkRelationshipsRequest = message(
  'ImportBulkRelationshipsRequest',
  'Some of the relationships to create.',
  { relationships: list(required(Relationship)) },
  {
    rule: ({ relationships }) =>
      relationships
        .flatMap((each, i) => invisibleFaults(each, `.relationships[${i}]`))
        .slice(0, limits.violationsMax),
  },
)

export const ImportBulkRelationshipsResponse = message(
  'ImportBulkRelationshipsResponse',
  'The number of created relationships.',
  { numLoaded: uint64 },
)

export const ExportBulkRelationshipsRequest = message(
  'ExportBulkRelationshipsRequest',
  'Which relationships to export; without a filter all. The limit is for each message of the ' +
    'answer, and not for the answer as a whole.',
  {
    consistency: Consistency,
    optionalLimit: uint32,
    optionalCursor: Cursor,
    optionalRelationshipFilter: RelationshipFilter,
  },
)

export const ExportBulkRelationshipsResponse = message(
  'ExportBulkRelationshipsResponse',
  'Some of the relationships, and the cursor to those after them.',
  { afterResultCursor: Cursor, relationships: list(required(Relationship)) },
)
