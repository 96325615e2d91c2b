// A node in a child process, for benches. It runs checks on itself as ordered, and reports their
// times. It ends together with its parent process.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { check, type Engine, type GraphMode } from '../src/engine/index.js'
import { OnDemand, openRedis } from '../src/rows/index.js'
import { openDatabase } from '../src/storage/index.js'
import { assert, type CheckItem } from '../src/terms/index.js'
import { openHome } from '../test/home.js'
import { type Summary, summarise } from './sample.js'

export interface NodeOptions {
  readonly location: string
  readonly graph: GraphMode
  readonly redis: string | null
}

export interface Order {
  readonly items: readonly CheckItem[]
  /** Number of concurrent callers. */
  readonly callers: number
}

type RowCounts = Readonly<Record<'hits' | 'batches' | 'loaded' | 'shared' | 'replicated', number>>

export interface Done extends Summary {
  /** `y` or `n` for each item. */
  readonly verdicts: string
  /** Counts of these questions. Null for a resident graph. */
  readonly counts: RowCounts | null
  readonly rssBytes: number
}

export class BenchNode {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async open(options: NodeOptions): Promise<BenchNode> {
    const child = fork(import.meta.filename, [JSON.stringify(options)])
    await once(child, 'message')
    return new BenchNode(child)
  }

  async ask(order: Order): Promise<Done> {
    this.#child.send(order)
    const [done] = await once(this.#child, 'message')
    return done as Done
  }

  async close(): Promise<void> {
    this.#child.disconnect()
    await once(this.#child, 'exit')
  }
}

const NO_COUNTS: RowCounts = { hits: 0, batches: 0, loaded: 0, shared: 0, replicated: 0 }

async function carryOut(engine: Engine, { items, callers }: Order): Promise<Done> {
  const before = countsOf(engine)
  const durations = new Float64Array(items.length)
  const verdicts: string[] = []
  const begin = performance.now()
  let next = 0
  const call = async (): Promise<void> => {
    while (next < items.length) {
      const i = next++
      const start = performance.now()
      const consistency = { kind: 'minimize-latency' } as const
      const { answer } = await check(engine, { consistency, item: items[i] })
      durations[i] = (performance.now() - start) * 1e6
      verdicts[i] = answer.kind === 'yes' ? 'y' : 'n'
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  const totalNs = (performance.now() - begin) * 1e6
  const after = countsOf(engine)
  return {
    ...summarise(durations, totalNs),
    verdicts: verdicts.join(''),
    counts: before && after && minus(after, before),
    rssBytes: process.memoryUsage.rss(),
  }
}

const countsOf = ({ live }: Engine): RowCounts | null =>
  live.graph instanceof OnDemand ? live.graph.counts : null

const minus = (a: RowCounts, b: RowCounts): RowCounts => mapCounts(name => a[name] - b[name])

export const plus = (all: readonly (RowCounts | null)[]): RowCounts =>
  all.reduce<RowCounts>(
    (sum, each) => mapCounts(name => sum[name] + (each?.[name] ?? 0)),
    NO_COUNTS,
  )

const mapCounts = (count: (name: keyof RowCounts) => number): RowCounts => {
  const names = Object.keys(NO_COUNTS) as (keyof RowCounts)[]
  return Object.fromEntries(names.map(name => [name, count(name)])) as unknown as RowCounts
}

/** Runs in the child process. */
async function run({ location, graph, redis: url }: NodeOptions): Promise<void> {
  const shared = url === null ? null : openRedis(url, () => {})
  for (let tries = 0; shared !== null && shared.status() !== 'ready'; tries++) {
    assert(tries < 1000, 'Redis is ready within ten seconds')
    await new Promise(done => setTimeout(done, 10))
  }
  const engine = await openHome({ database: await openDatabase(location), graph, shared })
  process.on('message', (order: Order) => {
    void carryOut(engine, order).then(done => process.send?.(done))
  })
  process.once('disconnect', () => process.exit(0))
  process.send?.('open')
}

if (process.argv[1] === import.meta.filename) await run(JSON.parse(process.argv[2]))
