// Hearing PostgreSQL's notifications on a channel, for all who want to, over a connection of its own
// that is made again when it breaks. A notification is only a hint, and some may be missed while
// away, so each new connection calls everybody once as well; whoever needs the truth reads it then.

import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { OnNotify } from './database.js'
import type { Hosts } from './hosts.js'
import { connect, type OnConnect, run } from './link.js'
import { cut } from './livenessProbe.js'
import { retryWaitMs } from './renewal.js'

export class Listener {
  private readonly hosts: Hosts
  private readonly greet: OnConnect
  private readonly channel: string
  private readonly listeners = new Set<OnNotify>()
  private readonly stopping = new AbortController()
  private readonly following: Promise<void>
  private client: pg.Client | null = null
  private failures = 0
  private hears = false

  constructor(hosts: Hosts, greet: OnConnect, channel: string) {
    this.hosts = hosts
    this.greet = greet
    this.channel = channel
    this.following = this.follow()
  }

  /** Calls at once, unless the connection is still to come. */
  add(onNotify: OnNotify): void {
    this.listeners.add(onNotify)
    if (this.hears) onNotify(null)
  }

  /** Whether nobody is left. */
  remove(onNotify: OnNotify): boolean {
    this.listeners.delete(onNotify)
    return this.listeners.size === 0
  }

  /** Goes on over a new connection. */
  cut(): void {
    if (this.client !== null) cut(this.client)
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.client?.end()
    await this.following
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping
    while (!signal.aborted) {
      await connect(this.hosts, this.greet, () => {})
        .then(client => this.hear(client))
        .catch(() => this.failures++)
      await pause(retryWaitMs(this.failures), null, { signal }).catch(() => {})
    }
  }

  /** Resolves when the connection is over. */
  private async hear(client: pg.Client): Promise<void> {
    const over = new Promise<void>(resolve => client.once('end', resolve))
    this.client = client
    try {
      client.on('notification', ({ payload = '' }) => this.tell(payload))
      await run(client, `listen ${pg.escapeIdentifier(this.channel)}`)
      if (this.stopping.signal.aborted) return
      this.failures = 0
      this.hears = true
      this.tell(null)
      await over
    } finally {
      this.hears = false
      await client.end()
    }
  }

  private tell(told: string | null): void {
    for (const onNotify of this.listeners) onNotify(told)
  }
}
