// A connection to PostgreSQL that comes back: many statements in flight at once (pipelined), and
// after a loss the next statement connects again. While the server is away, attempts are spaced out
// and statements in between are refused at once, so that nothing piles up.

import pg from 'pg'
import { assert, Refusal } from '../terms/index.js'
import type { Row } from './database.js'
import { toRefusal, unavailable } from './sqlstate.js'

const CONNECT_WAIT_MS = 5000
/** A read without an answer for this long has lost its server silently; its link is given up. */
const ANSWER_WAIT_MS = 60_000

const RETRY_MIN_MS = 50
const RETRY_MAX_MS = 1000

/** How long to wait after the `failures`-th attempt in a row; spread, so that nodes do not march in step. */
export const retryWaitMs = (failures: number): number =>
  Math.min(RETRY_MIN_MS * 2 ** (failures - 1), RETRY_MAX_MS) * (0.5 + Math.random() / 2)

/**
 * What all our clients share: bigint columns as numbers, and a bound on connecting.
 * @throws Refusal `invalid-argument` that does not repeat the URL, for it may hold a password
 */
export function toClientConfig(url: string): pg.ClientConfig {
  const config: pg.ClientConfig = {
    connectionString: url,
    fallback_application_name: 'pemba',
    connectionTimeoutMillis: CONNECT_WAIT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    pipeline: true,
    types: { getTypeParser },
  }
  try {
    new pg.Client(config)
    return config
  } catch {
    throw new Refusal(
      'invalid-argument',
      'malformed datastore: expected `postgres://user@host/database`',
    )
  }
}

const getTypeParser = ((oid: number, format?: 'text') =>
  oid === pg.types.builtins.INT8
    ? toSafeInteger
    : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser

export function toSafeInteger(text: string): number {
  const value = Number(text)
  assert(Number.isSafeInteger(value), `a bigint column fits a number, but found ${text}`)
  return value
}

/** @param lost called once when the connection breaks; not when it is ended */
export async function connect(config: pg.ClientConfig, lost: () => void): Promise<pg.Client> {
  const client = new pg.Client(config)
  client.on('error', lost)
  try {
    await client.connect()
    return client
  } catch (error) {
    throw unavailable(reason(error))
  }
}

/** Runs one statement; errors that mean an unreachable server become refusals. */
export async function run<R extends Row>(
  client: pg.ClientBase,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<readonly R[]> {
  try {
    const result = await client.query<R>({ text: sql, values: parameters as unknown[] })
    return result.rows
  } catch (error) {
    throw translate(error)
  }
}

/**
 * `pg` reports a broken connection as a plain Error; a statement's own faults, our row parsing's and
 * wrong parameters come as other kinds and pass on.
 */
export function translate(error: unknown): unknown {
  if (error instanceof pg.DatabaseError) return toRefusal(error.code, error.message) ?? error
  return error instanceof Error && error.name === 'Error' ? unavailable(reason(error)) : error
}

/** Connecting to several addresses fails with an AggregateError that has no message of its own. */
function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reason).join(', ')
  return error instanceof Error ? error.message : String(error)
}

export class Link {
  private readonly config: pg.ClientConfig
  private client: Promise<pg.Client> | null = null
  private failures = 0
  private retryAt = 0
  private lastRefusal: Refusal | null = null
  /** Statements sent and not yet answered. */
  inFlight = 0

  constructor(config: pg.ClientConfig) {
    this.config = { ...config, query_timeout: ANSWER_WAIT_MS }
  }

  async query<R extends Row>(sql: string, parameters?: readonly unknown[]): Promise<readonly R[]> {
    this.inFlight++
    try {
      return await run<R>(await this.connected(), sql, parameters)
    } finally {
      this.inFlight--
    }
  }

  /** Waits for what is in flight. */
  async close(): Promise<void> {
    const client = await this.client?.catch(() => null)
    await client?.end()
  }

  private connected(): Promise<pg.Client> {
    if (this.client !== null) return this.client
    if (this.lastRefusal !== null && Date.now() < this.retryAt) throw this.lastRefusal
    const attempt = connect(this.config, () => this.forget(attempt))
    this.client = attempt
    attempt.then(
      () => {
        this.failures = 0
        this.lastRefusal = null
      },
      (refusal: Refusal) => {
        this.forget(attempt)
        this.failures++
        this.lastRefusal = refusal
        this.retryAt = Date.now() + retryWaitMs(this.failures)
      },
    )
    return attempt
  }

  private forget(attempt: Promise<pg.Client>): void {
    if (this.client === attempt) this.client = null
  }
}
