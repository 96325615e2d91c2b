// `npm run bench`: the canonical run has no arguments. It builds a seeded world, asks questions in
// this process and over HTTP, writes to both kinds of datastore, and prints figures and the
// machine. `--relationships N`, `--seed N` and `--rounds N` change the size, the world and the
// duration; names of parts (`npm run bench -- sharing`) run only those. On-demand graphs are ten
// times as large. `npm run bench -- peers --spicedb <url> --spicedb-key <key> --openfga <url>`
// compares running peers.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Engine, Stores, writeRelationships, writeSchema } from '../src/engine/index.js'
import { compileSchema } from '../src/language/index.js'
import { Replica } from '../src/replica/index.js'
import { openDatabase } from '../src/storage/index.js'
import {
  assert,
  type CheckItem,
  NO_NOTE,
  REVISION_NONE,
  type Relationship,
} from '../src/terms/index.js'
import { openHome } from '../test/home.js'
import { provisionPostgres } from '../test/provision.js'
import { benchBulk } from './bulk.js'
import { benchHttp } from './http.js'
import { benchInProcess } from './inProcess.js'
import type { LookupFigures } from './lookup.js'
import { benchLookupResources } from './lookupResources.js'
import { benchLookupSubjects } from './lookupSubjects.js'
import { benchLookupsOnDemand } from './lookupsOnDemand.js'
import { describeMachine } from './machine.js'
import { benchOnDemand } from './onDemand.js'
import { benchPeers } from './peers.js'
import { makeQuestions, typicalMix } from './questions.js'
import { median, whole } from './sample.js'
import { benchSharing } from './sharing.js'
import { DRIVE_SCHEMA, makeDrive } from './worlds.js'
import { benchWrites } from './writes.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    relationships: { type: 'string' },
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    spicedb: { type: 'string' },
    'spicedb-key': { type: 'string', default: 'peer' },
    openfga: { type: 'string' },
  },
})
const SIZE = Number(values.relationships ?? 1_000_000)
const PEER_SIZE = Number(values.relationships ?? 200_000)
const LARGE_SIZE = Number(values.relationships ?? 10_000_000)
/** Relationships of an import. It is smaller than the world, since embedded stores are slow. */
const BULK = 200_000
const SEED = Number(values.seed)
const ROUNDS = Number(values.rounds)
const QUESTIONS = 100_000
const SUBJECTS = 100_000
const DOCUMENTS = 1_000_000
const ROUND_MS = 3000

async function main(): Promise<void> {
  print(`machine: ${describeMachine()}`)
  const unknown = positionals.find(name => !(name in PARTS))
  if (unknown !== undefined) {
    throw new Error(`there is no part ${unknown}: expected ${Object.keys(PARTS).join(', ')}`)
  }
  for (const [name, report] of Object.entries(PARTS)) {
    if (positionals.length === 0 || positionals.includes(name)) await report()
  }
}

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  checks: reportInProcess,
  lookups: reportLookups,
  http: reportHttp,
  writes: reportWrites,
  bulk: reportBulk,
  sharing: reportSharing,
  'on-demand': reportOnDemand,
  'on-demand-lookups': reportLookupsOnDemand,
  peers: reportPeers,
}

let world: { readonly relationships: readonly Relationship[]; readonly mixes: Mixes } | undefined

/** The world, which all parts of a run share. */
function theWorld() {
  if (world !== undefined) return world
  const relationships = [...makeDrive({ relationships: SIZE, seed: SEED })]
  print(`\nworld: ${whole(SIZE)} relationships, seed ${SEED}`)
  const questions = makeQuestions(relationships, { count: QUESTIONS, seed: SEED + 1 })
  world = { relationships, mixes: { typical: typicalMix(questions), ...questions } }
  return world
}

/** Mixes of questions by their names in the report. */
type Mixes = Readonly<Record<string, readonly CheckItem[]>>

