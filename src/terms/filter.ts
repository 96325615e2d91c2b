// Filters over stored relationships, and what is built on them: updates and preconditions.

import { type Relationship, WILDCARD } from './relationship.js'

/** At least one field is set. Absent fields match everything. */
export interface RelationshipFilter {
  readonly resourceType?: string
  readonly resourceId?: string
  /** Exclusive with `resourceId`. */
  readonly resourceIdPrefix?: string
  readonly relation?: string
  readonly subject?: SubjectFilter
}

interface SubjectFilter {
  readonly type: string
  /** May be the wildcard, which then matches only stored wildcards. */
  readonly id?: string
  /** Empty: only objects themselves; absent: any. */
  readonly relation?: string
}

export interface Precondition {
  readonly kind: 'must-match' | 'must-not-match'
  readonly filter: RelationshipFilter
}

export interface Update {
  /** `create` refuses a relationship that is there; `touch` replaces it; `delete` needs no match. */
  readonly operation: 'create' | 'touch' | 'delete'
  readonly relationship: Relationship
}

/**
 * What an update did: `replaced` gave a relationship another caveat, context or expiration, and
 * `unchanged` and `absent` did nothing.
 */
export type UpdateOutcome = 'created' | 'replaced' | 'unchanged' | 'deleted' | 'absent'

/** Whether the filter's words fit this relationship; time (expiry) is the caller's matter. */
export function matches(filter: RelationshipFilter, relationship: Relationship): boolean {
  const { resource, relation, subject } = relationship
  return (
    (filter.resourceType === undefined || filter.resourceType === resource.type) &&
    (filter.resourceId === undefined || filter.resourceId === resource.id) &&
    (filter.resourceIdPrefix === undefined || resource.id.startsWith(filter.resourceIdPrefix)) &&
    (filter.relation === undefined || filter.relation === relation) &&
    (filter.subject === undefined ||
      (filter.subject.type === subject.type &&
        (filter.subject.id === undefined || filter.subject.id === subject.id) &&
        (filter.subject.relation === undefined || filter.subject.relation === subject.relation)))
  )
}

/** Whether the relationship exists for a reader at `now`, ms since 1970. */
export const isLive = (relationship: Pick<Relationship, 'expiresAt'>, now: number): boolean =>
  relationship.expiresAt === null || relationship.expiresAt > now

export const isWildcard = (relationship: Relationship): boolean =>
  relationship.subject.id === WILDCARD

/** The fields that are set, by the names that refusals and storage use, in one order. */
export function filterFields(
  filter: RelationshipFilter,
): readonly (readonly [name: string, value: string])[] {
  const { subject } = filter
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['resource_type', filter.resourceType],
    ['resource_id', filter.resourceId],
    ['resource_id_prefix', filter.resourceIdPrefix],
    ['relation', filter.relation],
    ['subject_type', subject?.type],
    ['subject_id', subject?.id],
    ['subject_relation', subject?.relation],
  ]
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
}

/** The filter on one line, for messages: `resource_type:doc relation:viewer`. */
export const printFilter = (filter: RelationshipFilter): string =>
  filterFields(filter)
    .map(([name, value]) => `${name}:${value}`)
    .join(' ')
