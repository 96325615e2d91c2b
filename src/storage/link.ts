// A connection to PostgreSQL that carries many statements in flight at once (pipelined) and comes
// back: after a loss the next statement connects again. Also what all our clients have in common:
// how they are set up, and what their errors mean.

import pg from 'pg'
import { Refusal } from '../terms/index.js'
import type { DatabaseRow } from './database.js'
import type { Hosts } from './hosts.js'
import { cut } from './livenessProbe.js'
import { Renewal } from './renewal.js'
import { toError, unavailable } from './sqlstate.js'

const NO_WAY_IN = 'it cannot be connected to'
const BROKEN = 'the connection was lost'

/** What a connection goes through before it is used. */
export type OnConnect = (client: pg.ClientBase) => Promise<void>

/**
 * @param lost called once when the connection breaks; not when it is ended
 * @throws Refusal `storage-unavailable`, and what `greet` refuses
 */
export async function connect(
  hosts: Hosts,
  greet: OnConnect,
  lost: () => void,
): Promise<pg.Client> {
  const config = hosts.present
  const client = new pg.Client(config)
  client.on('error', lost)
  try {
    await client.connect()
    await greet(client)
    return client
  } catch (error) {
    cut(client)
    hosts.pass(config)
    throw error instanceof Refusal ? error : unavailable(NO_WAY_IN, reason(error))
  }
}

/** Statements kept prepared, on each connection: more than we have, unless someone makes them up. */
const PREPARED_MAX = 128

const prepared = new Map<string, string>()

/** Preparing pays: 13,400 point reads/s become 35,000 on one connection. */
function nameOf(sql: string): string | undefined {
  const known = prepared.get(sql)
  if (known !== undefined || prepared.size === PREPARED_MAX) return known
  const name = `pemba_${prepared.size}`
  prepared.set(sql, name)
  return name
}

/** Runs one statement; errors that mean an unreachable server become refusals. */
export async function run<R extends DatabaseRow>(
  client: pg.ClientBase,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<readonly R[]> {
  try {
    const name = parameters.length > 0 ? nameOf(sql) : undefined
    const { rows } = await client.query<R>({ name, text: sql, values: parameters as unknown[] })
    return rows
  } catch (error) {
    throw translate(error)
  }
}

/**
 * `pg` reports a broken connection as a plain Error; a statement's own faults, our row parsing's and
 * wrong parameters come as other kinds and pass on.
 */
export function translate(error: unknown): unknown {
  if (error instanceof pg.DatabaseError) return toError(error.code ?? '', error.message)
  return error instanceof Error && error.name === 'Error'
    ? unavailable(BROKEN, reason(error))
    : error
}

/** Connecting to several addresses fails with an AggregateError that has no message of its own. */
function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reason).join(', ')
  return error instanceof Error ? error.message : String(error)
}

export class Link {
  private readonly client: Renewal<pg.Client>
  /** Statements sent and not yet answered. */
  inFlight = 0

  constructor(hosts: Hosts, greet: OnConnect) {
    this.client = new Renewal(lost => connect(hosts, greet, lost))
  }

  async query<R extends DatabaseRow>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<readonly R[]> {
    this.inFlight++
    try {
      return await run<R>(await this.client.get(), sql, parameters)
    } finally {
      this.inFlight--
    }
  }

  /** What is in flight fails. */
  cut(): void {
    void this.client.peek().then(client => client && cut(client))
  }

  /** Waits for what is in flight. */
  async close(): Promise<void> {
    const client = await this.client.peek()
    await client?.end()
  }
}