async function reportInProcess(): Promise<void> {
  const { relationships, mixes } = theWorld()
  const compiled = compileSchema(DRIVE_SCHEMA)
  assert(compiled.ok, 'the drive schema compiles')
  const begin = performance.now()
  const replica = await Replica.bootstrap(one({ revision: REVISION_NONE, relationships }))
  const seconds = (performance.now() - begin) / 1000
  const memory = Object.entries(replica.memory())
  const total = memory.reduce((sum, [, bytes]) => sum + bytes, 0)
  const parts = memory.map(([part, bytes]) => `${part} ${(bytes / SIZE).toFixed(1)}`)
  print(`\nresident graph: built in ${seconds.toFixed(1)} s`)
  print(`  bytes per relationship: ${(total / SIZE).toFixed(1)} (${parts.join(', ')})`)
  print(
    `\nchecks in process, from string ids (the median of ${ROUNDS} rounds of ${whole(QUESTIONS)})`,
  )
  for (const [name, items] of Object.entries(mixes)) {
    const rounds = Array.from({ length: ROUNDS }, () =>
      benchInProcess(replica, compiled.schema, items),
    ).sort((a, b) => a.perSecond - b.perSecond)
    const { perSecond, p50Us, p99Us, yesShare } = rounds[Math.floor(ROUNDS / 2)]
    print(
      `  ${name}: ${whole(perSecond)} checks/s, p50 ${p50Us.toFixed(1)} µs, ` +
        `p99 ${p99Us.toFixed(1)} µs, ${Math.round(yesShare * 100)} % yes`,
    )
  }
}

async function reportLookups(): Promise<void> {
  print(`\nlookups of ${whole(SUBJECTS)} subjects in process, in the order of ids`)
  for (const each of await benchLookupSubjects(SUBJECTS)) printLookup(...each)
  print(`\nlookups of resources in process, out of ${whole(DOCUMENTS)} documents`)
  const library = { documents: DOCUMENTS, seed: SEED }
  for (const each of await benchLookupResources(library)) printLookup(...each)
}

