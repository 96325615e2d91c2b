// The connection to the Redis that nodes share. It holds no rows yet: it is opened, watched and
// closed here, so that the settings mean what they will mean. Redis away never stops a node.

import { Redis } from 'ioredis'

export interface SharedRedis {
  /** `ready`, or what the connection is doing: `connecting`, `reconnecting`, `close`. */
  status(): string
  close(): Promise<void>
}

/** Connects in the background and goes on trying; `onTrouble` hears of each failure. */
export function openRedis(url: string, onTrouble: (error: Error) => void): SharedRedis {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 })
  redis.on('error', onTrouble)
  return {
    status: () => redis.status,
    async close() {
      redis.disconnect()
    },
  }
}
