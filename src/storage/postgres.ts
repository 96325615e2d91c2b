// The PostgreSQL driver. Reads share a few pipelined links, where a statement does not wait for the
// answers of others (measured: 2 links carry three times what a pool of 8 does). A transaction has
// a connection of the pool to itself. Each channel that is listened to has its own connection. When
// a connection is lost, its statements are refused, and the next use connects again.

import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { Refusal } from '../terms/index.js'
import type { Database, DatabaseRow, OnNotify, Queryable, Verify } from './database.js'
import { Hosts } from './hosts.js'
import { Link, type OnConnect, run, translate } from './link.js'
import { Listener } from './listener.js'
import { cut, LivenessProbe } from './livenessProbe.js'
import { PLAN_BY_INDEX } from './planner.js'
import { requireSessions } from './pooling.js'
import { retryWaitMs } from './renewal.js'
import { closed, unavailable } from './sqlstate.js'
import { READ_COMMITTED, SNAPSHOT, within } from './transaction.js'

/** The number of links for reads. */
const READ_LINKS = 3
/**
 * The maximum number of transactions at a time. The writer needs one; long reads hold the others.
 */
const TRANSACTIONS_MAX = 8
/**
 * SQL that bounds idle time within transactions. A node that freezes or disappears in a transaction
 * must not hold its locks against the others.
 */
const BOUND_IDLE_TIME = `set idle_in_transaction_session_timeout = '60s'`

/**
 * Opens the primary that the URL names.
 * @throws Refusal `invalid-argument` for a URL that cannot be read, or a pooler that shares
 *   connections between clients; `storage-unavailable`
 */
export async function openPostgres(url: string): Promise<Database> {
  const hosts = new Hosts(url)
  const database = new Postgres(hosts, { mayBeStandby: false })
  for (let attempts = 1; ; attempts++) {
    try {
      await database.query('select 1')
      await requireSessions(hosts.present)
      return database
    } catch (error) {
      if (attempts === hosts.count || isFinal(error)) {
        await database.close()
        throw error
      }
      await pause(retryWaitMs(attempts))
    }
  }
}

const isFinal = (error: unknown): boolean =>
  error instanceof Refusal && error.code === 'invalid-argument'

/**
 * Opens a replica, which may be a standby and need not be reachable yet.
 * @throws Refusal `invalid-argument` for a URL that cannot be read
 */
export const openReplica = (url: string): Database =>
  new Postgres(new Hosts(url), { mayBeStandby: true })

interface PostgresOptions {
  readonly mayBeStandby: boolean
}

class Postgres implements Database {
  readonly concurrent = true
  private readonly hosts: Hosts
  private readonly mayBeStandby: boolean
  private readonly links: readonly Link[]
  private readonly pool: pg.Pool
  private readonly probe: LivenessProbe
  private readonly verifications = new Set<Verify>()
  /** The connections that are being set up, and those of the pool that are in use. */
  private readonly inUse = new Set<pg.ClientBase>()
  /** The listeners by channel. */
  private readonly listeners = new Map<string, Listener>()
  private closing: Promise<void> | null = null

  constructor(hosts: Hosts, { mayBeStandby }: PostgresOptions) {
    this.hosts = hosts
    this.mayBeStandby = mayBeStandby
    this.links = Array.from({ length: READ_LINKS }, () => new Link(hosts, this.setUp))
    this.pool = new pg.Pool({
      ...hosts.present,
      max: TRANSACTIONS_MAX,
      onConnect: this.setUp,
      Client: clientOf(hosts),
    })
    this.probe = new LivenessProbe(hosts, () => {
      for (const client of this.inUse) cut(client)
      for (const each of [...this.links, ...this.listeners.values()]) each.cut()
    })
    // A broken idle connection leaves the pool by itself, and nobody was using it.
    this.pool.on('error', () => {})
  }

  async query<R extends DatabaseRow>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<readonly R[]> {
    this.refuseWhenClosed()
    const idlest = this.links.reduce((a, b) => (b.inFlight < a.inFlight ? b : a))
    return this.probe.during(() => idlest.query<R>(sql, parameters))
  }

  script(sql: string): Promise<void> {
    return this.session(session => session.script(sql))
  }

  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    return this.session(session => within(session, READ_COMMITTED, work))
  }

  snapshot<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    return this.session(session => within(session, SNAPSHOT, work))
  }

  async listen(channel: string, onNotify: OnNotify): Promise<() => Promise<void>> {
    this.refuseWhenClosed()
    const listener = this.listeners.get(channel) ?? new Listener(this.hosts, this.setUp, channel)
    this.listeners.set(channel, listener)
    listener.add(onNotify)
    return async () => {
      if (!listener.remove(onNotify) || this.listeners.get(channel) !== listener) return
      this.listeners.delete(channel)
      await listener.stop()
    }
  }

  onConnect(verify: Verify): () => void {
    this.verifications.add(verify)
    return () => this.verifications.delete(verify)
  }

  /** Closes all connections after the statements that have begun. */
  close(): Promise<void> {
    this.closing ??= Promise.all([
      ...Array.from(this.listeners.values(), listener => listener.stop()),
      ...this.links.map(link => link.close()),
      this.pool.end(),
    ]).then(() => this.probe.close())
    return this.closing
  }

  private readonly setUp: OnConnect = async client => {
    this.inUse.add(client)
    try {
      await run(client, `${BOUND_IDLE_TIME}; ${PLAN_BY_INDEX}`)
      const [{ standby }] = await run<{ standby: boolean }>(
        client,
        'select pg_is_in_recovery() as standby',
      )
      if (standby && !this.mayBeStandby) throw unavailable('it is a standby, which takes no writes')
      const connection = toSession(client, this.probe)
      await Promise.all(Array.from(this.verifications, verify => verify(connection)))
    } finally {
      this.inUse.delete(client)
    }
  }

  /** Runs `work` with a connection of its own. A broken one does not go back to the pool. */
  private async session<T>(work: (session: Queryable) => Promise<T>): Promise<T> {
    this.refuseWhenClosed()
    const client = await this.probe.during(() => this.checkOut())
    this.inUse.add(client)
    let broken = false
    const onError = () => {
      broken = true
    }
    client.on('error', onError)
    try {
      return await work(toSession(client, this.probe))
    } catch (error) {
      broken ||= error instanceof Refusal && error.code === 'storage-unavailable'
      throw error
    } finally {
      this.inUse.delete(client)
      client.off('error', onError)
      client.release(broken)
    }
  }

  private async checkOut(): Promise<pg.PoolClient> {
    const host = this.hosts.present
    try {
      return await this.pool.connect()
    } catch (error) {
      this.hosts.pass(host)
      throw translate(error)
    }
  }

  private refuseWhenClosed(): void {
    if (this.closing !== null) throw closed()
  }
}

/**
 * A client class whose instances connect to the host that is the present one when they are made.
 */
const clientOf = (hosts: Hosts): typeof pg.Client =>
  class extends pg.Client {
    constructor() {
      super(hosts.present)
    }
  }

const toSession = (client: pg.ClientBase, probe: LivenessProbe): Queryable => ({
  query: (sql, parameters) => probe.during(() => run(client, sql, parameters)),
  script: async sql => {
    await probe.during(() => run(client, sql))
  },
})
