// The updates that a watch reports for the changes of a revision: which ones, in which order, in
// messages of which size. Updates are sorted by identity, so that a position among them is the same
// wherever and whenever the change is read.

import {
  type Change,
  compareIdentities,
  type ExpiryMark,
  isExpiredBy,
  limits,
  printIdentity,
  type Relationship,
  type RelationshipIdentity,
} from '../../terms/index.js'
import { bytesOf } from './changeBuffer.js'

export interface WatchUpdate {
  readonly operation: 'touch' | 'delete'
  /** The relationship as it is now, or as it was before the deletion. */
  readonly relationship: Relationship
}

/** The effect of a revision on one relationship. */
interface RevisionEffect {
  readonly before: Relationship | null
  readonly after: Relationship | null
}

interface Selection {
  readonly isWanted: (relationship: Relationship) => boolean
  /** The mark up to which expired relationships have been reported as deleted already. */
  readonly expired: ExpiryMark | null
  /** The identity after which to begin, or null. */
  readonly after: RelationshipIdentity | null
}

/** Returns the updates of a change. A replaced relationship is a touch. */
export function toUpdates(change: Change, selection: Selection): readonly WatchUpdate[] {
  const { isWanted, expired, after } = selection
  const exists = (relationship: Relationship | null): relationship is Relationship =>
    relationship !== null && (expired === null || !isExpiredBy(relationship, expired))
  const updates: WatchUpdate[] = []
  for (const effect of effectsOf(change)) {
    const identity = identityOf(effect)
    if (!isWanted(identity) || (after !== null && compareIdentities(identity, after) <= 0)) continue
    if (exists(effect.after)) updates.push({ operation: 'touch', relationship: effect.after })
    else if (exists(effect.before))
      updates.push({ operation: 'delete', relationship: effect.before })
  }
  return updates
}

/** Divides updates into messages of limited size. */
export function toBatches(updates: readonly WatchUpdate[]): readonly (readonly WatchUpdate[])[] {
  const batches: WatchUpdate[][] = []
  let [batch, bytes]: [WatchUpdate[], number] = [[], Number.POSITIVE_INFINITY]
  for (const update of updates) {
    const more = bytesOf(update.relationship)
    const isFull =
      batch.length === limits.watchMessageUpdatesMax || bytes + more > limits.watchMessageBytesMax
    if (isFull) {
      batch = []
      bytes = 0
      batches.push(batch)
    }
    batch.push(update)
    bytes += more
  }
  return batches
}

/** The effects of changes, computed once for all watches of the store. */
const known = new WeakMap<Change, readonly RevisionEffect[]>()

function effectsOf(change: Change): readonly RevisionEffect[] {
  const effects = known.get(change) ?? toEffects(change)
  known.set(change, effects)
  return effects
}

function toEffects({ created, deleted }: Change): readonly RevisionEffect[] {
  const effects = new Map<string, RevisionEffect>()
  for (const before of deleted) effects.set(printIdentity(before), { before, after: null })
  for (const after of created) {
    const identity = printIdentity(after)
    effects.set(identity, { before: effects.get(identity)?.before ?? null, after })
  }
  return [...effects.values()].sort((a, b) => compareIdentities(identityOf(a), identityOf(b)))
}

/**
 * Returns the relationship that identifies an effect. Invariant: an effect has one before or after
 * it.
 */
const identityOf = ({ before, after }: RevisionEffect): Relationship =>
  (after ?? before) as Relationship
