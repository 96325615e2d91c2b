// The position of a watch, which its tokens hold beside the revision: how far the watch got within
// that revision, and up to which time it reported expirations. Together they resume a watch without
// a gap or a repetition.

import type { JsonValue } from './json.js'
import {
  compareIdentities,
  type Relationship,
  type RelationshipIdentity,
  shapeFault,
} from './relationship.js'

/** The position of a watch beside its revision. */
export interface WatchPosition {
  /** The part of the revision that the watch has sent. Null when it has sent all of it. */
  readonly progress: WatchProgress | null
  /** The expirations reported so far. Null when the watch does not report expirations. */
  readonly expired: ExpiryMark | null
}

/** How far a watch got within a revision. */
export type WatchProgress =
  /** It has sent the updates of the revision up to this identity, in the order of identities. */
  | { readonly kind: 'changes'; readonly after: RelationshipIdentity }
  /**
   * It has sent all matches of the filters before this one, and those of this one up to `after`.
   */
  | {
      readonly kind: 'snapshot'
      readonly filter: number
      readonly after: RelationshipIdentity | null
    }

/** A position in the order of expiration, then identity. */
export interface ExpiryMark {
  /** Time of expiration, ms since 1970. */
  readonly at: number
  /** The last identity of that time. Null means that all of that time are included. */
  readonly after: RelationshipIdentity | null
}

/** Whether the relationship's expiration is at the mark or before it. */
export function isExpiredBy(relationship: Relationship, { at, after }: ExpiryMark): boolean {
  const { expiresAt } = relationship
  if (expiresAt === null || expiresAt > at) return false
  return expiresAt < at || after === null || compareIdentities(relationship, after) <= 0
}

/** The position as JSON, for a token. */
export const fromWatchPosition = ({ progress, expired }: WatchPosition): readonly JsonValue[] => [
  progress && fromWithin(progress),
  expired && [expired.at, ...fromIdentity(expired.after)],
]

const fromWithin = (progress: WatchProgress): JsonValue =>
  progress.kind === 'changes'
    ? fromIdentity(progress.after)
    : [progress.filter, ...fromIdentity(progress.after)]

/** The position, or null for JSON from outside that is not a position. */
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

/** The identity, null for an empty list, or undefined for JSON that is not an identity. */
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
