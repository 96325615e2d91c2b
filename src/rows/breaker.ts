// Leaves alone for a while what has failed: who asks in the meantime gets nothing at once, instead of
// waiting for another failure.

const PAUSE_MIN_MS = 100
const PAUSE_MAX_MS = 5000

/** Lets nothing through for a while after a failure, and for twice as long after the next. */
export class Breaker {
  readonly #onTrouble: (error: Error) => void
  readonly #clock: () => number
  #pauseMs = PAUSE_MIN_MS
  #closedUntil = 0
  #pauses = 0

  /** @param clock ms */
  constructor(onTrouble: (error: Error) => void, clock: () => number = Date.now) {
    this.#onTrouble = onTrouble
    this.#clock = clock
  }

  /** How often it left it alone, so far. */
  get pauses(): number {
    return this.#pauses
  }

  get isOpen(): boolean {
    return this.#clock() < this.#closedUntil
  }

  /** What comes of it; `otherwise` when it fails, or is not tried. */
  async pass<T>(attempt: () => Promise<T>, otherwise: T): Promise<T> {
    if (this.isOpen) return otherwise
    try {
      const found = await attempt()
      this.#pauseMs = PAUSE_MIN_MS
      return found
    } catch (error) {
      if (!this.isOpen) {
        this.#pauses++
        this.#closedUntil = this.#clock() + this.#pauseMs
        this.#pauseMs = Math.min(2 * this.#pauseMs, PAUSE_MAX_MS)
        this.#onTrouble(error as Error)
      }
      return otherwise
    }
  }
}
