// The check that a connection is a session of its own. Behind a pooler that assigns server
// connections by transaction or by statement it is not. Settings, prepared statements and LISTEN
// then belong to whichever client used the server connection last, and nothing shows that until
// answers are wrong. The check finds it out when two connections share one backend, or when one
// connection uses two.

import pg from 'pg'
import { Refusal } from '../terms/index.js'

/** The number of times that each connection is asked for its backend. */
const ROUNDS = 4
/**
 * The time limit on an answer, ms. A pooler of sessions that has none left lets a query wait; then
 * nothing can be said.
 */
const ANSWER_WAIT_MS = 5000

/**
 * SQL for the backend that answers. The start time is needed because processes of different servers
 * can have the same number.
 */
const BACKEND = `select pid || ' since ' || backend_start as backend
  from pg_stat_activity where pid = pg_backend_pid()`

/**
 * Verifies that connections are sessions.
 * @throws Refusal `invalid-argument` behind a pooler that shares server connections between clients
 */
export async function requireSessions(config: pg.ClientConfig): Promise<void> {
  if (await areSessions(config)) return
  throw new Refusal(
    'invalid-argument',
    'the datastore is behind a pooler that gives each transaction another connection, ' +
      'such as PgBouncer with `pool_mode = transaction`: ' +
      'expected PostgreSQL itself, or `pool_mode = session`',
  )
}

async function areSessions(config: pg.ClientConfig): Promise<boolean> {
  const options = { ...config, pipeline: false, query_timeout: ANSWER_WAIT_MS }
  const [a, b] = [new pg.Client(options), new pg.Client(options)]
  const [backendsOfA, backendsOfB] = [new Set<string>(), new Set<string>()]
  for (const client of [a, b]) client.on('error', () => {})
  try {
    await a.connect()
    await b.connect()
    for (let round = 0; round < ROUNDS; round++) {
      backendsOfA.add(await backendOf(a))
      backendsOfB.add(await backendOf(b))
    }
    // Each connection has one backend, and the two differ.
    return (
      backendsOfA.size === 1 &&
      backendsOfB.size === 1 &&
      new Set([...backendsOfA, ...backendsOfB]).size === 2
    )
  } catch {
    // A server that cannot be asked fails its next user anyway.
    return true
  } finally {
    await Promise.allSettled([a.end(), b.end()])
  }
}

async function backendOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ backend: string }>(BACKEND)
  return rows[0].backend
}
