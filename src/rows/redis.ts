// The Redis that nodes share, as a place for bytes under names. It may be away, slow, full, emptied or
// holding anything: what does not come in time is not there, and after a failure it is left alone for
// a while, so that a Redis in trouble costs a question some milliseconds once, and then nothing. One
// that takes nothing, as it is full or a replica, can still be read.

import { readFileSync } from 'node:fs'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { limits, Refusal } from '../terms/index.js'
import { CircuitBreaker } from './circuitBreaker.js'
import { inTime } from './inTime.js'
import { REDIS_FORMS, readRedisPlace } from './redisAddress.js'

/** Bytes under names. */
export interface SharedBytes {
  /** Null for what is not there, or did not come in time. */
  get(names: readonly string[]): Promise<readonly (Buffer | null)[]>
  /** Nobody waits for it. */
  put(entries: readonly (readonly [name: string, bytes: Buffer])[]): void
  /** Told how long something from elsewhere was waited for, ms: what takes longer is of no use. */
  elsewhere(ms: number): void
}

export interface SharedRedis extends SharedBytes {
  /** `ready`, or what keeps it: `connecting`, `reconnecting`, `close`, `left alone after a failure`. */
  status(): string
  /** How often it was left alone for a while, so far. */
  pauses(): number
  close(): Promise<void>
}

/** Rows that nobody has asked for this long are gone: they would only fill it. */
const UNUSED_SECONDS = 7 * 24 * 3600
const WHO = 'Redis'
/** Times that an average is about. */
const AVERAGED = 16

/**
 * Connects in the background and goes on trying; `onTrouble` hears of each failure.
 * @throws Refusal `invalid-argument` for a URL that cannot be read, or names certificates that cannot
 */
export function openRedis(url: string, onTrouble: (error: Error) => void): SharedRedis {
  const redis = connect(url)
  redis.on('error', onTrouble)
  let elsewhereMs = 0
  const slowMs = (): number => Math.max(limits.redisSlowMs, elsewhereMs)
  const [reads, writes] = [
    new CircuitBreaker({ onTrouble, slowMs }),
    new CircuitBreaker({ onTrouble }),
  ]
  return {
    status: () => (reads.isOpen ? 'left alone after a failure' : redis.status),
    pauses: () => reads.pauses + writes.pauses,
    async get(names) {
      const none = names.map(() => null)
      if (names.length === 0 || redis.status !== 'ready') return none
      return reads.pass(() => inTime(read(redis, names), limits.redisWaitMs, WHO), none)
    },
    put(entries) {
      // What cannot be read is not written either: it would pile up.
      if (redis.status !== 'ready' || reads.isOpen) return
      const sent = () =>
        Promise.all(entries.map(([name, bytes]) => redis.set(name, bytes, 'EX', UNUSED_SECONDS)))
      void writes.pass(() => inTime(sent(), limits.redisWriteWaitMs, WHO), null)
    },
    elsewhere(ms) {
      elsewhereMs += (ms - elsewhereMs) / AVERAGED
    },
    async close() {
      redis.disconnect()
    },
  }
}

function connect(url: string): Redis | Cluster {
  const place = readRedisPlace(url)
  // Without repeating it: it may hold a password.
  if (place === null)
    throw new Refusal('invalid-argument', `malformed redis: expected ${REDIS_FORMS}`)
  const { kind, hosts, username, password, database, master, tls, ca } = place
  const secured = tls ? { tls: ca === null ? {} : { ca: readCertificates(ca) } } : {}
  const options: RedisOptions = {
    ...secured,
    username,
    password,
    db: database,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: true,
  }
  switch (kind) {
    case 'server':
      return new Redis({ ...options, ...hosts[0] })
    case 'sentinel':
      return new Redis({
        ...options,
        sentinels: [...hosts],
        name: master,
        sentinelPassword: place.sentinelPassword,
        ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: secured.tls } : {}),
      })
    case 'cluster': {
      const { enableOfflineQueue, enableAutoPipelining } = options
      return new Cluster([...hosts], {
        redisOptions: options,
        enableOfflineQueue,
        enableAutoPipelining,
        // A certificate is of a host's name, which the cluster itself does not tell.
        dnsLookup: (address, callback) => callback(null, address),
      })
    }
  }
}

function readCertificates(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const { message } = error as Error
    throw new Refusal('invalid-argument', `malformed redis: certificates to trust: ${message}`)
  }
}

/** Of several names at once Redis says the same by itself. */
function noneOfAnotherKind(error: Error): null {
  if (error.message.startsWith('WRONGTYPE')) return null
  throw error
}

/** Names of a cluster lie on several servers, to each of which those that it has go together. */
const read = (
  redis: Redis | Cluster,
  names: readonly string[],
): Promise<readonly (Buffer | null)[]> =>
  redis instanceof Cluster
    ? Promise.all(names.map(name => redis.getBuffer(name).catch(noneOfAnotherKind)))
    : redis.mgetBuffer(...names)
