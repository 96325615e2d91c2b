// The Redis that nodes share, as a place for bytes under names. It may be away, slow, full, emptied or
// holding anything: what does not come in time is not there, and after a failure it is left alone for
// a while, so that a Redis in trouble costs a question some milliseconds once, and then nothing.

import { Redis } from 'ioredis'
import { limits } from '../terms/index.js'
import { Breaker } from './breaker.js'

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
  /** How often it was left alone for a while, so far. */
  pauses(): number
  close(): Promise<void>
}

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
    pauses: () => breaker.pauses,
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
