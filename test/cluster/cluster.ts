// The topology of docker/compose.yaml on this machine: three nodes as processes, a PostgreSQL with
// a standby, and a Redis. Between any two of them is a proxy that can simulate network faults.

import { answersPing, type Installed, installRedis } from '../provision.js'
import { TEST_KEY } from '../service.js'
import { openWay, type Way } from '../way.js'
import { type ComposedNode, readNodes } from './compose.js'
import { Daemon } from './daemon.js'
import { Node } from './node.js'
import { PostgresServer } from './postgres.js'

export interface Member {
  readonly node: Node
  /** The proxies from clients to the node, and from the node to the servers. */
  readonly toNode: Way
  readonly toPostgres: Way
  readonly toStandby: Way
  readonly toRedis: Way
}

const VARIABLES = {
  PEMBA_KEYS: TEST_KEY,
  PEMBA_DATABASE_PASSWORD: 'secret',
  PEMBA_REDIS_PASSWORD: 'secret',
}

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

  /** @param flags of each node, which win over what the file says */
  static async open(flags: readonly (readonly string[])[] = []): Promise<Cluster> {
    const primary = await PostgresServer.primary()
    await primary.run('create role pemba login')
    await primary.run('create database pemba owner pemba')
    const standby = await primary.standby()
    const redis = toRedis(await installRedis())
    await redis.daemon.start()
    const places = {
      postgres: primary.url('pemba'),
      standby: standby.url('pemba'),
      redis: redis.url,
    }
    const members: Member[] = []
    for (const [position, node] of readNodes(VARIABLES).entries()) {
      members.push(await toMember(node, flags[position] ?? [], places))
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

  /** Ends the primary, promotes the standby, and gives the new primary a standby. */
  async failOver(): Promise<void> {
    const [lost, next] = [this.#primary, this.#standby]
    await lost.waitForStandby()
    await lost.daemon.kill()
    await next.promote()
    this.#primary = next
    for (const { toPostgres } of this.members) {
      toPostgres.lead(next.url('pemba'))
      toPostgres.cut()
    }
    await lost.daemon.remove()
    this.#standby = await next.standby()
    for (const { toStandby } of this.members) {
      toStandby.lead(this.#standby.url('pemba'))
      toStandby.cut()
    }
  }

  async close(): Promise<void> {
    for (const { node, toNode, toPostgres, toStandby, toRedis } of this.members) {
      await node.daemon.remove()
      for (const way of [toNode, toPostgres, toStandby, toRedis]) await way.shut()
    }
    for (const daemon of [this.redis, this.#primary.daemon, this.#standby.daemon]) {
      await daemon.remove()
    }
  }
}

/** A node with its own proxies to the servers. */
async function toMember(
  { name, environment }: ComposedNode,
  flags: readonly string[],
  places: Readonly<Record<'postgres' | 'standby' | 'redis', string>>,
): Promise<Member> {
  const [toPostgres, toStandby, toRedis] = await Promise.all(
    [places.postgres, places.standby, places.redis].map(openWay),
  )
  const mapped = Object.entries(environment).map(([key, text]) => [
    key,
    text
      .replace('primary:5432', new URL(toPostgres.url).host)
      .replace('standby:5432', new URL(toStandby.url).host)
      // The Redis of the tests has no password.
      .replace(/:[^:@]*@redis:6379/, new URL(toRedis.url).host),
  ])
  const node = await Node.at({ name, environment: Object.fromEntries(mapped), flags })
  return { node, toNode: await openWay(node.url), toPostgres, toStandby, toRedis }
}

const toRedis = ({ command, folder, url }: Installed) => ({
  url,
  daemon: new Daemon({ command, folder, ready: () => answersPing(url) }),
})
