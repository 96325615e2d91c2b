// The rules for relationship filters: not empty, not contradictory, and only names that the schema
// knows.

import {
  requireDefinition,
  requireMember,
  requireRelation,
  type Schema,
} from '../language/index.js'
import { printFilter, Refusal, type RelationshipFilter } from '../terms/index.js'

/**
 * Requires a filter that is neither empty nor contradictory.
 * @throws Refusal `invalid-filter` for an empty filter, or one with both an id and a prefix
 */
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

/**
 * Requires names that the schema knows.
 * @throws Refusal `unknown-definition`, `unknown-relation`; `invalid-filter` for a permission as
 * the relation, since no stored relationship has one and the filter could match nothing
 */
export function requireFilterNames(schema: Schema, filter: RelationshipFilter): void {
  const { resourceType, relation, subject } = filter
  if (resourceType !== undefined) requireDefinition(schema, resourceType)
  if (relation !== undefined) requireRelation(schema, resourceType, relation)
  if (subject === undefined) return
  // A subject set may refer to a permission.
  if (subject.relation) requireMember(schema, subject.type, subject.relation)
  else requireDefinition(schema, subject.type)
}
