// A pipelined connection to PostgreSQL, with many statements in flight at once. After a loss the
// next statement connects again. This file also holds what all clients share: how they connect, and
// what their errors mean.

import pg from 'pg'
import { Refusal } from '../terms/index.js'
import type { DatabaseRow } from './database.js'
import type { Hosts } from './hosts.js'
import { cut } from './livenessProbe.js'
import { Renewal } from './renewal.js'
import { toError, unavailable } from './sqlstate.js'

const CONNECT_FAILED = 'it cannot be connected to'
const CONNECTION_LOST = 'the connection was lost'

/** The set-up of a connection before it is used. */
export type OnConnect = (client: pg.ClientBase) => Promise<void>

/**
 * Connects to the present host, and moves on to the next when that fails.
 * @param lost called when the connection breaks; not when it is ended
 * @throws Refusal `storage-unavailable`, and what `setUp` throws
 */
export async function connect(
  hosts: Hosts,
  setUp: OnConnect,
  lost: () => void,
): Promise<pg.Client> {
  const config = hosts.present
  const client = new pg.Client(config)
  client.on('error', lost)
  try {
    await client.connect()
    await setUp(client)
    return client
  } catch (error) {
    cut(client)
    hosts.pass(config)
    throw error instanceof Refusal ? error : unavailable(CONNECT_FAILED, reason(error))
  }
}

/**
 * The maximum number of prepared statements of a connection. This code has fewer, unless statements
 * are generated.
 */
const PREPARED_MAX = 128

/** The names of prepared statements, by their SQL. */
const prepared = new Map<string, string>()

/**
 * Returns the name under which the statement is prepared, or undefined when there are too many.
 * Prepared, one connection runs 35,000 point reads/s instead of 13,400.
 */
function nameOf(sql: string): string | undefined {
  const known = prepared.get(sql)
  if (known !== undefined || prepared.size === PREPARED_MAX) return known
  const name = `pemba_${prepared.size}`
  prepared.set(sql, name)
  return name
}

/** Runs one statement. Errors that mean an unreachable server become refusals. */
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
 * Translates an error of `pg`. It reports a broken connection as a plain Error. Errors of other
 * kinds, as from row parsing or wrong parameters, are returned as they are.
 */
export function translate(error: unknown): unknown {
  if (error instanceof pg.DatabaseError) return toError(error.code ?? '', error.message)
  return error instanceof Error && error.name === 'Error'
    ? unavailable(CONNECTION_LOST, reason(error))
    : error
}

/**
 * The message of an error. A failed connection to several addresses is an AggregateError without a
 * message of its own.
 */
function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reason).join(', ')
  return error instanceof Error ? error.message : String(error)
}

/** A connection for statements outside transactions. */
export class Link {
  private readonly client: Renewal<pg.Client>
  /** The number of statements that were sent and not yet answered. */
  inFlight = 0

  constructor(hosts: Hosts, setUp: OnConnect) {
    this.client = new Renewal(lost => connect(hosts, setUp, lost))
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

  /** Destroys the connection. The statements in flight fail. */
  cut(): void {
    void this.client.peek().then(client => client && cut(client))
  }

  /** Ends the connection after the statements in flight. */
  async close(): Promise<void> {
    const client = await this.client.peek()
    await client?.end()
  }
}
