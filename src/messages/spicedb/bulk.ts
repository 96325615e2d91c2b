// Messages for import and export of relationships in bulk.

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
  'How many were created.',
  { numLoaded: uint64 },
)

export const ExportBulkRelationshipsRequest = message(
  'ExportBulkRelationshipsRequest',
  'Which relationships to export, all without a filter. The limit is for each message of the answer; the answer goes on to the end.',
  {
    consistency: Consistency,
    optionalLimit: uint32,
    optionalCursor: Cursor,
    optionalRelationshipFilter: RelationshipFilter,
  },
)

export const ExportBulkRelationshipsResponse = message(
  'ExportBulkRelationshipsResponse',
  'Some of the relationships, and where to go on after them.',
  { afterResultCursor: Cursor, relationships: list(required(Relationship)) },
)
