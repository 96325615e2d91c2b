// Checks over an on-demand graph in PostgreSQL, compared with a resident graph of the same data.
// The caches are cold at first; warm means that another node has filled Redis, and hot that this
// node has everything in memory. One caller measures the latency of a check, and many callers the
// rate. All runs must have the same answers.

import { type Engine, importRelationships, writeSchema } from '../src/engine/index.js'
import { openDatabase } from '../src/storage/index.js'
import { assert, type CheckItem, NO_NOTE, type Relationship } from '../src/terms/index.js'
import { openHome } from '../test/home.js'
import { provisionRedis } from '../test/provision.js'
import { BenchNode, type Done, type NodeOptions, plus } from './node.js'
import { makeQuestions, typicalMix } from './questions.js'
import { whole } from './sample.js'
import { askSmallNode } from './smallNode.js'
import { DRIVE_SCHEMA, type DriveOptions, makeDrive } from './worlds.js'

const QUESTIONS = 10_000
const CALLERS = 32
/** Relationships of one revision of the world. */
const IMPORT = 500_000
const BATCH = 1000

/** Yields lines of a report. @param location an empty PostgreSQL database */
export async function* benchOnDemand(
  location: string,
  world: DriveOptions,
): AsyncGenerator<string> {
  const begun = performance.now()
  await load(location, world)
  const seconds = (performance.now() - begun) / 1000
  yield `loaded in imports of ${whole(IMPORT)}: ${whole(world.relationships / seconds)}/s`
  const seed = world.seed + 1
  const items = typicalMix(makeQuestions(makeDrive(world), { count: QUESTIONS, seed }))
  const bench = new OnDemandBench(location, items)
  yield* bench.resident()
  yield* bench.alone()
  yield* bench.shared()
  yield await askSmallNode(location, items.slice(0, 2000), bench.verdicts.slice(0, 2000))
}

async function load(location: string, world: DriveOptions): Promise<void> {
  const engine = await openHome({
    database: await openDatabase(location),
    graph: 'on-demand',
  })
  await writeSchema(engine, { text: DRIVE_SCHEMA, note: NO_NOTE })
  const relationships = makeDrive(world)
  for (let left = world.relationships; left > 0; left -= IMPORT) {
    await importSome(engine, relationships, Math.min(left, IMPORT))
  }
  await engine.close()
}

async function importSome(
  engine: Engine,
  relationships: Iterator<Relationship>,
  count: number,
): Promise<void> {
  const batches = async function* () {
    for (let left = count; left > 0; left -= BATCH) {
      yield Array.from({ length: Math.min(left, BATCH) }, () => relationships.next().value)
    }
  }
  const { revision } = await importRelationships(engine, { batches: batches(), note: NO_NOTE })
  assert(await engine.live.reached(revision, 300_000), 'the graph takes the import')
}

class OnDemandBench {
  readonly #location: string
  readonly #items: readonly CheckItem[]
  /** The answers of the resident graph, `y` or `n` for each item. */
  verdicts = ''

  constructor(location: string, items: readonly CheckItem[]) {
    this.#location = location
    this.#items = items
  }

  async *resident(): AsyncGenerator<string> {
    const begun = performance.now()
    const node = await this.#open('resident', null)
    const seconds = (performance.now() - begun) / 1000
    this.verdicts = (await node.ask({ items: this.#items, callers: 1 })).verdicts
    const done = await this.#ask([node])
    await node.close()
    const rss = whole(done[0].rssBytes / 2 ** 20)
    yield `${describe('resident', done)}; read in ${seconds.toFixed(0)} s, ${rss} MiB`
  }

  async *alone(): AsyncGenerator<string> {
    const node = await this.#open('on-demand', null)
    yield describe('cold', await this.#ask([node]))
    yield describe('hot', await this.#ask([node]))
    await node.close()
  }

  async *shared(): AsyncGenerator<string> {
    const { url, stop } = await provisionRedis()
    const first = await this.#open('on-demand', url)
    yield describe('cold, with Redis', await this.#ask([first]))
    const second = await this.#open('on-demand', url)
    yield describe('warm: a second node, with Redis', await this.#ask([second]))
    yield describe('hot, two nodes', await this.#ask([first, second]))
    await Promise.all([first.close(), second.close()])
    await stop()
  }

  #open(graph: NodeOptions['graph'], redis: string | null): Promise<BenchNode> {
    return BenchNode.open({ location: this.#location, graph, redis })
  }

  /** Asks every node: half of the items by one caller, the other half by many. */
  async #ask(nodes: readonly BenchNode[]): Promise<readonly Done[]> {
    const half = this.#items.length / 2
    const [some, others] = [this.#items.slice(0, half), this.#items.slice(half)]
    const done: Done[] = []
    for (const [items, callers] of [
      [some, 1],
      [others, CALLERS],
    ] as const) {
      done.push(...(await Promise.all(nodes.map(node => node.ask({ items, callers })))))
    }
    for (const [i, { verdicts }] of done.entries()) {
      const expected = i < nodes.length ? this.verdicts.slice(0, half) : this.verdicts.slice(half)
      assert(verdicts === expected, 'an on-demand graph answers like a resident one')
    }
    return done
  }
}

/** @param done results of one caller for each node, then of many callers for each node */
function describe(name: string, done: readonly Done[]): string {
  const nodes = done.length / 2
  const [alone] = done
  const together = done.slice(nodes).reduce((sum, { perSecond }) => sum + perSecond, 0)
  const times = `p50 ${whole(alone.p50Us)} µs, p99 ${whole(alone.p99Us)} µs`
  const speed = `${name}: one caller ${times}; ${CALLERS} callers ${whole(together)} checks/s`
  if (alone.counts === null) return speed
  const { hits, batches, loaded, shared } = plus(done.map(({ counts }) => counts))
  const checks = done.reduce((sum, { verdicts }) => sum + verdicts.length, 0)
  const share = (rows: number): string => `${Math.round((100 * rows) / (hits + loaded))} %`
  return (
    `${speed}; a check: ${(batches / checks).toFixed(2)} batches, ` +
    `${((hits + loaded) / checks).toFixed(1)} rows: ${share(hits)} of this node, ` +
    `${share(shared)} of Redis, ${share(loaded - shared)} of PostgreSQL`
  )
}
