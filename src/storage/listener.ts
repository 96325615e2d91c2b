// Hearing PostgreSQL's notifications over a connection of its own that is made again when it breaks.
// A notification is only a hint, and some may be missed while away, so each new connection calls the
// listener once as well; whoever needs the truth reads it then.

import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { connect, run } from './link.js'
import { retryWaitMs } from './renewal.js'

export class Listener {
  private readonly config: pg.ClientConfig
  private readonly channel: string
  private readonly heard: () => void
  private readonly stopping = new AbortController()
  private readonly following: Promise<void>
  private client: pg.Client | null = null
  private failures = 0

  constructor(config: pg.ClientConfig, channel: string, heard: () => void) {
    this.config = config
    this.channel = channel
    this.heard = heard
    this.following = this.follow()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.client?.end()
    await this.following
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping
    while (!signal.aborted) {
      await connect(this.config, () => {})
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
      client.on('notification', this.heard)
      await run(client, `listen ${pg.escapeIdentifier(this.channel)}`)
      if (this.stopping.signal.aborted) return
      this.failures = 0
      this.heard()
      await over
    } finally {
      await client.end()
    }
  }
}
