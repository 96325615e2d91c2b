// Runs clients, watchers and faults on three nodes for a while. Then it compares all answers and
// events with the history.

import { setTimeout as pause } from 'node:timers/promises'
import { type Client, connect } from '../../src/client/index.js'
import { openDatabase, readChanges } from '../../src/storage/index.js'
import { DEFAULT_STORE, printRelationship } from '../../src/terms/index.js'
import { toDice } from '../dice.js'
import { TEST_KEY } from '../service.js'
import { toItem } from '../world.js'
import { Cluster } from './cluster.js'
import { anyAccident, anyWeather, trouble } from './faults.js'
import { History } from './history.js'
import { Judge, toRevisionOf } from './judge.js'
import { startLoad } from './load.js'
import { SCHEMA } from './model.js'
import { Tally, type Totals } from './tally.js'

export interface SoakOptions {
  readonly seconds: number
  readonly clients: number
  readonly seed: number
}

export interface SoakReport extends Totals {
  /** The number of judged answers. */
  readonly judged: number
  readonly revisions: number
  /** The number of events of the watchers, each of which is at another node. */
  readonly watched: number
  /** The violations, in words. */
  readonly violations: readonly string[]
  /** The speed of the run, for people to read. */
  readonly lines: readonly string[]
}

/** The graph modes of the nodes: one is resident, two are on demand. */
const MODES = ['resident', 'on-demand', 'on-demand'].map(mode => ['--graph', mode])
const SETTLE_MS = 20_000

export async function soak({ seconds, clients, seed }: SoakOptions): Promise<SoakReport> {
  const cluster = await Cluster.open(MODES)
  const nodes = cluster.members.map(({ toNode }) => connect({ url: toNode.url, key: TEST_KEY }))
  try {
    const { token } = await nodes[0].writeSchema({ text: SCHEMA })
    for (const node of nodes) await knowSchema(node, token)
    const history = new History(toRevisionOf(token))
    const judge = new Judge(history)
    const tally = new Tally()
    const reader = follow(cluster, history, judge)
    const watchers = nodes.map(node => watch(node, token))
    const urls = cluster.members.map(({ toNode }) => toNode.url)
    const load = startLoad({ urls, clients, seed, judge, tally })
    const dice = toDice(seed)
    const troubles = [anyWeather, anyAccident].map(draw =>
      trouble(() => draw(cluster, dice), dice, tally),
    )
    await pause(seconds * 1000)
    for (const each of troubles) await each.end()
    await pause(Math.min(5000, seconds * 100))
    await load.end()
    await reader.end()
    for (const [position, node] of nodes.entries()) {
      const name = cluster.members[position].node.name
      await compareStored(node, name, history, judge)
      await compareWatched(watchers[position], name, history, judge)
    }
    judge.conclude()
    return {
      ...tally.totals,
      judged: judge.judged,
      revisions: history.ids.length,
      watched: watchers.reduce((sum, { ids }) => sum + ids.length, 0),
      violations: judge.violations,
      lines: [...tally.lines(Math.max(1, Math.ceil(seconds / 60)))],
    }
  } finally {
    for (const node of nodes) await node.close()
    await cluster.close()
  }
}

/** Resolves once the node has the schema, which questions without a token need. */
async function knowSchema(node: Client, token: string): Promise<void> {
  const item = toItem('doc:d0#view@user:u0')
  await node.check({ consistency: { kind: 'at-least', token }, item })
}

/** Reads the history from the primary, and lets the judge compare it with the answers. */
function follow(cluster: Cluster, history: History, judge: Judge) {
  let over = false
  const step = async (): Promise<void> => {
    const database = await openDatabase(cluster.primary.url('pemba'))
    try {
      for (;;) {
        const changes = await readChanges(database, {
          store: DEFAULT_STORE,
          after: history.head,
          within: null,
          limit: 500,
        })
        history.take(changes)
        judge.judge()
        if (changes.length === 0 && over) return
        if (changes.length === 0) await pause(200)
      }
    } finally {
      await database.close()
    }
  }
  const going = (async () => {
    while (!over) await step().catch(() => pause(200))
  })()
  return {
    /** Ends the reading once the history is complete. */
    async end() {
      over = true
      await going
      await step()
    },
  }
}

/** The ids of the writes in the order of a watch of everything. */
function watch(node: Client, start: string) {
  const ids: string[] = []
  const ending = new AbortController()
  const going = (async () => {
    for await (const { metadata } of node.watch({ start }, ending)) ids.push(`${metadata?.id}`)
  })().catch((error: Error) => {
    if (!ending.signal.aborted) ids.push(error.message)
  })
  return {
    ids,
    async end() {
      ending.abort()
      await going
    },
  }
}

async function compareWatched(
  watcher: ReturnType<typeof watch>,
  name: string,
  { ids }: History,
  judge: Judge,
): Promise<void> {
  const deadline = Date.now() + SETTLE_MS
  while (watcher.ids.length < ids.length && Date.now() < deadline) await pause(50)
  await watcher.end()
  const wrong = ids.findIndex((id, position) => watcher.ids[position] !== id)
  if (wrong >= 0) {
    judge.accuse(
      `watch at ${name}: ${watcher.ids[wrong]} as number ${wrong} of ${ids.length}, expected ${ids[wrong]}`,
    )
  } else if (watcher.ids.length > ids.length) judge.accuse(`watch at ${name}: told too much`)
}

async function compareStored(
  node: Client,
  name: string,
  history: History,
  judge: Judge,
): Promise<void> {
  const stored: string[] = []
  for await (const batch of node.exportRelationships({ consistency: { kind: 'full' } })) {
    stored.push(...batch.relationships.map(printRelationship))
  }
  const expected = history.now()
  if (stored.sort().join() !== expected.join()) {
    judge.accuse(`${name} has ${stored.length} relationships, expected ${expected.length}`)
  }
}
