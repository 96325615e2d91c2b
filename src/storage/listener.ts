// The notifications of one PostgreSQL channel, for all listeners in this process. They use one
// connection, which is made again when it breaks. A notification is only a hint, and some may be
// missed while disconnected. So each new connection calls every listener once as well, and a
// listener that needs the truth reads it then.

import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { OnNotify } from './database.js'
import type { Hosts } from './hosts.js'
import { connect, type OnConnect, run } from './link.js'
import { cut } from './livenessProbe.js'
import { retryWaitMs } from './renewal.js'

export class Listener {
  private readonly hosts: Hosts
  private readonly setUp: OnConnect
  private readonly channel: string
  private readonly listeners = new Set<OnNotify>()
  private readonly stopping = new AbortController()
  private readonly following: Promise<void>
  private client: pg.Client | null = null
  private failures = 0
  private isListening = false

  constructor(hosts: Hosts, setUp: OnConnect, channel: string) {
    this.hosts = hosts
    this.setUp = setUp
    this.channel = channel
    this.following = this.follow()
  }

  /** Adds a listener. It is called at once if the channel is connected, else as soon as it is. */
  add(onNotify: OnNotify): void {
    this.listeners.add(onNotify)
    if (this.isListening) onNotify(null)
  }

  /** Removes a listener. Returns whether none is left. */
  remove(onNotify: OnNotify): boolean {
    this.listeners.delete(onNotify)
    return this.listeners.size === 0
  }

  /** Destroys the connection. A new one follows. */
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
      await connect(this.hosts, this.setUp, () => {})
        .then(client => this.receive(client))
        .catch(() => this.failures++)
      await pause(retryWaitMs(this.failures), null, { signal }).catch(() => {})
    }
  }

  /** Passes notifications on until the connection ends. */
  private async receive(client: pg.Client): Promise<void> {
    const ended = new Promise<void>(resolve => client.once('end', resolve))
    this.client = client
    try {
      client.on('notification', ({ payload = '' }) => this.notifyAll(payload))
      await run(client, `listen ${pg.escapeIdentifier(this.channel)}`)
      if (this.stopping.signal.aborted) return
      this.failures = 0
      this.isListening = true
      this.notifyAll(null)
      await ended
    } finally {
      this.isListening = false
      await client.end()
    }
  }

  private notifyAll(text: string | null): void {
    for (const onNotify of this.listeners) onNotify(text)
  }
}
