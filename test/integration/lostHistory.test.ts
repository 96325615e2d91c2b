// A PostgreSQL that takes another's place and lacks its last revisions: nodes that have followed those
// refuse everything, and what they have left in Redis misleads nobody who begins later.

import { Redis } from 'ioredis'
import pg from 'pg'
import t, { type Test } from 'tap'
import {
  check,
  type Engine,
  openEngine,
  token,
  writeRelationships,
  writeSchema,
} from '../../src/engine/index.js'
import { openRedis, type SharedRedis } from '../../src/rows/index.js'
import { openDatabase } from '../../src/storage/index.js'
import { NO_NOTE, parseRelationship, parseToken } from '../../src/terms/index.js'
import { provisionPostgres, provisionRedis } from '../provision.js'
import { toItem } from '../world.js'

const SCHEMA = `definition user {}
definition doc {
  relation viewer: user
  permission view = viewer
}`
const IDS = ['1', '2', '3']

async function write(engine: Engine, requestId: string, ...lines: readonly string[]) {
  const updates = lines.map(line => {
    const [operation, text] = line.split(' ') as ['touch' | 'delete', string]
    return { operation, relationship: parseRelationship(text) }
  })
  const note = { ...NO_NOTE, requestId }
  const { revision } = await writeRelationships(engine, { updates, preconditions: [], note })
  return revision
}

const full = { kind: 'full' } as const
const toView = (id: string) => toItem(`doc:${id}#view@user:ann`)
const ask = async (engine: Engine, id: string): Promise<string> =>
  (await check(engine, { consistency: full, item: toView(id) })).answer.kind

async function shared(t: Test, url: string): Promise<SharedRedis> {
  const redis = openRedis(url, () => {})
  t.teardown(() => redis.close())
  while (redis.status() !== 'ready') await new Promise(done => setTimeout(done, 5))
  return redis
}

/** A server's databases, of which one can be put in the place of another. */
async function openDatabases(t: Test) {
  const postgres = await provisionPostgres()
  const location = await postgres.freshDatabase()
  const admin = new pg.Client(postgres.url('postgres'))
  await admin.connect()
  const name = new URL(location).pathname.slice(1)
  t.teardown(async () => {
    await admin.query(`drop database if exists ${name}_lost`)
    await admin.end()
    await postgres.stop()
  })
  const shut = async (): Promise<void> => {
    await admin.query(`alter database ${name} with allow_connections false`)
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
      name,
    ])
    for (;;) {
      const { rows } = await admin.query('select from pg_stat_activity where datname = $1', [name])
      if (rows.length === 0) return
    }
  }
  return {
    location,
    /** Keeps a copy of it as it is now; nobody may be using it. */
    copy: () => admin.query(`create database ${name}_copy template ${name}`),
    /** The copy takes its place. */
    async fail(): Promise<void> {
      await shut()
      await admin.query(`alter database ${name} rename to ${name}_lost`)
      await admin.query(`alter database ${name}_copy rename to ${name}`)
    },
  }
}

t.test('a history that was lost', async t => {
  const { location, copy, fail } = await openDatabases(t)
  const redisUrl = `${(await provisionRedis()).url}/6`
  const admin = new Redis(redisUrl)
  await admin.flushdb()
  t.teardown(() => admin.disconnect())
  const open = async (graph: 'resident' | 'on-demand'): Promise<Engine> =>
    openEngine({
      database: await openDatabase(location),
      graph,
      shared: await shared(t, redisUrl),
    })

  const first = await open('resident')
  await writeSchema(first, { text: SCHEMA, note: NO_NOTE })
  await write(first, 'before', 'touch doc:9#viewer@user:zoe')
  await first.close()
  await copy()

  const nodes = [await open('resident'), await open('on-demand')]
  t.teardown(() => Promise.all(nodes.map(node => node.close())))
  let lost = await write(nodes[0], 'lost', ...IDS.map(id => `touch doc:${id}#viewer@user:ann`))
  for (const id of IDS) lost = await write(nodes[1], id, `touch doc:x${id}#viewer@user:ann`)
  for (const node of nodes) {
    for (const id of IDS) t.equal(await ask(node, id), 'yes')
  }
  while ((await admin.dbsize()) < IDS.length) await new Promise(done => setTimeout(done, 5))

  await fail()
  for (const [place, node] of nodes.entries()) {
    const refusal = { code: 'history-lost' }
    await t.rejects(
      untilReached(() => ask(node, '1')),
      refusal,
      `node ${place} sees it`,
    )
    await t.rejects(write(node, 'no', 'touch doc:1#viewer@user:bob'), refusal, 'and writes nothing')
    while (node.live.trouble === null) await new Promise(done => setTimeout(done, 5))
    const kept = check(node, { consistency: { kind: 'minimize-latency' }, item: toView('1') })
    await t.rejects(kept, refusal, 'nor does it answer from what it has')
  }

  const later = [await open('resident'), await open('on-demand')]
  t.teardown(() => Promise.all(later.map(node => node.close())))
  let revision = later[0].live.graph.head
  t.ok(revision < lost, 'a node that begins now follows what is there')
  for (let i = 0; revision < lost; i++) {
    revision = await write(later[1], `other ${i}`, `touch doc:y${i}#viewer@user:bob`)
  }
  for (const node of later) {
    for (const id of IDS) t.equal(await ask(node, id), 'no', 'nobody of the new history was let in')
  }
  const again = await write(later[1], 'again', 'touch doc:2#viewer@user:ann')
  const since = { kind: 'at-least', token: parseToken(token(later[1], again)) } as const
  for (const node of later) {
    t.match(await check(node, { consistency: since, item: toView('2') }), {
      answer: { kind: 'yes' },
    })
  }
})

/** Nobody is told that a database is away for a moment only. */
async function untilReached(attempt: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if ((error as { code?: string }).code !== 'storage-unavailable') throw error
      await new Promise(done => setTimeout(done, 20))
    }
  }
}
