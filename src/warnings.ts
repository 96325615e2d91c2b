// The log of warnings about the surroundings of the service, such as an unreachable datastore.
// Failed attempts can occur many times a second, so a warning is logged at once the first time, and
// then at most once a minute with the number of repetitions.

import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'

const REPEAT_MS = 60_000
/** Number of different warnings that are remembered. */
const KNOWN_MAX = 200

interface KnownWarning {
  loggedAt: number
  /** Repetitions since then. */
  times: number
}

export class WarningLog {
  readonly #logger: Logger
  readonly #clock: () => number
  readonly #known = new LRUCache<string, KnownWarning>({ max: KNOWN_MAX })

  /** @param clock the time, ms since 1970 */
  constructor(logger: Logger, clock: () => number = Date.now) {
    this.#logger = logger
    this.#clock = clock
  }

  /** Logs the warning, unless the same one was logged within the last minute. */
  warn(part: string, error: Error): void {
    const key = `${part} ${error.message}`
    const now = this.#clock()
    const known = this.#known.get(key)
    if (known !== undefined && now - known.loggedAt < REPEAT_MS) {
      known.times++
      return
    }
    const times = known?.times ?? 0
    this.#known.set(key, { loggedAt: now, times: 0 })
    const more = times === 0 ? {} : { times }
    this.#logger.warn({ part, ...more, err: error }, 'met trouble, will try again')
  }
}
