// The main thread's side of PGlite's thread. Requests go out with numbers, and answers come back in
// the same order.

import { Worker } from 'node:worker_threads'
import { Fault, type Refusal } from '../terms/index.js'
import type { DatabaseRow } from './database.js'
import { toError, unavailable } from './sqlstate.js'

export type Request =
  | { readonly kind: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly kind: 'script'; readonly sql: string }
  | { readonly kind: 'close' }

export interface ToThread {
  readonly id: number
  readonly request: Request
}

/** The id under which the thread reports that its database is open. No request has it. */
export const OPEN_ID = 0

export type FromThread =
  | { readonly kind: 'rows'; readonly id: number; readonly rows: readonly DatabaseRow[] }
  | ThreadFailure
  | { readonly kind: 'notification'; readonly channel: string; readonly text: string }
  /** The reason for which the thread exits. */
  | { readonly kind: 'left'; readonly why: string }

interface ThreadFailure {
  readonly kind: 'failure'
  readonly id: number
  /** The SQLSTATE. Null when it was not PostgreSQL that failed. */
  readonly sqlstate: string | null
  readonly message: string
}

/** A request that waits for its answer. */
interface PendingCall {
  resolve(rows: readonly DatabaseRow[]): void
  reject(error: Error): void
}

interface ThreadEvents {
  notified(channel: string, text: string): void
  /** Called when the thread has ended. */
  lost(): void
}

export class Thread {
  private readonly worker: Worker
  private readonly events: ThreadEvents
  private readonly waiting = new Map<number, PendingCall>()
  private lastId = OPEN_ID
  private endedBy: Refusal | null = null
  /** The reason for the thread's end, for the log. */
  private endReason = 'its thread has ended'

  /** Resolves when the database in `folder` is open. @throws Refusal `storage-unavailable` */
  static async start(folder: string, events: ThreadEvents): Promise<Thread> {
    const thread = new Thread(folder, events)
    await thread.answer(OPEN_ID)
    return thread
  }

  private constructor(folder: string, events: ThreadEvents) {
    this.events = events
    this.worker = new Worker(new URL('./pgliteWorker.js', import.meta.url), { workerData: folder })
    this.worker.on('message', (message: FromThread) => this.receive(message))
    this.worker.on('error', error => {
      this.endReason = error.message
    })
    this.worker.on('exit', () => this.end())
  }

  async run(request: Request): Promise<readonly DatabaseRow[]> {
    if (this.endedBy !== null) throw this.endedBy
    const id = ++this.lastId
    this.worker.postMessage({ id, request } satisfies ToThread)
    return this.answer(id)
  }

  /** Closes the database after all earlier requests, and ends the thread. */
  async close(): Promise<void> {
    await this.run({ kind: 'close' })
    await this.worker.terminate()
  }

  private answer(id: number): Promise<readonly DatabaseRow[]> {
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }))
  }

  private receive(message: FromThread): void {
    switch (message.kind) {
      case 'rows':
        this.settle(message.id)?.resolve(message.rows)
        break
      case 'failure':
        this.settle(message.id)?.reject(toFailure(message))
        break
      case 'notification':
        this.events.notified(message.channel, message.text)
        break
      case 'left':
        this.endReason = message.why
    }
  }

  private settle(id: number): PendingCall | undefined {
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    return waiting
  }

  private end(): void {
    this.endedBy = unavailable('its thread has ended', this.endReason)
    for (const { reject } of this.waiting.values()) reject(this.endedBy)
    this.waiting.clear()
    this.events.lost()
  }
}

const toFailure = ({ sqlstate, message }: ThreadFailure): Error =>
  sqlstate === null ? new Fault(message) : toError(sqlstate, message)
