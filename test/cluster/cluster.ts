// Three nodes as processes, a PostgreSQL with a standby, and a Redis, all on this machine; between any
// two of them a way on which there may be weather. One node holds the graph, two look it up and share
// what they read; the last keeps next to nothing of it.

import { answersPing, type Installed, installRedis } from '../provision.js'
import { openWay, type Way } from '../way.js'
import { Daemon } from './daemon.js'
import { Node } from './node.js'
import { PostgresServer } from './postgres.js'

export interface Member {
  readonly node: Node
  /** From clients to it, and from it to the others. */
  readonly toNode: Way
  readonly toPostgres: Way
  readonly toRedis: Way
}

const MODES: readonly (readonly string[])[] = [
  ['--graph', 'resident'],
  ['--graph', 'on-demand'],
  ['--graph', 'on-demand'],
]

export class Cluster {
  readonly members: readonly Member[]
  readonly redis: Daemon
  readonly redisUrl: string
  #primary: PostgresServer
  #standby: PostgresServer

  private constructor(
    members: readonly Member[],
    redis: { readonly daemon: Daemon; readonly url: string },
    postgres: { readonly primary: PostgresServer; readonly standby: PostgresServer },
  ) {
    this.members = members
    this.redis = redis.daemon
    this.redisUrl = redis.url
    this.#primary = postgres.primary
    this.#standby = postgres.standby
  }

  static async open(): Promise<Cluster> {
    const primary = await PostgresServer.primary()
    const standby = await primary.standby()
    const redis = toRedis(await installRedis())
    await redis.daemon.start()
    const members: Member[] = []
    for (const [position, mode] of MODES.entries()) {
      const [toPostgres, toRedis] = [
        await openWay(primary.url('postgres')),
        await openWay(redis.url),
      ]
      const settings = ['--datastore', toPostgres.url, '--redis', toRedis.url, ...mode]
      const node = await Node.at(`node ${position + 1}`, settings)
      members.push({ node, toNode: await openWay(node.url), toPostgres, toRedis })
    }
    await Promise.all(members.map(({ node }) => node.daemon.start()))
    return new Cluster(members, redis, { primary, standby })
  }

  get primary(): PostgresServer {
    return this.#primary
  }

  get standby(): PostgresServer {
    return this.#standby
  }

  /** The primary is gone, the standby takes its place, and has one of its own in the end. */
  async failOver(): Promise<void> {
    const [lost, next] = [this.#primary, this.#standby]
    await lost.waitForStandby()
    await lost.daemon.kill()
    await next.promote()
    this.#primary = next
    for (const { toPostgres } of this.members) {
      toPostgres.lead(next.url('postgres'))
      toPostgres.cut()
    }
    await lost.daemon.remove()
    this.#standby = await next.standby()
  }

  async close(): Promise<void> {
    for (const { node, toNode, toPostgres, toRedis } of this.members) {
      await node.daemon.remove()
      for (const way of [toNode, toPostgres, toRedis]) await way.shut()
    }
    for (const daemon of [this.redis, this.#primary.daemon, this.#standby.daemon]) {
      await daemon.remove()
    }
  }
}

const toRedis = ({ command, folder, url }: Installed) => ({
  url,
  daemon: new Daemon({ command, folder, ready: () => answersPing(url) }),
})
