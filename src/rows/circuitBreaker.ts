// A circuit breaker. After a failure, or several slow answers in a row, it opens: for a pause every
// caller gets the fallback at once, instead of waiting for one more failure. After the pause one
// caller may try, while the others still get the fallback.
// An answer is slow by how long this process waited for it, not by how long the process was busy.
// Under load the breaker would otherwise give up a healthy service, and burden whatever is asked
// instead.

import { waitedMs } from './waited.js'

const PAUSE_MIN_MS = 100
const PAUSE_MAX_MS = 5000
/**
 * Slow answers in a row after which the breaker opens, as one may have been this process's own
 * fault. For a trial after a pause one is enough.
 */
const SLOW_MAX = 3

interface CircuitBreakerOptions {
  /** Called with each failure that opens the breaker. */
  readonly onTrouble: (error: Error) => void
  /** The time above which an answer is slow, ms. It is read for each answer. */
  readonly slowMs?: () => number
  /** The current time, ms. */
  readonly clock?: () => number
  /** The time that this process has been idle since it began, ms. */
  readonly waited?: () => number
}

export class CircuitBreaker {
  readonly #onTrouble: (error: Error) => void
  readonly #slowMs: () => number
  readonly #clock: () => number
  readonly #waited: () => number
  #pauseMs = PAUSE_MIN_MS
  /** The time until which the breaker is open. Null while it is closed. */
  #openUntil: number | null = null
  #isOnTrial = false
  #slowCount = 0
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

  /** The number of times that the breaker has opened. */
  get pauses(): number {
    return this.#pauses
  }

  /** Whether a call would get the fallback at once. */
  get isOpen(): boolean {
    return this.#openUntil !== null && (this.#isOnTrial || this.#clock() < this.#openUntil)
  }

  /**
   * Returns what the attempt returns. Returns `fallback` if it fails, or if the breaker is open.
   */
  async pass<T>(attempt: () => Promise<T>, fallback: T): Promise<T> {
    if (this.isOpen) return fallback
    this.#isOnTrial = this.#openUntil !== null
    const startedMs = this.#waited()
    try {
      const answer = await attempt()
      this.#judge(this.#waited() - startedMs)
      return answer
    } catch (error) {
      this.#open(error as Error)
      return fallback
    }
  }

  #judge(ms: number): void {
    const slowMs = this.#slowMs()
    if (ms > slowMs) {
      this.#slowCount++
      if (this.#slowCount < SLOW_MAX && !this.#isOnTrial) return
      this.#open(new Error(`answers take longer than ${Math.round(slowMs)} ms`))
    } else {
      this.#slowCount = 0
      this.#isOnTrial = false
      this.#openUntil = null
      this.#pauseMs = PAUSE_MIN_MS
    }
  }

  /**
   * Opens the breaker. Calls that were under way when it opened may fail as well: together they
   * count as one failure.
   */
  #open(error: Error): void {
    if (this.#openUntil !== null && !this.#isOnTrial) return
    this.#isOnTrial = false
    this.#pauses++
    this.#openUntil = this.#clock() + this.#pauseMs
    this.#pauseMs = Math.min(2 * this.#pauseMs, PAUSE_MAX_MS)
    this.#onTrouble(error)
  }
}
