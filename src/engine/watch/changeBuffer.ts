// The newest changes of a store that this node's feed has seen, in memory, for all who watch it: so
// that a commit costs one read of the database however many they are. Nothing is kept while nobody
// watches. Whoever needs an older change reads the database; whoever is at the head waits here.

import {
  type Change,
  limits,
  type Refusal,
  type Relationship,
  type Revision,
} from '../../terms/index.js'

/** Changes that are given at a time. */
const PAGE = 256
/** What a relationship weighs without its context, about. */
const RELATIONSHIP_BYTES = 256

interface BufferedChange {
  readonly change: Change
  readonly bytes: number
}

export class ChangeBuffer {
  #head: Revision
  /** Invariant: without gaps up to the head. */
  #changes: BufferedChange[] = []
  #bytes = 0
  #watchers = 0
  #isInParts = false
  readonly #waiting = new Set<() => void>()
  #refusal: Refusal | null = null

  constructor(head: Revision) {
    this.#head = head
  }

  /** Changes are kept until what this gives is called, once. */
  enter(): () => void {
    this.#watchers++
    return () => {
      this.#watchers--
      if (this.#watchers === 0) this.#forget()
    }
  }

  get watchers(): number {
    return this.#watchers
  }

  /** Takes further changes, in order. */
  take(changes: readonly Change[]): void {
    if (changes[0].revision !== this.#head + 1) this.#forget()
    for (const change of changes) this.#take(change)
    this.#trim()
    this.#wake()
  }

  /** Goes on at another head; the changes before it were missed. */
  restart(head: Revision): void {
    this.#forget()
    this.#isInParts = false
    this.#head = head
    this.#wake()
  }

  /** Those who wait, and all who come later, are refused. */
  end(refusal: Refusal): void {
    this.#refusal ??= refusal
    this.#forget()
    this.#wake()
  }

  /** @throws the refusal of the end */
  requireGoingOn(): void {
    if (this.#refusal !== null) throw this.#refusal
  }

  get head(): Revision {
    return this.#head
  }

  /** Whether all that follows the revision is at hand. */
  holds(revision: Revision): boolean {
    if (revision >= this.#head) return true
    return this.#changes.length > 0 && this.#changes[0].change.revision <= revision + 1
  }

  /** Some of what follows a revision that it holds. */
  after(revision: Revision): readonly Change[] {
    if (revision >= this.#head) return []
    const from = revision + 1 - this.#changes[0].change.revision
    return this.#changes.slice(from, from + PAGE).map(({ change }) => change)
  }

  /**
   * Resolves when there is something after the revision, or when the time is over; null: never.
   * @throws the signal's reason, or the refusal of the end
   */
  async news(revision: Revision, waitMs: number | null, signal: AbortSignal): Promise<void> {
    const goesOn = (): boolean =>
      this.#refusal === null && !signal.aborted && revision >= this.#head
    if (goesOn()) {
      await new Promise<void>(resolve => {
        const wake = (): void => {
          if (!isOver && goesOn()) return
          clearTimeout(timer)
          signal.removeEventListener('abort', wake)
          this.#waiting.delete(wake)
          resolve()
        }
        let isOver = false
        const end = (): void => {
          isOver = true
          wake()
        }
        const timer = waitMs === null ? undefined : setTimeout(end, waitMs)
        signal.addEventListener('abort', wake)
        this.#waiting.add(wake)
      })
    }
    signal.throwIfAborted()
    this.requireGoingOn()
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
  }

  /** What comes in parts is not kept: it would be too much. Whoever needs it reads it by itself. */
  #take(change: Change): void {
    const isPart = this.#isInParts
    this.#isInParts = change.partial === true
    if (this.#isInParts) return
    if (isPart) this.#forget()
    else if (this.#watchers > 0) this.#keep(change)
    this.#head = change.revision
  }

  #keep(change: Change): void {
    const bytes = bytesOfChange(change)
    this.#changes.push({ change, bytes })
    this.#bytes += bytes
  }

  #trim(): void {
    let dropped = 0
    while (
      this.#changes.length - dropped > limits.recentChangesMax ||
      this.#bytes > limits.recentBytesMax
    ) {
      this.#bytes -= this.#changes[dropped++].bytes
    }
    this.#changes.splice(0, dropped)
  }

  #forget(): void {
    this.#changes = []
    this.#bytes = 0
  }
}

function bytesOfChange({ created, deleted, note }: Change): number {
  let bytes = note.metadata === null ? 0 : JSON.stringify(note.metadata).length
  for (const relationship of created) bytes += bytesOf(relationship)
  for (const relationship of deleted) bytes += bytesOf(relationship)
  return bytes
}

/** About what the relationship takes, in memory as on the wire. */
export const bytesOf = ({ caveat }: Relationship): number =>
  caveat === null ? RELATIONSHIP_BYTES : RELATIONSHIP_BYTES + JSON.stringify(caveat.context).length
