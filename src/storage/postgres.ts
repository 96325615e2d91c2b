// The PostgreSQL driver. Reads share a few pipelined links, where a statement does not wait for its
// neighbours' answers (measured: 2 links carry three times what a pool of 8 does); a transaction has
// a connection of the pool to itself; each channel that is listened to has its own. What a lost
// connection was doing is refused, and the next use connects again.

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

const READ_LINKS = 3
/** Transactions at a time; the writer needs one, long reads hold the others. */
const TRANSACTIONS_MAX = 8
/** A node that freezes or vanishes in a transaction must not hold its locks against the others. */
const BOUND_IDLENESS = `set idle_in_transaction_session_timeout = '60s'`

/**
 * @throws Refusal `invalid-argument` for a URL that cannot be read, or a pooler that shares
 * connections between clients; `storage-unavailable`
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
 * One that may be a standby, and need not be there yet.
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
  private readonly proofs = new Set<Verify>()
  /** Connections that are being made, and those of the pool that are at work. */
  private readonly working = new Set<pg.ClientBase>()
  /** By channel. */
  private readonly listeners = new Map<string, Listener>()
  private closing: Promise<void> | null = null

  constructor(hosts: Hosts, { mayBeStandby }: PostgresOptions) {
    this.hosts = hosts
    this.mayBeStandby = mayBeStandby
    this.links = Array.from({ length: READ_LINKS }, () => new Link(hosts, this.greet))
    this.pool = new pg.Pool({
      ...hosts.present,
      max: TRANSACTIONS_MAX,
      onConnect: this.greet,
      Client: clientOf(hosts),
    })
    this.probe = new LivenessProbe(hosts, () => {
      for (const client of this.working) cut(client)
      for (const each of [...this.links, ...this.listeners.values()]) each.cut()
    })
    // An idle connection that dies leaves the pool by itself; nobody was using it.
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
    const listener = this.listeners.get(channel) ?? new Listener(this.hosts, this.greet, channel)
    this.listeners.set(channel, listener)
    listener.add(onNotify)
    return async () => {
      if (!listener.remove(onNotify) || this.listeners.get(channel) !== listener) return
      this.listeners.delete(channel)
      await listener.stop()
    }
  }

  onConnect(prove: Verify): () => void {
    this.proofs.add(prove)
    return () => this.proofs.delete(prove)
  }

  /** Lets what has begun finish. */
  close(): Promise<void> {
    this.closing ??= Promise.all([
      ...Array.from(this.listeners.values(), listener => listener.stop()),
      ...this.links.map(link => link.close()),
      this.pool.end(),
    ]).then(() => this.probe.close())
    return this.closing
  }

  private readonly greet: OnConnect = async client => {
    this.working.add(client)
    try {
      await run(client, `${BOUND_IDLENESS}; ${PLAN_BY_INDEX}`)
      const [{ standby }] = await run<{ standby: boolean }>(
        client,
        'select pg_is_in_recovery() as standby',
      )
      if (standby && !this.mayBeStandby) throw unavailable('it is a standby, which takes no writes')
      const connection = toSession(client, this.probe)
      await Promise.all(Array.from(this.proofs, prove => prove(connection)))
    } finally {
      this.working.delete(client)
    }
  }

  /** Runs `work` with a connection to itself; one that broke does not go back to the pool. */
  private async session<T>(work: (session: Queryable) => Promise<T>): Promise<T> {
    this.refuseWhenClosed()
    const client = await this.probe.during(() => this.checkOut())
    this.working.add(client)
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
      this.working.delete(client)
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

/** Each leads to the host that is the present one when it is made. */
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
