// Lookups with very many results over an on-demand graph in PostgreSQL, compared with a resident
// graph of the same data: total time, time to the first item, memory, and the cost of a page in the
// middle. Both graphs must have the same results.

import {
  type Engine,
  importRelationships,
  lookupResources,
  lookupSubjects,
  writeSchema,
} from '../src/engine/index.js'
import { openDatabase } from '../src/storage/index.js'
import { assert, limits, NO_NOTE, type Relationship } from '../src/terms/index.js'
import { openHome } from '../test/home.js'
import { heldBytes } from './lookup.js'
import { median, whole } from './sample.js'
import { COMPANY_SCHEMA, LIBRARY_SCHEMA, makeCompany, makeLibrary } from './worlds.js'

const PEOPLE = 200_000
const DOCUMENTS = 500_000
const BATCH = 1000
const PAGES = 10
/** Items between two measurements of memory. */
const WEIGHING_INTERVAL = 50_000

type Answer = Promise<{ readonly items: AsyncIterable<{ readonly id: string; cursor: string }> }>
type Lookup = (engine: Engine, page: { cursor: string | null; limit: number }) => Answer

interface World {
  readonly schema: string
  readonly relationships: Iterable<Relationship>
  readonly lookups: Readonly<Record<string, Lookup>>
}

const COMMON = { consistency: { kind: 'minimize-latency' }, context: {} } as const

const subjects =
  (permission: string): Lookup =>
  (engine, page) => {
    const resource = { type: 'document', id: 'plan' }
    const sought = { subjectType: 'user', subjectRelation: '', wildcard: true }
    return lookupSubjects(engine, { ...COMMON, resource, permission, ...sought, ...page })
  }

const resources =
  (permission: string): Lookup =>
  (engine, page) => {
    const subject = { type: 'user', id: '7', relation: '' }
    const sought = { resourceType: 'document', permission, subject, within: null }
    return lookupResources(engine, { ...COMMON, ...sought, ...page })
  }

const worlds = (seed: number): readonly World[] => [
  {
    schema: COMPANY_SCHEMA,
    relationships: makeCompany(PEOPLE),
    lookups: { view: subjects('view'), comment: subjects('comment'), audit: subjects('audit') },
  },
  {
    schema: LIBRARY_SCHEMA,
    relationships: makeLibrary({ documents: DOCUMENTS, seed }),
    lookups: { own: resources('own'), read: resources('read'), browse: resources('browse') },
  },
]

/** Yields lines of a report. @param locate creates an empty PostgreSQL database */
export async function* benchLookupsOnDemand(
  locate: () => Promise<string>,
  seed: number,
): AsyncGenerator<string> {
  for (const { schema, relationships, lookups } of worlds(seed)) {
    const location = await locate()
    await load(location, schema, relationships)
    const onDemand = await measure(location, 'on-demand', lookups)
    const resident = await measure(location, 'resident', lookups)
    for (const [name, figures] of Object.entries(onDemand)) {
      assert(figures.found === resident[name].found, 'an on-demand graph has the same results')
      yield `${name}: ${describe(figures)}`
      yield `  resident: ${describe(resident[name])}`
    }
  }
}

async function load(
  location: string,
  text: string,
  relationships: Iterable<Relationship>,
): Promise<void> {
  const engine = await openHome({ database: await openDatabase(location), graph: 'on-demand' })
  await writeSchema(engine, { text, note: NO_NOTE })
  const batches = async function* () {
    let batch: Relationship[] = []
    for (const each of relationships) {
      if (batch.push(each) < BATCH) continue
      yield batch
      batch = []
    }
    yield batch
  }
  await importRelationships(engine, { batches: batches(), note: NO_NOTE })
  await engine.close()
}

interface Figures {
  /** The ids, in order. */
  readonly found: string
  readonly items: number
  readonly totalMs: number
  readonly firstMs: number
  readonly heldBytes: number
  readonly pageMs: number
}

async function measure(
  location: string,
  graph: 'on-demand' | 'resident',
  lookups: World['lookups'],
): Promise<Readonly<Record<string, Figures>>> {
  const open = async (rowBytesMax?: number): Promise<Engine> =>
    openHome({ database: await openDatabase(location), graph, rowBytesMax })
  const engine = await open()
  const figures: Record<string, Figures> = {}
  for (const [name, lookup] of Object.entries(lookups)) figures[name] = await time(engine, lookup)
  await engine.close()
  // Without a cache, whose memory would be counted as that of the lookup.
  const bare = await open(1)
  for (const [name, lookup] of Object.entries(lookups)) {
    figures[name] = { ...figures[name], heldBytes: await weigh(bare, lookup) }
  }
  await bare.close()
  return figures
}

async function time(engine: Engine, lookup: Lookup): Promise<Figures> {
  const ids: string[] = []
  const cursors: string[] = []
  const begin = performance.now()
  let firstMs = 0
  for await (const { id, cursor } of (await lookup(engine, { cursor: null, limit: 0 })).items) {
    if (ids.push(id) === 1) firstMs = performance.now() - begin
    cursors.push(cursor)
  }
  const totalMs = performance.now() - begin
  const pages: number[] = []
  for (let page = 0; page < PAGES; page++) {
    const cursor = cursors[Math.floor((page / PAGES) * cursors.length)]
    const start = performance.now()
    const limit = limits.lookupLimitMax
    for await (const _ of (await lookup(engine, { cursor, limit })).items);
    pages.push(performance.now() - start)
  }
  const [found, items] = [ids.join(), ids.length]
  return { found, items, totalMs, firstMs, heldBytes: 0, pageMs: median(pages) }
}

/** Peak of live bytes during the lookup. */
async function weigh(engine: Engine, lookup: Lookup): Promise<number> {
  const before = heldBytes()
  let [peak, count] = [0, 0]
  for await (const _ of (await lookup(engine, { cursor: null, limit: 0 })).items) {
    if (count++ % WEIGHING_INTERVAL === 0) peak = Math.max(peak, heldBytes() - before)
  }
  return peak
}

const describe = ({ items, totalMs, firstMs, heldBytes: held, pageMs }: Figures): string =>
  `${whole(items)} in ${whole(totalMs)} ms, the first after ${whole(firstMs)} ms, ` +
  `held at most ${(held / 2 ** 20).toFixed(0)} MiB, a page of ${whole(limits.lookupLimitMax)} ` +
  `in ${whole(pageMs)} ms`
