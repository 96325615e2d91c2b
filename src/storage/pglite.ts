// The embedded driver: PGlite in a thread of its own, on a folder that only one process may open.
// PGlite has one session. Statements take turns in the order in which they came, and a transaction
// keeps its turn to the end. When the thread dies, the next use starts a new one, which recovers
// from the log.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { Refusal } from '../terms/index.js'
import type { Database, DatabaseRow, OnNotify, Queryable } from './database.js'
import { type FolderLock, lockFolder } from './folderLock.js'
import { closeFiles, closeFolder, type Notice, OWN_FOLDER } from './modes.js'
import { Renewal } from './renewal.js'
import { closed, unavailable } from './sqlstate.js'
import { type Request, Thread } from './thread.js'
import { READ_COMMITTED, SNAPSHOT, within } from './transaction.js'
import { upkeep } from './upkeep.js'

const UPKEEP_EVERY_MS = 30_000

/** The entries that this program may have in the folder. */
const ENTRIES = ['pg', 'pg.new', 'lock', 'dev-key']

/**
 * Opens the database in the folder.
 * @throws Refusal `storage-unavailable` when the folder is in use or cannot be used
 */
export async function openPglite(folder: string, notice: Notice): Promise<Database> {
  try {
    mkdirSync(folder, { recursive: true, mode: OWN_FOLDER })
    closeFolder(folder, notice)
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw unavailable(
      'its folder cannot be used',
      error instanceof Error ? error.message : String(error),
    )
  }
  const free = await lockFolder(folder)
  try {
    closeFiles(folder, ENTRIES, notice)
  } catch (error) {
    await free()
    throw unavailable('its folder cannot be used', String(error))
  }
  const database = new Pglite(join(folder, 'pg'), free)
  try {
    await database.query('select 1')
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

class Pglite implements Database {
  readonly concurrent = false
  private readonly free: FolderLock
  private readonly thread: Renewal<Thread>
  private readonly listeners = new Map<string, Set<OnNotify>>()
  private readonly upkeepTimer: NodeJS.Timeout
  private lastTurn: Promise<void> = Promise.resolve()
  private closing: Promise<void> | null = null

  constructor(folder: string, free: FolderLock) {
    this.free = free
    this.thread = new Renewal(lost => this.start(folder, lost))
    // A failure here is ignored: the next statement fails as well, and its caller gets the error.
    this.upkeepTimer = setInterval(() => upkeep(this).catch(() => {}), UPKEEP_EVERY_MS).unref()
  }

  query<R extends DatabaseRow>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<readonly R[]> {
    return this.run({ kind: 'query', sql, parameters }) as Promise<readonly R[]>
  }

  async script(sql: string): Promise<void> {
    await this.run({ kind: 'script', sql })
  }

  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    return this.inTurn(thread => within(toSession(thread), READ_COMMITTED, work))
  }

  snapshot<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    return this.inTurn(thread => within(toSession(thread), SNAPSHOT, work))
  }

  async listen(channel: string, onNotify: OnNotify): Promise<() => Promise<void>> {
    const listeners = this.listeners.get(channel) ?? new Set()
    this.listeners.set(channel, listeners.add(onNotify))
    await this.script(toListen(channel))
    onNotify(null)
    return async () => {
      listeners.delete(onNotify)
    }
  }

  onConnect(): () => void {
    return () => {}
  }

  /** Closes the database after the statements that have begun. */
  close(): Promise<void> {
    this.closing ??= this.end()
    return this.closing
  }

  private async end(): Promise<void> {
    clearInterval(this.upkeepTimer)
    await this.lastTurn
    const thread = await this.thread.peek()
    try {
      await thread?.close()
    } finally {
      await this.free()
    }
  }

  /** Runs a statement. It holds the turn only until it is sent, as the thread keeps the order. */
  private async run(request: Request): Promise<readonly DatabaseRow[]> {
    const sent = await this.inTurn(async thread => ({ answer: thread.run(request) }))
    return sent.answer
  }

  private async inTurn<T>(work: (thread: Thread) => Promise<T>): Promise<T> {
    if (this.closing !== null) throw closed()
    const before = this.lastTurn
    let finish = () => {}
    this.lastTurn = new Promise(resolve => {
      finish = resolve
    })
    await before
    try {
      return await work(await this.thread.get())
    } finally {
      finish()
    }
  }

  /**
   * Starts a thread. It has to listen to all channels, whose listeners may have missed something
   * meanwhile.
   */
  private async start(folder: string, lost: () => void): Promise<Thread> {
    const thread = await Thread.start(folder, {
      lost,
      notified: (channel, text) => this.notify(channel, text),
    })
    for (const channel of this.listeners.keys()) {
      await thread.run({ kind: 'script', sql: toListen(channel) })
      this.notify(channel, null)
    }
    return thread
  }

  private notify(channel: string, text: string | null): void {
    for (const onNotify of this.listeners.get(channel) ?? []) onNotify(text)
  }
}

const toListen = (channel: string): string => `listen ${pg.escapeIdentifier(channel)}`

const toSession = (thread: Thread): Queryable => ({
  query: <R extends DatabaseRow>(sql: string, parameters: readonly unknown[] = []) =>
    thread.run({ kind: 'query', sql, parameters }) as Promise<readonly R[]>,
  script: async sql => {
    await thread.run({ kind: 'script', sql })
  },
})
