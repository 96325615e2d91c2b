// The frame of a transaction over one session: begin, work, commit or rollback. Both drivers use it;
// it knows nothing of how a session is had or given back.

import { assert, Refusal } from '../terms/index.js'
import type { DatabaseRow, Queryable } from './database.js'

export const READ_COMMITTED = 'begin isolation level read committed'
export const SNAPSHOT = 'begin isolation level repeatable read, read only'

/** Runs `work` between `begin` and commit on `session`, which nobody else uses meanwhile. */
export async function within<T>(
  session: Queryable,
  begin: string,
  work: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  await session.query(begin)
  const frame = new OpenTransaction(session)
  let result: T
  try {
    result = await work(frame)
    frame.finish()
  } catch (error) {
    frame.end()
    await session.query('rollback')
    throw error
  }
  await commit(session)
  return result
}

/** Who is cut off now must be told that it may have happened. */
async function commit(session: Queryable): Promise<void> {
  try {
    await session.query('commit')
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'storage-unavailable') throw error
    const unknown = 'whether it was written is not known'
    const told = `${error.publicMessage}; ${unknown}`
    throw new Refusal(error.code, `${error.message}; ${unknown}`, {}, [], told)
  }
}

class OpenTransaction implements Queryable {
  private readonly session: Queryable
  private open = true
  private failure: unknown = null

  constructor(session: Queryable) {
    this.session = session
  }

  query<R extends DatabaseRow>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<readonly R[]> {
    return this.watch(session => session.query<R>(sql, parameters))
  }

  script(sql: string): Promise<void> {
    return this.watch(session => session.script(sql))
  }

  /**
   * Invariant: a transaction in which a statement failed is never committed, even if the work went
   * on; PostgreSQL would answer such a commit with a rollback that looks like success.
   */
  finish(): void {
    this.end()
    if (this.failure !== null) throw this.failure
  }

  end(): void {
    this.open = false
  }

  private async watch<T>(run: (session: Queryable) => Promise<T>): Promise<T> {
    assert(this.open, 'a transaction is used only while it is open')
    try {
      return await run(this.session)
    } catch (error) {
      this.failure ??= error
      throw error
    }
  }
}
