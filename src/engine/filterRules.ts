// What a relationship filter must be before it is run: not empty, not contradictory, and only of
// names that the schema knows.

import { requireDefinition, requireMember, type Schema } from '../language/index.js'
import { printFilter, Refusal, type RelationshipFilter } from '../terms/index.js'

/** @throws Refusal `invalid-filter` for an empty filter, or one with both an id and a prefix */
export function requireFilterShape(filter: RelationshipFilter): void {
  if (isEmpty(filter)) {
    throw new Refusal('invalid-filter', 'the relationship filter must set at least one field', {
      filter: printFilter(filter),
    })
  }
  if (filter.resourceId !== undefined && filter.resourceIdPrefix !== undefined) {
    throw new Refusal(
      'invalid-filter',
      'resource_id and resource_id_prefix cannot be set at the same time',
      { filter: printFilter(filter) },
    )
  }
}

export const isEmpty = (filter: RelationshipFilter): boolean =>
  Object.values(filter).every(value => value === undefined)

/** @throws Refusal `unknown-definition`, `unknown-relation` */
export function requireFilterNames(schema: Schema, filter: RelationshipFilter): void {
  if (filter.resourceType !== undefined) {
    requireNames(schema, filter.resourceType, filter.relation)
  }
  if (filter.subject !== undefined) {
    requireNames(schema, filter.subject.type, filter.subject.relation)
  }
}

function requireNames(schema: Schema, definition: string, relation = ''): void {
  if (relation === '') requireDefinition(schema, definition)
  else requireMember(schema, definition, relation)
}
