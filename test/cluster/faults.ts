// The faults of a run, in the network and in processes. Each fault begins, lasts and ends.
// Afterwards everything is as before, and the service has to recover by itself.

import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { type Dice, pick } from '../dice.js'
import type { Way } from '../way.js'
import type { Cluster, Member } from './cluster.js'
import type { Daemon } from './daemon.js'
import type { Tally } from './tally.js'

export interface Fault {
  readonly name: string
  begin(): void | Promise<void>
  end(): void | Promise<void>
}

const STARTS_MAX = 10

const nothing = (): void => {}

/** The faults of a network. */
const WEATHERS: readonly ((way: Way, dice: Dice) => Fault)[] = [
  way => ({ name: 'cut', begin: () => way.cut(), end: nothing }),
  way => ({ name: 'reset', begin: () => way.reset(), end: nothing }),
  way => ({ name: 'shut', begin: () => way.shut(), end: () => way.open() }),
  // As if the other side vanished: open connections are lost at the end of the fault.
  way => ({
    name: 'half-open',
    begin: () => way.stand(true),
    end() {
      way.cut()
      way.stand(false)
    },
  }),
  way => ({ name: 'still', begin: () => way.stand(true), end: () => way.stand(false) }),
  (way, dice) => {
    const delayMs = 10 + dice(150)
    return { name: `${delayMs} ms late`, begin: () => way.delay(delayMs), end: () => way.delay(0) }
  },
  way => ({
    name: 'slow',
    begin: () => way.narrow(20_000),
    end: () => way.narrow(Number.POSITIVE_INFINITY),
  }),
]

const WAYS = [
  ['to PostgreSQL', ({ toPostgres }: Member) => toPostgres],
  ['to the standby', ({ toStandby }: Member) => toStandby],
  ['to Redis', ({ toRedis }: Member) => toRedis],
  ['to clients', ({ toNode }: Member) => toNode],
] as const

/** A fault of one proxy. */
export function anyWeather({ members }: Cluster, dice: Dice): Fault {
  const member = pick(dice, members)
  const [where, wayOf] = pick(dice, WAYS)
  const weather = pick(dice, WEATHERS)(wayOf(member), dice)
  return { ...weather, name: `${member.node.name} ${where}: ${weather.name}` }
}

const frozen = (name: string, daemon: Daemon): Fault => ({
  name: `${name} frozen`,
  begin: () => daemon.freeze(),
  end: () => daemon.thaw(),
})

const killed = (name: string, daemon: Daemon): Fault => ({
  name: `${name} killed`,
  begin: () => daemon.kill(),
  end: () => startAgain(daemon),
})

/** A node that cannot reach its database does not start, so it is started again until it does. */
async function startAgain(daemon: Daemon): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await daemon.start()
    } catch (error) {
      if (attempts === STARTS_MAX) throw error
    }
  }
}

const ACCIDENTS: readonly ((cluster: Cluster, dice: Dice) => Fault)[] = [
  ({ members }, dice) => {
    const { node } = pick(dice, members)
    return frozen(node.name, node.daemon)
  },
  ({ members }, dice) => {
    const { node } = pick(dice, members)
    return killed(node.name, node.daemon)
  },
  ({ members }, dice) => {
    const { node } = pick(dice, members)
    const { daemon } = node
    const begin = (): Promise<void> => daemon.stop('SIGTERM')
    return { name: `${node.name} restarted`, begin, end: () => startAgain(daemon) }
  },
  ({ redis }) => frozen('Redis', redis),
  ({ redis }) => killed('Redis', redis),
  ({ redisUrl }) => ({ name: 'Redis emptied', begin: () => empty(redisUrl), end: nothing }),
  ({ primary }) => frozen('PostgreSQL', primary.daemon),
  ({ primary }) => killed('PostgreSQL', primary.daemon),
  ({ standby }) => frozen('standby', standby.daemon),
  ({ standby }) => killed('standby', standby.daemon),
  ({ standby }) => ({
    name: 'standby behind',
    begin: () => standby.replay(false),
    end: () => standby.replay(true),
  }),
  cluster => ({ name: 'failover', begin: () => cluster.failOver(), end: nothing }),
]

/** A fault of one process. */
export const anyAccident = (cluster: Cluster, dice: Dice): Fault =>
  pick(dice, ACCIDENTS)(cluster, dice)

async function empty(url: string): Promise<void> {
  const redis = new Redis(url)
  await redis.flushall()
  redis.disconnect()
}

export interface Trouble {
  /** Resolves when every fault has ended. @throws Error of a fault that failed */
  end(): Promise<void>
}

const LASTS_MS = [300, 3000] as const
const CALM_MS = [300, 1500] as const

const between = (dice: Dice, [least, most]: readonly [number, number]): number =>
  least + dice(most - least)

/** Faults of each kind in turn, with pauses in between. */
export function trouble(draw: () => Fault, dice: Dice, tally: Tally): Trouble {
  const ending = new AbortController()
  const wait = (ms: number): Promise<unknown> =>
    pause(ms, null, { signal: ending.signal }).catch(() => {})
  const going = (async () => {
    while (!ending.signal.aborted) {
      await wait(between(dice, CALM_MS))
      const { name, begin, end } = draw()
      tally.begin(name)
      await begin()
      await wait(between(dice, LASTS_MS))
      await end()
      tally.end(name)
    }
  })()
  return {
    async end() {
      ending.abort()
      await going
    },
  }
}
