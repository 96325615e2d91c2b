// A PostgreSQL that replaces another one and lacks its last revisions. Nodes that have followed
// those refuse everything, and what they left in Redis does not mislead nodes that start later.

import { Redis } from 'ioredis'
import pg from 'pg'
import t, { type Test } from 'tap'
import type { Engine } from '../../src/engine/index.js'
import { openRedis, type SharedRedis } from '../../src/rows/index.js'
import { openDatabase } from '../../src/storage/index.js'
import { ask, DOCS, define, FAST, FULL, noted, untilThere } from '../engines.js'
import { openHome } from '../home.js'
import { provisionPostgres, provisionRedis } from '../provision.js'

const IDS = ['1', '2', '3']
const VIEW = (id: string) => `doc:${id}#view@user:ann`

async function shared(t: Test, url: string): Promise<SharedRedis> {
  const redis = openRedis(url, () => {})
  t.teardown(() => redis.close())
  while (redis.status() !== 'ready') await new Promise(done => setTimeout(done, 5))
  return redis
}

/** The databases of a server, of which one can replace another. */
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
    /** Copies the database, which nobody may be using. */
    copy: () => admin.query(`create database ${name}_copy template ${name}`),
    /** Replaces the database by the copy. */
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
    openHome({
      database: await openDatabase(location),
      graph,
      shared: await shared(t, redisUrl),
    })

  const first = await open('resident')
  await define(first, DOCS)
  await noted(first, 'before', 'doc:9#viewer@user:zoe')
  await first.close()
  await copy()

  const nodes = [await open('resident'), await open('on-demand')]
  t.teardown(() => Promise.all(nodes.map(node => node.close())))
  await noted(nodes[0], 'lost', ...IDS.map(id => `doc:${id}#viewer@user:ann`))
  for (const id of IDS) await noted(nodes[1], id, `doc:x${id}#viewer@user:ann`)
  const { revision: lost } = await nodes[0].headReader.ask()
  for (const node of nodes) {
    for (const id of IDS) t.equal(await ask(node, FULL, VIEW(id)), 'yes')
  }
  while ((await admin.dbsize()) < IDS.length) await new Promise(done => setTimeout(done, 5))

  await fail()
  for (const [place, node] of nodes.entries()) {
    const refusal = { code: 'history-lost' }
    await t.rejects(
      untilThere(() => ask(node, FULL, VIEW('1'))),
      refusal,
      `node ${place} sees it`,
    )
    await t.rejects(noted(node, 'no', 'doc:1#viewer@user:bob'), refusal, 'and writes nothing')
    while (node.live.trouble === null) await new Promise(done => setTimeout(done, 5))
    await t.rejects(ask(node, FAST, VIEW('1')), refusal, 'nor does it answer from what it has')
  }

  const later = [await open('resident'), await open('on-demand')]
  t.teardown(() => Promise.all(later.map(node => node.close())))
  let revision = later[0].live.graph.head
  t.ok(revision < lost, 'a node that begins now follows what is there')
  for (let i = 0; revision < lost; i++) {
    await noted(later[1], `other ${i}`, `doc:y${i}#viewer@user:bob`)
    revision = (await later[1].headReader.ask()).revision
  }
  for (const node of later) {
    for (const id of IDS)
      t.equal(await ask(node, FULL, VIEW(id)), 'no', 'nobody of the new history was let in')
  }
  const since = await noted(later[1], 'again', 'doc:2#viewer@user:ann')
  for (const node of later) {
    t.equal(await ask(node, since, VIEW('2')), 'yes')
  }
})
