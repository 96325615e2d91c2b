// A PostgreSQL and a standby that follows it by streaming, from Debian's packages, for outages and
// failovers.

import pg from 'pg'
import { answersSql, copyPostgres, type Installed, initPostgres } from '../provision.js'
import { Daemon } from './daemon.js'

export class PostgresServer {
  readonly #url: string
  readonly daemon: Daemon

  private constructor({ command, folder, url }: Installed) {
    this.#url = url
    this.daemon = new Daemon({ command, folder, ready: () => answersSql(url) })
  }

  /** Makes an empty PostgreSQL, and starts it. */
  static async primary(): Promise<PostgresServer> {
    const server = new PostgresServer(await initPostgres())
    await server.daemon.start()
    return server
  }

  /** Makes a standby that follows this server, and starts it. */
  async standby(): Promise<PostgresServer> {
    const server = new PostgresServer(await copyPostgres(this.#url))
    await server.daemon.start()
    return server
  }

  url(database: string): string {
    const url = new URL(this.#url)
    url.pathname = `/${database}`
    return url.href
  }

  async run<R extends pg.QueryResultRow>(sql: string): Promise<readonly R[]> {
    const client = new pg.Client(this.#url)
    await client.connect()
    try {
      return (await client.query<R>(sql)).rows
    } finally {
      await client.end()
    }
  }

  /** Makes commits wait for a standby from now on. Resolves once that is so. */
  async waitForStandby(): Promise<void> {
    await this.run(`alter system set synchronous_standby_names = '*'`)
    await this.run('select pg_reload_conf()')
    const state = `select from pg_stat_replication where sync_state = 'sync' and state = 'streaming'`
    while ((await this.run(state)).length === 0) await new Promise(done => setTimeout(done, 20))
  }

  async goAlone(): Promise<void> {
    await this.run('alter system reset synchronous_standby_names')
    await this.run('select pg_reload_conf()')
  }

  /** Whether a standby applies what it receives. */
  async replay(goesOn: boolean): Promise<void> {
    await this.run(`select pg_wal_replay_${goesOn ? 'resume' : 'pause'}()`)
  }

  /** Promotes a standby to the primary. */
  async promote(): Promise<void> {
    await this.run('select pg_promote(true)')
    await this.goAlone()
  }
}
