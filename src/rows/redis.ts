// The Redis that nodes share, as a place for bytes under names. It may be away, slow, full, emptied or
// holding anything: what does not come in time is not there, and after a failure it is left alone for
// a while, so that a Redis in trouble costs a question some milliseconds once, and then nothing.

import { Redis } from 'ioredis'
import { limits } from '../terms/index.js'

/** Bytes under names. */
export interface SharedBytes {
  /** Null for what is not there, or did not come in time. */
  get(names: readonly string[]): Promise<readonly (Buffer | null)[]>
  /** Nobody waits for it. */
  put(entries: readonly (readonly [name: string, bytes: Buffer])[]): void
}

export interface SharedRedis extends SharedBytes {
  /** `ready`, or what the connection is doing: `connecting`, `reconnecting`, `close`. */
  status(): string
  close(): Promise<void>
}

const PAUSE_MIN_MS = 100
const PAUSE_MAX_MS = 5000
/** Rows that nobody has asked for this long are gone: they would only fill it. */
const UNUSED_SECONDS = 7 * 24 * 3600

/** Connects in the background and goes on trying; `onTrouble` hears of each failure. */
export function openRedis(url: string, onTrouble: (error: Error) => void): SharedRedis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: true,
    commandTimeout: limits.redisWaitMs,
  })
  redis.on('error', onTrouble)
  const breaker = new Breaker(onTrouble)
  return {
    status: () => redis.status,
    async get(names) {
      const none = names.map(() => null)
      if (names.length === 0 || redis.status !== 'ready') return none
      return breaker.pass(() => redis.mgetBuffer(...names), none)
    },
    put(entries) {
      if (redis.status !== 'ready') return
      for (const [name, bytes] of entries) {
        void breaker.pass(() => redis.set(name, bytes, 'EX', UNUSED_SECONDS), null)
      }
    },
    async close() {
      redis.disconnect()
    },
  }
}

/** Lets nothing through for a while after a failure, and for twice as long after the next. */
export class Breaker {
  readonly #onTrouble: (error: Error) => void
  readonly #clock: () => number
  #pauseMs = PAUSE_MIN_MS
  #closedUntil = 0

  /** @param clock ms */
  constructor(onTrouble: (error: Error) => void, clock: () => number = Date.now) {
    this.#onTrouble = onTrouble
    this.#clock = clock
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
        this.#closedUntil = this.#clock() + this.#pauseMs
        this.#pauseMs = Math.min(2 * this.#pauseMs, PAUSE_MAX_MS)
        this.#onTrouble(error as Error)
      }
      return otherwise
    }
  }
}