function printLookup(permission: string, figures: LookupFigures): void {
  const { items, totalMs, firstMs, turnMs, heldAtFirst, heldAtLast } = figures
  print(
    `  ${permission}: ${whole(items)} in ${whole(totalMs)} ms, ` +
      `${whole(items / (totalMs / 1000))}/s, ` +
      `the first after ${whole(firstMs)} ms, longest turn ${whole(turnMs)} ms, ` +
      `held at the first ${megabytes(heldAtFirst)}, at the last ${megabytes(heldAtLast)}`,
  )
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`

async function* one<T>(value: T): AsyncGenerator<T> {
  yield value
}

/** Measures a service that was started on the loaded world, not the one that has loaded it. */
async function reportHttp(): Promise<void> {
  const { relationships, mixes } = theWorld()
  const { typical, anybody } = mixes
  const postgres = await provisionPostgres()
  const location = await postgres.freshDatabase()
  await withEngine(location, async engine => {
    await writeSchema(engine, { text: DRIVE_SCHEMA, note: NO_NOTE })
    const begin = performance.now()
    await loadWorld(engine, relationships)
    const rate = SIZE / ((performance.now() - begin) / 1000)
    print(`\nloaded into PostgreSQL through the writer: ${whole(rate)} relationships/s`)
  })
  await withStores(location, async stores => {
    print(`\nchecks over HTTP, 32 connections (medians of ${ROUNDS} rounds of ${ROUND_MS} ms)`)
    for (const [name, items] of Object.entries({ typical, anybody })) {
      const report = await benchHttp(stores, items, { rounds: ROUNDS, roundMs: ROUND_MS })
      const { checkPerSecond, noopPerSecond, barePerSecond, ratio, bareRatio } = report
      print(
        `  ${name}: check ${whole(checkPerSecond)}/s, no-op with the same messages ` +
          `${whole(noopPerSecond)}/s, ratio ${ratio.toFixed(2)}; ` +
          `bare Fastify with the same JSON schemas ${whole(barePerSecond)}/s, ratio ` +
          `${bareRatio.toFixed(2)}`,
      )
    }
  })
  await postgres.stop()
}

const LOAD_UPDATES = 1000
const LOAD_CALLERS = 4

async function loadWorld(engine: Engine, relationships: readonly Relationship[]): Promise<void> {
  let next = 0
  const load = async (): Promise<void> => {
    while (next < relationships.length) {
      const some = relationships.slice(next, next + LOAD_UPDATES)
      next += some.length
      const updates = some.map(relationship => ({ operation: 'touch', relationship }) as const)
      await writeRelationships(engine, { updates, preconditions: [], note: NO_NOTE })
    }
  }
  await Promise.all(Array.from({ length: LOAD_CALLERS }, load))
  const { revision } = await engine.headReader.ask()
  assert(await engine.live.reached(revision, 120_000), 'the graph takes the world')
}

async function reportWrites(): Promise<void> {
  print(`\nwrites of one relationship each (medians of ${ROUNDS} rounds of ${ROUND_MS} ms)`)
  await withEmbedded(engine => reportStore('embedded', engine))
  await withPostgres(engine => reportStore('postgres', engine))
}

async function reportStore(name: string, engine: Engine): Promise<void> {
  await writeSchema(engine, { text: DRIVE_SCHEMA, note: NO_NOTE })
  for (const callers of [1, 64]) {
    const rates: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      rates.push(await benchWrites(engine, callers, ROUND_MS))
    }
    print(`  ${name}, ${callers} callers: ${whole(median(rates))} writes/s`)
  }
}

async function reportBulk(): Promise<void> {
  const relationships = theWorld().relationships.slice(0, BULK)
  print(`\nimports of ${whole(relationships.length)} relationships in one revision`)
  const report = async (name: string, engine: Engine): Promise<void> => {
    await writeSchema(engine, { text: DRIVE_SCHEMA, note: NO_NOTE })
    const { importedPerSecond, seenAfterMs, exportedPerSecond } = await benchBulk(
      engine,
      relationships,
    )
    print(
      `  ${name}: in at ${whole(importedPerSecond)}/s, seen by questions after ` +
        `${whole(seenAfterMs)} ms, out at ${whole(exportedPerSecond)}/s`,
    )
  }
  await withEmbedded(engine => report('embedded', engine))
  await withPostgres(engine => report('postgres', engine))
}

async function reportOnDemand(): Promise<void> {
  const postgres = await provisionPostgres()
  const world = { relationships: LARGE_SIZE, seed: SEED }
  print(`\nchecks over ${whole(LARGE_SIZE)} relationships in PostgreSQL, typical mix`)
  for await (const line of benchOnDemand(await postgres.freshDatabase(), world)) print(`  ${line}`)
  await postgres.stop()
}

async function reportLookupsOnDemand(): Promise<void> {
  const postgres = await provisionPostgres()
  print('\nlookups of very many over PostgreSQL, beside those over a graph that is held')
  for await (const line of benchLookupsOnDemand(() => postgres.freshDatabase(), SEED)) {
    print(`  ${line}`)
  }
  await postgres.stop()
}

async function reportPeers(): Promise<void> {
  const { spicedb = null, openfga = null } = values
  // Without an address there is no peer.
  if (spicedb === null && openfga === null) return
  print(`\nbeside peers, one world of ${whole(PEER_SIZE)} relationships, ${ROUNDS} rounds in turns`)
  const options = { spicedb, spicedbKey: values['spicedb-key'], openfga }
  const measure = { relationships: PEER_SIZE, seed: SEED, rounds: ROUNDS, roundMs: ROUND_MS }
  for await (const line of benchPeers({ ...options, ...measure })) print(`  ${line}`)
}

async function reportSharing(): Promise<void> {
  const postgres = await provisionPostgres()
  await withStores(await postgres.freshDatabase(), async stores => {
    const report = await benchSharing(stores, { people: SIZE, rounds: ROUNDS })
    print(`\na sheet of 200 groups, ${whole(SIZE)} people: its first page beside one check`)
    for (const [name, each] of [
      ['in process', report.inProcess],
      ['over HTTP, one caller', report.overHttp],
    ] as const) {
      print(
        `  ${name}: check ${whole(each.checkUs)} µs, sheet ${whole(each.sheetUs)} µs, ratio ` +
          `${each.ratio.toFixed(1)}`,
      )
    }
    print(`  just after it was changed, in process: ${whole(report.afterChangeUs)} µs`)
  })
  await postgres.stop()
}

async function withPostgres(work: (engine: Engine) => Promise<void>): Promise<void> {
  const postgres = await provisionPostgres()
  await withEngine(await postgres.freshDatabase(), work)
  await postgres.stop()
}

async function withEmbedded(work: (engine: Engine) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pemba-bench-'))
  await withEngine(`embedded:${folder}`, work)
  await rm(folder, { recursive: true })
}

async function withEngine(location: string, work: (engine: Engine) => Promise<void>) {
  const engine = await openHome({ database: await openDatabase(location) })
  try {
    await work(engine)
  } finally {
    await engine.close()
  }
}

async function withStores(location: string, work: (stores: Stores) => Promise<void>) {
  const stores = await Stores.open({ database: await openDatabase(location) })
  try {
    await work(stores)
  } finally {
    await stores.close()
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

await main()
process.exit(0)
