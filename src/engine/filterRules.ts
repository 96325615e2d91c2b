// What a relationship filter must be before it is run: not empty, not contradictory, and only of
// names that the schema knows.

import {
  requireDefinition,
  requireMember,
  requireRelation,
  type Schema,
} from '../language/index.js'
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

/**
 * @throws Refusal `unknown-definition`, `unknown-relation`; `invalid-filter` for a permission, which
 *   no relationship has: the filter would match nothing, whatever is stored
 */
export function requireFilterNames(schema: Schema, filter: RelationshipFilter): void {
  const { resourceType, relation, subject } = filter
  if (resourceType !== undefined) requireDefinition(schema, resourceType)
  if (relation !== undefined) requireRelation(schema, resourceType, relation)
  if (subject === undefined) return
  // The subjects of a relationship may be those who have a permission.
  if (subject.relation) requireMember(schema, subject.type, subject.relation)
  else requireDefinition(schema, subject.type)
}
