// Checks over a graph that is looked up in PostgreSQL, against the same graph held as a whole: cold,
// when nothing is at hand; warm, when another node has read it and Redis has it; hot, when this node
// has. By one caller after the other, for what one question waits, and by many at once, for how many
// there are in a second.

import { check, type Engine, openEngine } from '../src/engine/index.js'
import { OnDemand, openRedis, type SharedRedis } from '../src/rows/index.js'
import { openDatabase } from '../src/storage/index.js'
import { assert, type CheckItem } from '../src/terms/index.js'
import { provisionRedis } from '../test/provision.js'
import { type Summary, summarise } from './sample.js'

export interface OnDemandReport {
  readonly name: string
  readonly alone: Summary
  /** By `CALLERS` at once. */
  readonly togetherPerSecond: number
  /** Of those that are asked for the first time; null for a resident graph. */
  readonly perCheck: PerCheck | null
}

export interface PerCheck {
  readonly batches: number
  readonly rows: number
  /** Share of those rows that Redis had. */
  readonly shared: number
}

const CALLERS = 32

/** @param items at least 2,000; each is asked once in each of the runs that are cold */
export async function benchOnDemand(
  location: string,
  items: readonly CheckItem[],
): Promise<readonly OnDemandReport[]> {
  const half = Math.floor(items.length / 2)
  const [some, others] = [items.slice(0, half), items.slice(half)]
  const redis = await connected()
  const reports: OnDemandReport[] = []
  await withNode(location, 'resident', null, async engine => {
    await asked(engine, items)
    reports.push(await measured('resident', engine, some, others))
  })
  await withNode(location, 'on-demand', null, async engine => {
    reports.push(await measured('cold', engine, some, others))
    await asked(engine, items)
    reports.push(await measured('hot', engine, some, others))
  })
  await withNode(location, 'on-demand', redis, async engine => {
    reports.push(await measured('cold, with Redis', engine, some, others))
    await withNode(location, 'on-demand', redis, async other => {
      reports.push(await measured('warm: a second node, with Redis', other, some, others))
    })
  })
  await redis.close()
  return reports
}

async function measured(
  name: string,
  engine: Engine,
  some: readonly CheckItem[],
  others: readonly CheckItem[],
): Promise<OnDemandReport> {
  const before = countsOf(engine)
  const spans = new Float64Array(some.length)
  const begun = performance.now()
  for (const [place, item] of some.entries()) {
    const start = performance.now()
    await ask(engine, item)
    spans[place] = (performance.now() - start) * 1e6
  }
  const totalNs = (performance.now() - begun) * 1e6
  const after = countsOf(engine)
  const togetherPerSecond = await asked(engine, others)
  return {
    name,
    alone: summarise(spans, totalNs),
    togetherPerSecond,
    perCheck: before && after && perCheck(before, after, some.length),
  }
}

type Counts = ReturnType<typeof countsOf>

function perCheck(
  before: NonNullable<Counts>,
  after: NonNullable<Counts>,
  checks: number,
): PerCheck {
  const rows = after.loaded - before.loaded
  return {
    batches: (after.batches - before.batches) / checks,
    rows: rows / checks,
    shared: rows === 0 ? 0 : (after.shared - before.shared) / rows,
  }
}

/** Asks all, by many callers; checks per second. */
async function asked(engine: Engine, items: readonly CheckItem[]): Promise<number> {
  const begun = performance.now()
  let next = 0
  const call = async (): Promise<void> => {
    while (next < items.length) await ask(engine, items[next++])
  }
  await Promise.all(Array.from({ length: CALLERS }, call))
  return (items.length / (performance.now() - begun)) * 1000
}

const ask = (engine: Engine, item: CheckItem) =>
  check(engine, { consistency: { kind: 'minimize-latency' }, item })

function countsOf({ live }: Engine) {
  return live.graph instanceof OnDemand ? live.graph.counts : null
}

async function withNode(
  location: string,
  graph: 'resident' | 'on-demand',
  shared: SharedRedis | null,
  work: (engine: Engine) => Promise<void>,
): Promise<void> {
  const engine = await openEngine({ database: await openDatabase(location), graph, shared })
  try {
    await work(engine)
  } finally {
    await engine.close()
  }
}

async function connected(): Promise<SharedRedis> {
  const { url } = await provisionRedis()
  const redis = openRedis(url, error => {
    process.stderr.write(`redis: ${error.message}\n`)
  })
  for (let tries = 0; redis.status() !== 'ready'; tries++) {
    assert(tries < 1000, 'Redis is ready within ten seconds')
    await new Promise(done => setTimeout(done, 10))
  }
  return redis
}
