// The lifetime of the engines of stores: opened on request, shared, closed when idle, limited in
// number, and ended by a deletion on any node.

import t, { type Test } from 'tap'
import {
  check,
  type Engine,
  Stores,
  writeRelationships,
  writeSchema,
} from '../../src/engine/index.js'
import type { StoresOptions } from '../../src/engine/stores/stores.js'
import { openDatabase } from '../../src/storage/index.js'
import { NO_NOTE, parseRelationship } from '../../src/terms/index.js'
import { within } from '../engines.js'
import { freshDatastore, STORES, type StoreKind } from '../service.js'

const SCHEMA = `definition user {}
definition document {
  relation viewer: user
}`

/** Opens nodes on one new database, with a clock that only tests move. */
async function openNodes(t: Test, kind: StoreKind) {
  const { datastore, remove } = await freshDatastore(kind)
  const time = { now: Date.now() }
  const nodes: Stores[] = []
  t.teardown(async () => {
    for (const node of nodes) await node.close()
    await remove()
  })
  const open = async (options: Partial<StoresOptions> = {}): Promise<Stores> => {
    const database = await openDatabase(datastore)
    const node = await Stores.open({ database, clock: () => time.now, idleMs: 1000, ...options })
    nodes.push(node)
    return node
  }
  return { time, open }
}

async function grant(engine: Engine, user: string): Promise<void> {
  await writeSchema(engine, { text: SCHEMA, note: NO_NOTE })
  const relationship = parseRelationship(`document:plan#viewer@user:${user}`)
  const updates = [{ operation: 'touch', relationship } as const]
  await writeRelationships(engine, { updates, preconditions: [], note: NO_NOTE })
}

async function sees(engine: Engine, user: string): Promise<string> {
  const resource = { type: 'document', id: 'plan' }
  const subject = { type: 'user', id: user, relation: '' }
  const item = { resource, permission: 'viewer', subject, context: {} }
  const { answer } = await check(engine, { consistency: { kind: 'full' }, item })
  return answer.kind
}

const GONE = { code: 'store-not-found' }

for (const kind of STORES) {
  t.test(`open stores on ${kind}`, async t => {
    const { open, time } = await openNodes(t, kind)
    const node = await open({ openMax: 2 })
    t.afterEach(() => {
      time.now += 5000
      node.closeIdle()
    })

    t.test('a store is opened once, however many ask for it at a time', async t => {
      await node.create('shared')
      const leases = await Promise.all([1, 2, 3].map(() => node.lease('shared')))
      t.equal(new Set(leases.map(({ engine }) => engine)).size, 1)
      const fourth = node.leaseOpen('shared')
      t.equal(fourth?.engine, leases[0].engine, 'an open store is there at once')
      t.equal(node.leaseOpen('nobody'), null)
      await t.rejects(node.lease('nobody'), GONE)
      t.strictSame(node.open, ['shared'])
      for (const lease of [...leases, fourth]) lease?.end()
    })

    t.test('an idle store is closed, and answers again when it is asked', async t => {
      await node.create('idle')
      const lease = await node.lease('idle')
      await grant(lease.engine, 'ann')
      time.now += 5000
      node.closeIdle()
      t.strictSame(node.open, ['idle'], 'it is in use')
      lease.end()
      node.closeIdle()
      t.strictSame(node.open, ['idle'], 'it was in use just now')
      time.now += 1000
      node.closeIdle()
      t.strictSame(node.open, [])
      t.equal(await within(node, 'idle', engine => sees(engine, 'ann')), 'yes')
      t.strictSame(node.open, ['idle'])
      await grant(node.home, 'bob')
      t.equal(await sees(node.home, 'bob'), 'yes', 'the default one is always open')
    })

    t.test('beyond the limit, a new store replaces the longest idle one', async t => {
      for (const name of ['a', 'b', 'c', 'd']) await node.create(name)
      for (const name of ['a', 'b', 'a']) {
        time.now++
        await within(node, name, async () => undefined)
      }
      const c = await node.lease('c')
      t.strictSame(node.open, ['a', 'c'])
      const a = await node.lease('a')
      await t.rejects(node.lease('d'), { code: 'too-many-stores' })
      c.end()
      const d = await node.lease('d')
      t.strictSame(node.open, ['a', 'd'])
      for (const lease of [a, d]) lease.end()
    })

    t.test('a deletion ends the uses of a store, and nothing answers any more', async t => {
      await node.create('acme')
      const lease = await node.lease('acme')
      await grant(lease.engine, 'ann')
      const told: unknown[] = []
      lease.whenDeleted(refusal => told.push(refusal))
      await node.delete('acme')
      lease.whenDeleted(refusal => told.push(refusal))
      t.match(told, [GONE, GONE], 'also who asks only then')
      t.strictSame(node.open, [])
      await t.rejects(sees(lease.engine, 'ann'), GONE)
      await t.rejects(grant(lease.engine, 'ann'), GONE)
      lease.end()
      await t.rejects(node.lease('acme'), GONE)
      await node.create('acme')
      await within(node, 'acme', engine => grant(engine, 'bob'))
      t.strictSame(
        [
          await within(node, 'acme', engine => sees(engine, 'ann')),
          await within(node, 'acme', engine => sees(engine, 'bob')),
        ],
        ['no', 'yes'],
      )
    })

    t.test('the end of the node closes open stores, also those in use', async t => {
      await node.lease('acme')
      await node.lease('shared')
      await node.delete('shared')
      await t.resolves(node.close())
    })
  })
}

t.test('a store that is deleted on one node ends on the others', async t => {
  const { open } = await openNodes(t, 'postgres')
  const [one, other] = [await open(), await open()]
  await one.create('acme')
  const lease = await other.lease('acme')
  await within(one, 'acme', engine => grant(engine, 'ann'))
  t.equal(await sees(lease.engine, 'ann'), 'yes')
  const ended = new Promise(resolve => {
    lease.whenDeleted(resolve)
  })
  await one.delete('acme')
  t.match(await ended, GONE)
  t.strictSame(other.open, [])
  const consistency = { kind: 'minimize-latency' } as const
  const resource = { type: 'document', id: 'plan' }
  const subject = { type: 'user', id: 'ann', relation: '' }
  const item = { resource, permission: 'viewer', subject, context: {} }
  await t.rejects(check(lease.engine, { consistency, item }), GONE, 'not even from memory')
  await one.create('acme')
  await within(one, 'acme', engine => grant(engine, 'bob'))
  t.strictSame(
    [
      await within(other, 'acme', engine => sees(engine, 'ann')),
      await within(other, 'acme', engine => sees(engine, 'bob')),
    ],
    ['no', 'yes'],
  )
})
