// The Redis in which nodes share rows, as bytes under names. It may be away, slow, full, emptied,
// or hold anything. A value that does not arrive in time counts as absent, and after a failure
// Redis is not asked for a while. So a failing Redis costs a question some milliseconds once, and
// then nothing. A Redis that takes no writes, because it is full or a replica, is still read.

import { readFileSync } from 'node:fs'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { limits, Refusal } from '../terms/index.js'
import { CircuitBreaker } from './circuitBreaker.js'
import { inTime } from './inTime.js'
import { REDIS_FORMS, readRedisPlace } from './redisAddress.js'

/** A store of bytes under names. */
export interface SharedBytes {
  /**
   * Reads the values of the names. Null stands for a value that is absent, or did not arrive in
   * time.
   */
  get(names: readonly string[]): Promise<readonly (Buffer | null)[]>
  /** Writes the entries in the background. */
  put(entries: readonly (readonly [name: string, bytes: Buffer])[]): void
  /**
   * Reports how long this process waited for rows of another source, ms. Redis is of no use when it
   * takes longer.
   */
  elsewhere(ms: number): void
}

export interface SharedRedis extends SharedBytes {
  /**
   * The state of the connection: `ready`, or why it is not: `connecting`, `reconnecting`, `close`,
   * `left alone after a failure`.
   */
  status(): string
  /** The number of times that a circuit breaker has opened. */
  pauses(): number
  close(): Promise<void>
}

/**
 * The time after which Redis drops a row that no node has written again. Such rows would only fill
 * it.
 */
const UNUSED_SECONDS = 7 * 24 * 3600
const WHO = 'Redis'
/** The number of samples over which the moving average extends, about. */
const SAMPLES_AVERAGED = 16

/**
 * Connects in the background and retries for ever. `onTrouble` is called with each failure.
 * @throws Refusal `invalid-argument` for a URL that cannot be read, or that names a certificate
 *   file that cannot
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
      const allAbsent = names.map(() => null)
      if (names.length === 0 || redis.status !== 'ready') return allAbsent
      return reads.pass(() => inTime(read(redis, names), limits.redisWaitMs, WHO), allAbsent)
    },
    put(entries) {
      // A Redis that cannot be read is not written to either: the writes would pile up.
      if (redis.status !== 'ready' || reads.isOpen) return
      const write = () =>
        Promise.all(entries.map(([name, bytes]) => redis.set(name, bytes, 'EX', UNUSED_SECONDS)))
      void writes.pass(() => inTime(write(), limits.redisWriteWaitMs, WHO), null)
    },
    elsewhere(ms) {
      elsewhereMs += (ms - elsewhereMs) / SAMPLES_AVERAGED
    },
    async close() {
      redis.disconnect()
    },
  }
}

function connect(url: string): Redis | Cluster {
  const address = readRedisPlace(url)
  // The message does not repeat the URL, which may hold a password.
  if (address === null)
    throw new Refusal('invalid-argument', `malformed redis: expected ${REDIS_FORMS}`)
  const { kind, hosts, username, password, database, master, tls, ca } = address
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
        sentinelPassword: address.sentinelPassword,
        ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: secured.tls } : {}),
      })
    case 'cluster': {
      const { enableOfflineQueue, enableAutoPipelining } = options
      return new Cluster([...hosts], {
        redisOptions: options,
        enableOfflineQueue,
        enableAutoPipelining,
        // Host names stay as they are: a certificate is for a name, which the cluster itself does
        // not report.
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

/** Treats a value of another Redis type as absent, as `mget` does by itself. */
function absentIfWrongType(error: Error): null {
  if (error.message.startsWith('WRONGTYPE')) return null
  throw error
}

/**
 * Reads several values at once. The names of a cluster lie on several servers; automatic pipelining
 * sends each server its names together.
 */
const read = (
  redis: Redis | Cluster,
  names: readonly string[],
): Promise<readonly (Buffer | null)[]> =>
  redis instanceof Cluster
    ? Promise.all(names.map(name => redis.getBuffer(name).catch(absentIfWrongType)))
    : redis.mgetBuffer(...names)
