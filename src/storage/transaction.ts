// A transaction on one session: begin, work, commit or rollback. Both drivers use it. It does not
// know how a session is acquired or released.

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
  const transaction = new OpenTransaction(session)
  let result: T
  try {
    result = await work(transaction)
    transaction.finish()
  } catch (error) {
    transaction.end()
    await session.query('rollback')
    throw error
  }
  await commit(session)
  return result
}

/** Commits. If the connection is lost now, the refusal says that the commit may have happened. */
async function commit(session: Queryable): Promise<void> {
  try {
    await session.query('commit')
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'storage-unavailable') throw error
    const unknown = 'whether it was written is not known'
    const publicMessage = `${error.publicMessage}; ${unknown}`
    throw new Refusal(error.code, `${error.message}; ${unknown}`, {}, [], publicMessage)
  }
}

/** A session within a transaction. It remembers whether a statement has failed. */
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
   * Ends the use of the transaction, and throws if a statement has failed. Invariant: such a
   * transaction is never committed, even if the work went on. PostgreSQL would answer the commit
   * with a rollback that looks like success.
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
