// From the changes of a revision to what a watch tells of them: which updates, in which order, in
// how large messages. Updates are in the order of identities, so that a place among them is the same
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
  /** What is there now, or what was there before the deletion. */
  readonly relationship: Relationship
}

/** What a revision did to one relationship. */
interface RevisionEffect {
  readonly before: Relationship | null
  readonly after: Relationship | null
}

interface Selection {
  readonly isWanted: (relationship: Relationship) => boolean
  /** What had expired by then is gone already. */
  readonly expired: ExpiryMark | null
  /** Where in the revision to begin. */
  readonly after: RelationshipIdentity | null
}

/** The updates of a change. One that replaces a relationship is a touch. */
export function toUpdates(change: Change, selection: Selection): readonly WatchUpdate[] {
  const { isWanted, expired, after } = selection
  const isThere = (relationship: Relationship | null): relationship is Relationship =>
    relationship !== null && (expired === null || !isExpiredBy(relationship, expired))
  const updates: WatchUpdate[] = []
  for (const effect of turnsOf(change)) {
    const identity = identityOf(effect)
    if (!isWanted(identity) || (after !== null && compareIdentities(identity, after) <= 0)) continue
    if (isThere(effect.after)) updates.push({ operation: 'touch', relationship: effect.after })
    else if (isThere(effect.before))
      updates.push({ operation: 'delete', relationship: effect.before })
  }
  return updates
}

/** Divides updates so that no message of them is too large. */
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

/** All who watch the store are told of the same change. */
const known = new WeakMap<Change, readonly RevisionEffect[]>()

function turnsOf(change: Change): readonly RevisionEffect[] {
  const effects = known.get(change) ?? toTurns(change)
  known.set(change, effects)
  return effects
}

function toTurns({ created, deleted }: Change): readonly RevisionEffect[] {
  const effects = new Map<string, RevisionEffect>()
  for (const before of deleted) effects.set(printIdentity(before), { before, after: null })
  for (const after of created) {
    const identity = printIdentity(after)
    effects.set(identity, { before: effects.get(identity)?.before ?? null, after })
  }
  return [...effects.values()].sort((a, b) => compareIdentities(identityOf(a), identityOf(b)))
}

/** Invariant: a turn has a relationship before it or after it. */
const identityOf = ({ before, after }: RevisionEffect): Relationship =>
  (after ?? before) as Relationship
