// An external resource (a connection, a thread) that is made when it is first needed, and made
// again after it was lost. After a failure the next attempts are spaced out. Callers in between get
// the last failure at once, so that nothing piles up.

const RETRY_MIN_MS = 50
const RETRY_MAX_MS = 1000

/**
 * The time to wait after so many failures in a row, ms. It is random in part, so that nodes do not
 * retry in step.
 */
export const retryWaitMs = (failures: number): number =>
  Math.min(RETRY_MIN_MS * 2 ** failures, RETRY_MAX_MS) * (0.5 + Math.random() / 2)

export class Renewal<T> {
  private readonly make: (lost: () => void) => Promise<T>
  private present: Promise<T> | null = null
  private failures = 0
  private retryAt = 0
  private failure: unknown = null

  /** @param make makes the resource, and calls `lost` when the resource breaks later */
  constructor(make: (lost: () => void) => Promise<T>) {
    this.make = make
  }

  /**
   * Returns the present resource, or makes a new one. @throws what `make` throws, now or at the
   * last attempt
   */
  get(): Promise<T> {
    if (this.present !== null) return this.present
    if (Date.now() < this.retryAt) return Promise.reject(this.failure)
    const made = this.make(() => this.forget(made))
    this.present = made
    made.then(
      () => this.succeed(),
      error => this.fail(made, error),
    )
    return made
  }

  /** Returns the present resource, or null. */
  async peek(): Promise<T | null> {
    return (await this.present?.catch(() => null)) ?? null
  }

  private forget(made: Promise<T>): void {
    if (this.present === made) this.present = null
  }

  private succeed(): void {
    this.failures = 0
    this.retryAt = 0
  }

  private fail(made: Promise<T>, error: unknown): void {
    this.forget(made)
    this.failure = error
    this.retryAt = Date.now() + retryWaitMs(this.failures)
    this.failures++
  }
}
