// Redis servers with any settings: alone, as a cluster, or watched by a sentinel.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { freePort, type Installed, installRedis } from '../provision.js'
import { Daemon } from './daemon.js'

export interface RedisServer {
  readonly daemon: Daemon
  readonly folder: string
  readonly host: string
  readonly port: number
  /** Sends one command over a connection of its own. */
  run(...command: readonly string[]): Promise<unknown>
}

/** @param settings as `redis.conf` has them */
export async function startRedisServer(
  settings: Readonly<Record<string, string>> = {},
  password?: string,
): Promise<RedisServer> {
  const installed = await installRedis()
  const flags = Object.entries({ ...settings, ...(password && { requirepass: password }) })
  const command = [...installed.command, ...flags.flatMap(([name, text]) => [`--${name}`, text])]
  return startAs(installed, command, password)
}

async function startAs(
  { folder, url }: Installed,
  command: readonly string[],
  password?: string,
): Promise<RedisServer> {
  const port = Number(new URL(url).port)
  const run = (...words: readonly string[]) => runAt(port, password, words)
  const ready = async (): Promise<void> => {
    await run('PING')
  }
  const daemon = new Daemon({ command, folder, ready })
  await daemon.start()
  return { daemon, folder, host: `127.0.0.1:${port}`, port, run }
}

async function runAt(
  port: number,
  password: string | undefined,
  [name, ...args]: readonly string[],
): Promise<unknown> {
  const redis = new Redis({ port, password, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  redis.on('error', () => {})
  try {
    return await redis.call(name, ...args)
  } finally {
    redis.disconnect()
  }
}

const SLOTS = 16_384
const CLUSTERED = {
  'cluster-enabled': 'yes',
  'cluster-node-timeout': '500',
  'cluster-replica-validity-factor': '0',
}

/** Three masters, and a replica of the first. */
export async function startRedisCluster() {
  const servers: RedisServer[] = []
  for (let i = 0; i < 4; i++) {
    servers.push(await startRedisServer({ ...CLUSTERED, 'cluster-port': `${await freePort()}` }))
  }
  const [first, second, third, replica] = servers
  const masters = [first, second, third]
  for (const [i, { run }] of masters.entries()) {
    const [from, to] = [i, i + 1].map(each => Math.floor((each * SLOTS) / masters.length))
    await run('CLUSTER', 'ADDSLOTSRANGE', `${from}`, `${to - 1}`)
  }
  for (const { run } of servers.slice(1)) {
    const bus = /:\d+@(\d+)/.exec(`${await first.run('CLUSTER', 'NODES')}`)?.[1] ?? ''
    await run('CLUSTER', 'MEET', '127.0.0.1', `${first.port}`, bus)
  }
  const id = `${await first.run('CLUSTER', 'MYID')}`
  await until(async () => `${await replica.run('CLUSTER', 'NODES')}`.includes(id))
  await until(async () => (await replica.run('CLUSTER', 'REPLICATE', id)) === 'OK')
  const knowsAll = async (run: RedisServer['run']): Promise<boolean> => {
    const nodes = `${await run('CLUSTER', 'NODES')}`.trim().split('\n')
    const isKnown = nodes.every(each => !each.includes('handshake'))
    // A master votes for a replica only if it knows whose replica it is.
    return isKnown && nodes.length === 4 && nodes.some(each => each.includes(`slave ${id}`))
  }
  for (const { run } of servers) {
    await until(async () => /cluster_state:ok/.test(`${await run('CLUSTER', 'INFO')}`))
    await until(() => knowsAll(run))
  }
  await until(async () => /master_link_status:up/.test(`${await replica.run('INFO')}`))
  return { masters, replica, servers }
}

/** A master, a replica of it, and a sentinel that promotes the replica. */
export async function startRedisSentinel(name: string) {
  const master = await startRedisServer()
  const replica = await startRedisServer({ replicaof: `127.0.0.1 ${master.port}` })
  await until(async () => /master_link_status:up/.test(`${await replica.run('INFO')}`))
  const installed = await installRedis()
  const file = join(installed.folder, 'sentinel.conf')
  writeFileSync(
    file,
    `port ${new URL(installed.url).port}
dir ${installed.folder}
sentinel monitor ${name} 127.0.0.1 ${master.port} 1
sentinel down-after-milliseconds ${name} 300
sentinel failover-timeout ${name} 2000
`,
  )
  const sentinel = await startAs(installed, [installed.command[0], file, '--sentinel'])
  const knows = async () => /slaves=1/.test(`${await sentinel.run('INFO', 'sentinel')}`)
  await until(knows)
  return { master, replica, sentinel }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo().catch(() => false))) await pause(20)
}
