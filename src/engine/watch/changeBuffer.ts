// The newest changes of a store that this node's feed has seen, kept in memory for all watches, so
// that a commit costs one read of the database however many watches there are. Nothing is kept
// while nobody watches. A watch that needs an older change reads the database, and one at the head
// waits here.

import {
  type Change,
  limits,
  type Refusal,
  type Relationship,
  type Revision,
} from '../../terms/index.js'

/** The number of changes returned at a time. */
const PAGE = 256
/** The approximate size of a relationship without its caveat context. */
const RELATIONSHIP_BYTES = 256

interface BufferedChange {
  readonly change: Change
  readonly bytes: number
}

export class ChangeBuffer {
  #head: Revision
  /** The kept changes. Invariant: without gaps up to the head. */
  #changes: BufferedChange[] = []
  #bytes = 0
  #watchers = 0
  #isInParts = false
  readonly #waiting = new Set<() => void>()
  #refusal: Refusal | null = null

  constructor(head: Revision) {
    this.#head = head
  }

  /**
   * Registers a watch, so that changes are kept.
   * @returns what unregisters it, to be called once
   */
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

  /** Receives further changes, in order. */
  take(changes: readonly Change[]): void {
    if (changes[0].revision !== this.#head + 1) this.#forget()
    for (const change of changes) this.#take(change)
    this.#trim()
    this.#wake()
  }

  /** Continues at another head. The changes before it were missed. */
  restart(head: Revision): void {
    this.#forget()
    this.#isInParts = false
    this.#head = head
    this.#wake()
  }

  /** Ends all watches: those that wait and all later ones get the refusal. */
  end(refusal: Refusal): void {
    this.#refusal ??= refusal
    this.#forget()
    this.#wake()
  }

  /** Requires that `end` has not been called. @throws its refusal */
  requireOpen(): void {
    if (this.#refusal !== null) throw this.#refusal
  }

  get head(): Revision {
    return this.#head
  }

  /** Whether all changes after the revision are in memory. */
  holds(revision: Revision): boolean {
    if (revision >= this.#head) return true
    return this.#changes.length > 0 && this.#changes[0].change.revision <= revision + 1
  }

  /** Returns some of the changes after a revision for which `holds` is true. */
  after(revision: Revision): readonly Change[] {
    if (revision >= this.#head) return []
    const from = revision + 1 - this.#changes[0].change.revision
    return this.#changes.slice(from, from + PAGE).map(({ change }) => change)
  }

  /**
   * Resolves when there is a change after the revision, or after `waitMs`, where null stands for no
   * limit.
   * @throws the signal's reason, or the refusal given to `end`
   */
  async waitForChange(
    revision: Revision,
    waitMs: number | null,
    signal: AbortSignal,
  ): Promise<void> {
    const isStillWaiting = (): boolean =>
      this.#refusal === null && !signal.aborted && revision >= this.#head
    if (isStillWaiting()) {
      await new Promise<void>(resolve => {
        const wake = (): void => {
          if (!isTimeUp && isStillWaiting()) return
          clearTimeout(timer)
          signal.removeEventListener('abort', wake)
          this.#waiting.delete(wake)
          resolve()
        }
        let isTimeUp = false
        const end = (): void => {
          isTimeUp = true
          wake()
        }
        const timer = waitMs === null ? undefined : setTimeout(end, waitMs)
        signal.addEventListener('abort', wake)
        this.#waiting.add(wake)
      })
    }
    signal.throwIfAborted()
    this.requireOpen()
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
  }

  /**
   * Keeps a change. A revision that comes in parts is not kept, because it would be too large;
   * watches read it from the database.
   */
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

/** The approximate size of a relationship, in memory as on the wire. */
export const bytesOf = ({ caveat }: Relationship): number =>
  caveat === null ? RELATIONSHIP_BYTES : RELATIONSHIP_BYTES + JSON.stringify(caveat.context).length
