// A probe of whether a PostgreSQL server answers at all. A frozen server, or one behind a network
// that drops everything, breaks no connection: statements would wait for minutes. A statement may
// also take long for good reasons. So when one has waited for a while, the probe sends `select 1`
// over a connection of its own. If that is not answered either, the server counts as away: all
// connections are destroyed, and new statements are refused at once until the server answers again.

import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Hosts } from './hosts.js'
import { unavailable } from './sqlstate.js'

/** The time after which a waiting statement causes a probe, ms. */
const PROBE_AFTER_MS = 1500
/** The time within which a live server answers the probe, ms. */
const ANSWER_WAIT_MS = 2000
/** The time between two probes of a server that is away, ms. */
const RETRY_MS = 300

export class LivenessProbe {
  readonly #hosts: Hosts
  /** The function that destroys all connections. */
  readonly #giveUp: () => void
  /** The start time of each waiting operation, ms. The oldest comes first. */
  readonly #waiting = new Map<symbol, number>()
  #timer: NodeJS.Timeout | null = null
  #client: pg.Client | null = null
  #isProbing = false
  #isAway = false
  #closed = false

  constructor(hosts: Hosts, giveUp: () => void) {
    this.#hosts = hosts
    this.#giveUp = giveUp
  }

  /**
   * Runs the work and watches how long it waits.
   * @throws Refusal `storage-unavailable` at once when the server is away; what the work throws
   */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isAway) throw unavailable('it does not answer')
    const key = Symbol()
    this.#waiting.set(key, performance.now())
    this.#timer ??= setTimeout(() => this.#checkOldest(), PROBE_AFTER_MS)
    try {
      return await work()
    } finally {
      this.#waiting.delete(key)
    }
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#drop()
  }

  #checkOldest(): void {
    this.#timer = null
    const [oldest] = this.#waiting.values()
    if (oldest === undefined || this.#closed) return
    const waitMs = oldest + PROBE_AFTER_MS - performance.now()
    if (waitMs > 0) this.#timer = setTimeout(() => this.#checkOldest(), waitMs)
    else if (!this.#isProbing) void this.#probeUntilAlive()
  }

  async #probeUntilAlive(): Promise<void> {
    this.#isProbing = true
    if (!(await this.#isAlive()) && !this.#closed) {
      this.#isAway = true
      this.#giveUp()
      while (!this.#closed && !(await this.#isAlive())) await pause(RETRY_MS)
      this.#isAway = false
    }
    this.#isProbing = false
    if (!this.#closed) this.#timer ??= setTimeout(() => this.#checkOldest(), PROBE_AFTER_MS)
  }

  /** Probes the server. Any answer counts, even a refused login. */
  async #isAlive(): Promise<boolean> {
    const config = this.#hosts.present
    try {
      const answer = await Promise.race([
        this.#query(config),
        pause(ANSWER_WAIT_MS, null, { ref: false }),
      ])
      if (answer !== null) return true
    } catch (error) {
      if (error instanceof pg.DatabaseError) return true
    }
    this.#drop()
    this.#hosts.pass(config)
    return false
  }

  async #query(config: pg.ClientConfig): Promise<true> {
    if (this.#client === null) {
      this.#client = new pg.Client({
        ...config,
        connectionTimeoutMillis: ANSWER_WAIT_MS,
        pipeline: false,
      })
      this.#client.on('error', () => this.#drop())
      await this.#client.connect()
    }
    await this.#client.query('select 1')
    return true
  }

  #drop(): void {
    if (this.#client !== null) cut(this.#client)
    this.#client = null
  }
}

/**
 * Destroys the socket of a connection. A server that does not answer would never complete an
 * orderly end.
 */
export function cut(client: pg.ClientBase): void {
  const { connection } = client as unknown as {
    readonly connection: { readonly stream: { destroy(): void } }
  }
  connection.stream.destroy()
}
