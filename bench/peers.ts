// Pemba compared with other services: the same world in each, and the same questions to each in
// turns. The answers are compared first, since figures mean nothing unless all services agree.

import { Node } from '../test/cluster/node.js'
import { provisionPostgres } from '../test/provision.js'
import { cannonade, type Volley } from './load.js'
import { openOpenFga, openSpiceDb, type Peer, type PeerWorld, poster, type Target } from './peer.js'
import { makeQuestions, typicalMix } from './questions.js'
import { median, whole } from './sample.js'
import { DRIVE_SCHEMA, driveSizes, makeDrive } from './worlds.js'

export interface PeerOptions {
  /** Addresses of running peers. Null for those that are not measured. */
  readonly spicedb: string | null
  readonly spicedbKey: string
  readonly openfga: string | null
  readonly relationships: number
  readonly seed: number
  readonly rounds: number
  readonly roundMs: number
}

const KEY = 'a-key-for-benchmarks'
const COMPARED = 2000
const DISTINCT = 20_000
const REPEATED = 200
const LOOKUPS = 12

/** Measures all peers, and yields lines of the report. */
export async function* benchPeers(options: PeerOptions): AsyncGenerator<string> {
  const { relationships: count, seed } = options
  const world = {
    schema: DRIVE_SCHEMA,
    relationships: [...makeDrive({ relationships: count, seed })],
  }
  const questions = makeQuestions(world.relationships, { count: DISTINCT, seed: seed + 1 })
  const items = typicalMix(questions)
  const { node, stop } = await startPemba()
  try {
    const peers = await openPeers(node.url, options, world)
    yield await compare(peers, items.slice(0, COMPARED))
    for (const [name, size] of [
      [`${whole(DISTINCT)} different questions`, DISTINCT],
      [`${REPEATED} repeated questions`, REPEATED],
    ] as const) {
      yield `checks, ${name}, 32 connections:`
      yield* measureChecks(peers, items.slice(0, size), options)
    }
    yield `lookups of the documents of ${LOOKUPS} users, one after the other:`
    yield* measureLookups(peers, driveSizes(count).users, options.rounds)
  } finally {
    await stop()
  }
}

/** Starts Pemba on its own PostgreSQL, as in production. */
async function startPemba() {
  const postgres = await provisionPostgres()
  const node = await Node.at({
    name: 'bench',
    environment: { PEMBA_DATASTORE: await postgres.freshDatabase(), PEMBA_KEYS: KEY },
    flags: [],
  })
  await node.daemon.start()
  const stop = async (): Promise<void> => {
    await node.daemon.remove()
    await postgres.stop()
  }
  return { node, stop }
}

async function openPeers(
  url: string,
  { spicedb, spicedbKey, openfga }: PeerOptions,
  world: PeerWorld,
): Promise<readonly Peer[]> {
  const peers = [await openSpiceDb('Pemba', { url, key: KEY }, world)]
  if (spicedb !== null) {
    peers.push(await openSpiceDb('SpiceDB', { url: spicedb, key: spicedbKey }, world))
  }
  if (openfga !== null) peers.push(await openOpenFga(openfga, world))
  return peers
}

function asker({ url, headers }: Target): (body: object) => Promise<string> {
  const { origin, pathname } = new URL(url)
  const post = poster(origin, headers)
  return body => post(pathname, body)
}

async function compare(
  peers: readonly Peer[],
  items: readonly Parameters<Peer['toCheck']>[0][],
): Promise<string> {
  const all = peers.map(({ check, toCheck, isGranted }) => {
    const ask = asker(check)
    return async (item: (typeof items)[number]) => isGranted(await ask(toCheck(item)))
  })
  let [disagreements, granted] = [0, 0]
  for (const item of items) {
    const answers = await Promise.all(all.map(ask => ask(item)))
    if (answers.some(answer => answer !== answers[0])) disagreements++
    if (answers[0]) granted++
  }
  const names = peers.map(({ name }) => name).join(', ')
  return (
    `${names}: ${items.length} answers compared, ${granted} granted, ${disagreements} ` +
    `disagreements`
  )
}

async function* measureChecks(
  peers: readonly Peer[],
  items: readonly Parameters<Peer['toCheck']>[0][],
  { rounds, roundMs }: PeerOptions,
): AsyncGenerator<string> {
  const volleys = new Map<Peer, Volley[]>(peers.map(peer => [peer, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const peer of peers) {
      const bodies = items.map(item => JSON.stringify(peer.toCheck(item)))
      const volley = await cannonade({ ...peer.check, bodies, roundMs })
      if (round > 0) volleys.get(peer)!.push(volley)
    }
  }
  const [first] = peers
  const ours = volleys.get(first)!
  for (const peer of peers) {
    const theirs = volleys.get(peer)!
    const ratio = median(ours.map(({ perSecond }, round) => perSecond / theirs[round].perSecond))
    const p99 = median(theirs.map(each => each.p99Ms))
    const rate = median(theirs.map(each => each.perSecond))
    const comparison =
      peer === first ? '' : `; ${first.name} serves ${ratio.toFixed(1)} times as many`
    yield `  ${peer.name}: ${whole(rate)}/s, p99 ${p99.toFixed(0)} ms${comparison}`
  }
}

async function* measureLookups(
  peers: readonly Peer[],
  users: number,
  rounds: number,
): AsyncGenerator<string> {
  const askedUsers = Array.from({ length: LOOKUPS }, (_, i) => `${(i * 7919) % users}`)
  for (const peer of peers) {
    const ask = asker(peer.lookup)
    const times: number[] = []
    let found = 0
    for (let round = 0; round <= rounds; round++) {
      found = 0
      for (const user of askedUsers) {
        const start = performance.now()
        const answer = await ask(peer.toLookup(user))
        const durationMs = performance.now() - start
        found += peer.countFound(answer)
        if (round > 0) times.push(durationMs)
      }
    }
    const each = `${whole(found / LOOKUPS)} documents each`
    yield `  ${peer.name}: median ${median(times).toFixed(1)} ms, ${each}`
  }
}
