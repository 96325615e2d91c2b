// Whether a connection is a session of its own. Behind a pooler that hands out servers by transaction or
// by statement it is not: settings, prepared statements and LISTEN are then those of whoever had the
// server last, and nothing says so until answers are wrong. That shows when two connections are of one
// backend, or one connection is of two.

import pg from 'pg'
import { Refusal } from '../terms/index.js'

const ROUNDS = 4
/** A pooler of sessions that has none left lets a question wait: then there is nothing to tell, ms. */
const ANSWER_WAIT_MS = 5000

/** The backend that answers; processes of different servers can have the same number. */
const WHO = `select pid || ' since ' || backend_start as backend
  from pg_stat_activity where pid = pg_backend_pid()`

/** @throws Refusal `invalid-argument` behind a pooler that shares servers between connections */
export async function requireSessions(config: pg.ClientConfig): Promise<void> {
  if (await areSessions(config)) return
  throw new Refusal(
    'invalid-argument',
    'the datastore is behind a pooler that gives each transaction another connection, such as PgBouncer with `pool_mode = transaction`: expected PostgreSQL itself, or `pool_mode = session`',
  )
}

async function areSessions(config: pg.ClientConfig): Promise<boolean> {
  const options = { ...config, pipeline: false, query_timeout: ANSWER_WAIT_MS }
  const [a, b] = [new pg.Client(options), new pg.Client(options)]
  const [ofA, ofB] = [new Set<string>(), new Set<string>()]
  for (const client of [a, b]) client.on('error', () => {})
  try {
    await a.connect()
    await b.connect()
    for (let round = 0; round < ROUNDS; round++) {
      ofA.add(await backendOf(a))
      ofB.add(await backendOf(b))
    }
    // Each is of one, and they are of two.
    return ofA.size === 1 && ofB.size === 1 && new Set([...ofA, ...ofB]).size === 2
  } catch {
    // Whoever cannot be asked is found out by those who use it.
    return true
  } finally {
    await Promise.allSettled([a.end(), b.end()])
  }
}

async function backendOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ backend: string }>(WHO)
  return rows[0].backend
}
