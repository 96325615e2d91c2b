// Whether a PostgreSQL answers at all. One that was frozen, or is behind a network that swallows
// everything, breaks no connection: what was asked would wait for minutes. But a statement may take long,
// too. So when one has waited for a while, something simple is asked over a connection of its own; when
// that is not answered either, the server is away: all connections are given up, and whoever comes is
// refused at once, until it answers again.

import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Hosts } from './hosts.js'
import { unavailable } from './sqlstate.js'

/** A statement that waits longer than this makes us ask, ms. */
const PATIENCE_MS = 1500
/** Who has not answered the simplest question by then is away, ms. */
const ANSWER_WAIT_MS = 2000
/** Between two questions to one that is away, ms. */
const RETRY_MS = 300

export class LivenessProbe {
  readonly #hosts: Hosts
  /** Told to give up all connections. */
  readonly #giveUp: () => void
  /** When each began, ms; the oldest first. */
  readonly #waiting = new Map<symbol, number>()
  #timer: NodeJS.Timeout | null = null
  #probe: pg.Client | null = null
  #isAsking = false
  #isAway = false
  #closed = false

  constructor(hosts: Hosts, giveUp: () => void) {
    this.#hosts = hosts
    this.#giveUp = giveUp
  }

  /** @throws Refusal `storage-unavailable` at once when the server is away; what the work throws */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isAway) throw unavailable('it does not answer')
    const key = Symbol()
    this.#waiting.set(key, performance.now())
    this.#timer ??= setTimeout(() => this.#look(), PATIENCE_MS)
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

  #look(): void {
    this.#timer = null
    const [oldest] = this.#waiting.values()
    if (oldest === undefined || this.#closed) return
    const waitMs = oldest + PATIENCE_MS - performance.now()
    if (waitMs > 0) this.#timer = setTimeout(() => this.#look(), waitMs)
    else if (!this.#isAsking) void this.#ask()
  }

  async #ask(): Promise<void> {
    this.#isAsking = true
    if (!(await this.#answers()) && !this.#closed) {
      this.#isAway = true
      this.#giveUp()
      while (!this.#closed && !(await this.#answers())) await pause(RETRY_MS)
      this.#isAway = false
    }
    this.#isAsking = false
    if (!this.#closed) this.#timer ??= setTimeout(() => this.#look(), PATIENCE_MS)
  }

  /** Any answer is one, also that it will not let us in. */
  async #answers(): Promise<boolean> {
    const config = this.#hosts.present
    try {
      const answer = await Promise.race([
        this.#asked(config),
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

  async #asked(config: pg.ClientConfig): Promise<true> {
    if (this.#probe === null) {
      this.#probe = new pg.Client({
        ...config,
        connectionTimeoutMillis: ANSWER_WAIT_MS,
        pipeline: false,
      })
      this.#probe.on('error', () => this.#drop())
      await this.#probe.connect()
    }
    await this.#probe.query('select 1')
    return true
  }

  #drop(): void {
    if (this.#probe !== null) cut(this.#probe)
    this.#probe = null
  }
}

/** Ends a connection without a word, which is the only way when nobody listens. */
export function cut(client: pg.ClientBase): void {
  const { connection } = client as unknown as {
    readonly connection: { readonly stream: { destroy(): void } }
  }
  connection.stream.destroy()
}
