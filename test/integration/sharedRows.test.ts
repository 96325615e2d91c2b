// Nodes with on-demand graphs that share rows in a real Redis. Whatever Redis holds, forgets, or
// does not answer, each node answers as a node with a resident graph does at the same revision.

import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import type { Engine } from '../../src/engine/index.js'
import { openRedis, type SharedRedis } from '../../src/rows/index.js'
import { openDatabase } from '../../src/storage/index.js'
import { ask, define, lookedUp, NESTED_DOCS, write } from '../engines.js'
import { openHome } from '../home.js'
import { provisionPostgres, provisionRedis } from '../provision.js'
import { openWay } from '../way.js'

async function ready(redis: SharedRedis): Promise<void> {
  while (redis.status() !== 'ready') await new Promise(done => setTimeout(done, 5))
}

/**
 * Three nodes on one datastore: one has a resident graph, two have on-demand ones and share rows.
 */
async function openNodes(t: Test) {
  const [postgres, redis] = [await provisionPostgres(), await provisionRedis()]
  const location = await postgres.freshDatabase()
  const way = await openWay(`${redis.url}/5`)
  const admin = new Redis(`${redis.url}/5`)
  const shared = [openRedis(way.url, () => {}), openRedis(way.url, () => {})]
  for (const each of shared) await ready(each)
  const whole = await openHome({ database: await openDatabase(location) })
  await define(whole, NESTED_DOCS)
  const parts: Engine[] = []
  for (const each of shared) {
    const database = await openDatabase(location)
    parts.push(await openHome({ database, graph: 'on-demand', shared: each }))
  }
  t.teardown(async () => {
    for (const engine of [whole, ...parts]) await engine.close()
    for (const each of shared) await each.close()
    await way.shut()
    admin.disconnect()
    await postgres.stop()
  })
  const another = async (): Promise<Engine> => {
    const database = await openDatabase(location)
    return openHome({ database, graph: 'on-demand', shared: shared[0] })
  }
  return { whole, parts, way, admin, another }
}

const countsOf = (engine: Engine) => lookedUp(engine).counts

t.test('nodes that share rows in Redis', async t => {
  const { whole, parts, way, admin, another } = await openNodes(t)
  const [a, b] = parts
  const view = 'doc:1#view@user:ann'

  t.test('what one has read, the other need not', async t => {
    const since = await write(whole, 'doc:1#viewer@group:g#member', 'group:g#member@user:ann')
    t.equal(await ask(a, since, view), 'yes')
    while ((await admin.dbsize()) === 0) await new Promise(done => setTimeout(done, 5))
    t.equal(await ask(b, since, view), 'yes')
    t.ok(countsOf(b).shared > 0, JSON.stringify(countsOf(b)))
    const { batches } = countsOf(b)
    const later = await write(whole, 'doc:99#viewer@user:zoe')
    t.equal(await ask(b, later, view), 'yes')
    t.equal(countsOf(b).batches, batches, 'an unrelated write costs nothing')
  })

  t.test('a node that starts later uses rows of past revisions too', async t => {
    const since = await write(whole, 'doc:98#viewer@user:zoe')
    const node = await another()
    t.teardown(() => node.close())
    const { base } = lookedUp(node)
    while (lookedUp(node).since === base) await new Promise(done => setTimeout(done, 5))
    t.equal(await ask(node, since, view), 'yes')
    const { loaded, shared } = countsOf(node)
    t.ok(shared > 0 && shared === loaded, `${shared} of ${loaded}`)
  })

  t.test('rows that are out of date are not used', async t => {
    const since = await write(whole, 'delete group:g#member@user:ann')
    t.equal(await ask(b, since, view), 'no')
    t.equal(await ask(a, since, view), 'no')
    const again = await write(a, 'group:g#member@user:ann')
    t.equal(await ask(b, again, view), 'yes', 'by a node’s own write too')
  })

  t.test('garbage, rows of others and an empty Redis change no answer', async t => {
    const since = await write(whole, 'doc:2#viewer@user:ann')
    const item = 'doc:2#view@user:ann'
    t.equal(await ask(a, since, item), 'yes')
    for (const key of await admin.keys('*')) await admin.set(key, Buffer.from('\u0001not a row'))
    const next = await write(whole, 'doc:2#viewer@user:bob')
    t.equal(await ask(b, next, item), 'yes')
    await admin.flushdb()
    t.equal(await ask(a, next, 'doc:2#view@user:bob'), 'yes')
  })

  t.test('a Redis that stands still or is cut costs time, not answers', async t => {
    way.stand(true)
    const since = await write(whole, 'doc:3#viewer@user:ann')
    t.equal(await ask(a, since, 'doc:3#view@user:ann'), 'yes')
    t.equal(await ask(a, since, 'doc:3#view@user:bob'), 'no')
    way.stand(false)
    way.cut()
    t.equal(await ask(b, since, 'doc:3#view@user:ann'), 'yes')
  })

  t.test('a random history: the same answers as of a whole graph', async t => {
    let state = 1
    const dice = (sides: number): number => {
      state = (state * 48271) % 2147483647
      return state % sides
    }
    const name = (kind: string) => `${kind}:r${dice(4)}`
    const subject = () => (dice(2) === 0 ? name('user') : `${name('group')}#member`)
    const edge = () =>
      [
        () => `${name('doc')}#viewer@${subject()}`,
        () => `${name('doc')}#parent@${name('doc')}`,
        () => `${name('group')}#member@${subject()}`,
        () => `${name('doc')}#banned@${name('user')}`,
      ][dice(4)]()
    let asked = 0
    for (let round = 0; round < 150; round++) {
      const writer = [whole, a, b][dice(3)]
      const since = await write(writer, `${dice(3) === 0 ? 'delete ' : ''}${edge()}`)
      if (dice(15) === 0) await admin.flushdb()
      if (dice(25) === 0) way.cut()
      for (let question = 0; question < 4; question++) {
        const item = `${name('doc')}#view@${name('user')}`
        const [expected, ...found] = await Promise.all(
          [whole, a, b].map(engine => ask(engine, since, item)),
        )
        if (found.some(each => each !== expected)) {
          t.fail(`round ${round}: ${found} instead of ${expected} for ${item}`)
        }
        asked++
      }
    }
    t.equal(asked, 600)
    t.ok(countsOf(a).shared > 0)
  })
})
