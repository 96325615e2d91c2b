// Where a watch is, as its tokens tell it beside the revision: how far it is within that revision,
// and up to when expirations were told. Together they resume a watch without a gap or a repetition.

import type { JsonValue } from './json.js'
import {
  compareIdentities,
  type Relationship,
  type RelationshipIdentity,
  shapeFault,
} from './relationship.js'

export interface WatchPosition {
  /** What of the revision was told; null when all was. */
  readonly progress: WatchProgress | null
  /** Relationships that had expired by then are told to have gone; null: none are. */
  readonly expired: ExpiryMark | null
}

export type WatchProgress =
  /** The updates of the revision, in the order of identities, up to this one. */
  | { readonly kind: 'changes'; readonly after: RelationshipIdentity }
  /** What there is at the revision: all that the filters before this one match, and some of it. */
  | {
      readonly kind: 'snapshot'
      readonly filter: number
      readonly after: RelationshipIdentity | null
    }

/** A place in the order of expiration, then identity; `after` null: behind all of that moment. */
export interface ExpiryMark {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly after: RelationshipIdentity | null
}

/** Whether the relationship expires at the mark or before it. */
export function isExpiredBy(relationship: Relationship, { at, after }: ExpiryMark): boolean {
  const { expiresAt } = relationship
  if (expiresAt === null || expiresAt > at) return false
  return expiresAt < at || after === null || compareIdentities(relationship, after) <= 0
}

/** As JSON, for a token. */
export const fromWatchPosition = ({ progress, expired }: WatchPosition): readonly JsonValue[] => [
  progress && fromWithin(progress),
  expired && [expired.at, ...fromIdentity(expired.after)],
]

const fromWithin = (progress: WatchProgress): JsonValue =>
  progress.kind === 'changes'
    ? fromIdentity(progress.after)
    : [progress.filter, ...fromIdentity(progress.after)]

/** The place, or null when the JSON, from outside, is none. */
export function toWatchPosition([progress, expired]: readonly JsonValue[]): WatchPosition | null {
  const position = { progress: toWithin(progress), expired: toMark(expired) }
  return position.progress === undefined || position.expired === undefined
    ? null
    : (position as WatchPosition)
}

function toWithin(json: JsonValue | undefined): WatchProgress | null | undefined {
  if (json === null) return null
  if (!Array.isArray(json)) return undefined
  const [filter, ...rest] = json
  if (typeof filter === 'string') {
    const after = toIdentity(json)
    return after ? { kind: 'changes', after } : undefined
  }
  const after = toIdentity(rest)
  return after !== undefined && isCount(filter) ? { kind: 'snapshot', filter, after } : undefined
}

function toMark(json: JsonValue | undefined): ExpiryMark | null | undefined {
  if (json === null) return null
  if (!Array.isArray(json)) return undefined
  const [at, ...rest] = json
  const after = toIdentity(rest)
  return after !== undefined && isCount(at) ? { at, after } : undefined
}

const fromIdentity = (identity: RelationshipIdentity | null): string[] => {
  if (identity === null) return []
  const { resource, relation, subject } = identity
  return [resource.type, resource.id, relation, subject.type, subject.id, subject.relation]
}

/** Null for an empty list; undefined for what identifies no relationship. */
function toIdentity(json: readonly JsonValue[]): RelationshipIdentity | null | undefined {
  if (json.length === 0) return null
  if (json.length !== 6 || !json.every(part => typeof part === 'string')) return undefined
  const [type, id, relation, subjectType, subjectId, subjectRelation] = json
  const identity = {
    resource: { type, id },
    relation,
    subject: { type: subjectType, id: subjectId, relation: subjectRelation },
  }
  return shapeFault(identity) === null ? identity : undefined
}

const isCount = (json: JsonValue | undefined): json is number =>
  Number.isSafeInteger(json) && (json as number) >= 0
