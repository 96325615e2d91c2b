// Filters over stored relationships, the preconditions made of them, and the updates of a write.

import { type Relationship, WILDCARD } from './relationship.js'

/** A filter over relationships. At least one field is set; an absent field matches everything. */
export interface RelationshipFilter {
  readonly resourceType?: string
  readonly resourceId?: string
  /** A prefix of resource ids. It excludes `resourceId`. */
  readonly resourceIdPrefix?: string
  readonly relation?: string
  readonly subject?: SubjectFilter
}

interface SubjectFilter {
  readonly type: string
  /** A subject id. The wildcard matches stored wildcards only. */
  readonly id?: string
  /** A relation of the subject. Empty matches objects themselves only; absent matches any. */
  readonly relation?: string
}

/** A condition of a write: at least one relationship matches the filter, or none does. */
export interface Precondition {
  readonly kind: 'must-match' | 'must-not-match'
  readonly filter: RelationshipFilter
}

/** One change that a write asks for. */
export interface Update {
  /** `create` refuses an existing relationship; `touch` replaces it; `delete` needs no match. */
  readonly operation: 'create' | 'touch' | 'delete'
  readonly relationship: Relationship
}

/**
 * The effect of an update. A relationship that was `replaced` has another caveat, context or
 * expiration. An update that was `unchanged` or `absent` did nothing.
 */
export type UpdateOutcome = 'created' | 'replaced' | 'unchanged' | 'deleted' | 'absent'

/** Whether the filter matches the relationship. Callers look at its expiration themselves. */
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

/** The fields that are set, in a fixed order, by the names that refusals and storage use. */
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
