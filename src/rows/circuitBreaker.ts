// Leaves alone for a while what has failed, or is slow: who asks in the meantime gets nothing at once,
// instead of waiting for more of the same. After the while one may try; the others go without until it
// is known how that went. An answer is slow by how long this process waited, not by how long it was busy:
// under load it would otherwise leave alone what is well, and burden what it asks instead.

import { waitedMs } from './waited.js'

const PAUSE_MIN_MS = 100
const PAUSE_MAX_MS = 5000
/** Slow answers in a row, until it is left alone: one may have been our own fault. Of a try one is enough. */
const SLOW_MAX = 3

interface CircuitBreakerOptions {
  /** Hears of each failure after which it is left alone. */
  readonly onTrouble: (error: Error) => void
  /** An answer that took longer is slow, ms: as of now. */
  readonly slowMs?: () => number
  /** ms */
  readonly clock?: () => number
  /** ms that were spent with nothing to do, ever */
  readonly waited?: () => number
}

export class CircuitBreaker {
  readonly #onTrouble: (error: Error) => void
  readonly #slowMs: () => number
  readonly #clock: () => number
  readonly #waited: () => number
  #pauseMs = PAUSE_MIN_MS
  /** Until when it is left alone; null when it is not. */
  #until: number | null = null
  #isTrying = false
  #slow = 0
  #pauses = 0

  constructor({
    onTrouble,
    slowMs = () => Number.POSITIVE_INFINITY,
    clock = () => performance.now(),
    waited = waitedMs,
  }: CircuitBreakerOptions) {
    this.#onTrouble = onTrouble
    this.#slowMs = slowMs
    this.#clock = clock
    this.#waited = waited
  }

  /** How often it was left alone, so far. */
  get pauses(): number {
    return this.#pauses
  }

  get isOpen(): boolean {
    return this.#until !== null && (this.#isTrying || this.#clock() < this.#until)
  }

  /** What comes of it; `otherwise` when it fails, or is not tried. */
  async pass<T>(attempt: () => Promise<T>, otherwise: T): Promise<T> {
    if (this.isOpen) return otherwise
    this.#isTrying = this.#until !== null
    const begun = this.#waited()
    try {
      const found = await attempt()
      this.#judge(this.#waited() - begun)
      return found
    } catch (error) {
      this.#leaveAlone(error as Error)
      return otherwise
    }
  }

  #judge(ms: number): void {
    const slowMs = this.#slowMs()
    if (ms > slowMs) {
      this.#slow++
      if (this.#slow < SLOW_MAX && !this.#isTrying) return
      this.#leaveAlone(new Error(`answers take longer than ${Math.round(slowMs)} ms`))
    } else {
      this.#slow = 0
      this.#isTrying = false
      this.#until = null
      this.#pauseMs = PAUSE_MIN_MS
    }
  }

  /** Those who had begun before fail too: together they are one failure. */
  #leaveAlone(error: Error): void {
    if (this.#until !== null && !this.#isTrying) return
    this.#isTrying = false
    this.#pauses++
    this.#until = this.#clock() + this.#pauseMs
    this.#pauseMs = Math.min(2 * this.#pauseMs, PAUSE_MAX_MS)
    this.#onTrouble(error)
  }
}
