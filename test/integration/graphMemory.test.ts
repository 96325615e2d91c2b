// The memory for all graphs of a node. Idle stores are closed to make room. A graph that does not
// fit is on demand, visibly and without a wrong answer, and may be resident again when its store is
// reopened.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import t, { type Test } from 'tap'
import {
  check,
  type Engine,
  graphs,
  NOTICE,
  type Notice,
  Stores,
  writeRelationships,
  writeSchema,
} from '../../src/engine/index.js'
import type { StoresOptions } from '../../src/engine/stores/stores.js'
import { openDatabase } from '../../src/storage/index.js'
import { NO_NOTE, parseRelationship } from '../../src/terms/index.js'
import { DOCS, within } from '../engines.js'
import { freshDatastore } from '../service.js'
import { toItem } from '../world.js'

const CROWDED =
  /^looked up on demand since 2.*Z: memory: it takes \d+ MiB, and \d+ MiB of \d+ MiB are taken$/

async function openNode(t: Test) {
  const { datastore, remove } = await freshDatastore('embedded')
  const time = { now: Date.now() }
  const told: Notice[] = []
  const listen = (news: unknown) => void told.push(news as Notice)
  subscribe(NOTICE, listen)
  let node: Stores | undefined
  t.teardown(async () => {
    unsubscribe(NOTICE, listen)
    await node?.close()
    await remove()
  })
  /** Opens the node again on the same data, with other options. */
  const open = async (options: Partial<StoresOptions>): Promise<Stores> => {
    await node?.close()
    const database = await openDatabase(datastore)
    node = await Stores.open({ database, clock: () => time.now, restMs: 1000, ...options })
    return node
  }
  return { open, time, told }
}

async function fill(engine: Engine, count: number): Promise<void> {
  if (engine.live.graph.head === 0) await writeSchema(engine, { text: DOCS, note: NO_NOTE })
  for (let from = 0; from < count; from += 1000) {
    const updates = Array.from({ length: 1000 }, (_, i) => ({
      operation: 'touch' as const,
      relationship: parseRelationship(`doc:a-document-${from + i}#viewer@user:ann`),
    }))
    await writeRelationships(engine, { updates, preconditions: [], note: NO_NOTE })
  }
}

async function sees(engine: Engine, id: number): Promise<string> {
  const item = toItem(`doc:a-document-${id}#view@user:ann`)
  const { answer } = await check(engine, { consistency: { kind: 'full' }, item })
  return answer.kind
}

const bytesOf = (node: Stores, name: string): number =>
  Object.values(node.vitals().stores.get(name)?.bytes ?? {}).reduce((sum, part) => sum + part, 0)

t.test('stores that do not fit together', async t => {
  const { open, time, told } = await openNode(t)
  let node = await open({})
  for (const name of ['a', 'b', 'c']) {
    await node.create(name)
    await within(node, name, engine => fill(engine, 4000))
  }
  node = await open({})
  const one = await within(node, 'a', async () => bytesOf(node, 'a'))
  t.ok(one > 100_000, `${one} bytes each`)
  const room = 2.4 * one
  node = await open({ memoryBytesMax: room })
  await within(node, 'a', engine => sees(engine, 1))
  await within(node, 'b', engine => sees(engine, 1))
  t.equal(graphs(node).a, 'resident')

  t.equal(await within(node, 'c', engine => sees(engine, 3999)), 'yes')
  t.strictSame(node.open, ['a', 'b', 'c'], 'nobody is closed who was used just now')
  t.match(graphs(node).c, CROWDED)
  t.match(told, [{ part: 'graph', text: /the graph of c is looked up/, isWarning: true }])
  const crowded = node.vitals().stores.get('c')
  t.match([crowded?.mode, crowded?.isCrowdedOut], ['on-demand', true])

  time.now += 2000
  await within(node, 'b', engine => sees(engine, 1))
  await node.create('d')
  t.equal(await within(node, 'd', engine => fill(engine, 2000).then(() => sees(engine, 7))), 'yes')
  t.strictSame(node.open, ['b', 'c', 'd'], 'the idle one made room for one that grew')
  t.equal(graphs(node).d, 'resident')
  t.match(told.at(-1)?.text, /the store a, which is idle, is closed: memory: d needs it/)
  t.ok(node.vitals().graphBytes <= room)
  t.equal(node.vitals().evictions, 1)

  time.now += 400_000
  node.closeIdle()
  t.equal(await within(node, 'c', engine => sees(engine, 5)), 'yes')
  t.equal(graphs(node).c, 'resident', 'one that is opened anew is held when there is room')
})

t.test('a store that outgrows the memory becomes on demand, and others stay resident', async t => {
  const { open, told } = await openNode(t)
  const node = await open({ memoryBytesMax: 700_000 })
  await node.create('small')
  await within(node, 'small', engine => fill(engine, 1000))
  await fill(node.home, 12_000)
  t.match(graphs(node).default, CROWDED)
  t.equal(graphs(node).small, 'resident')
  t.match(told, [{ part: 'graph', text: /the graph of default is looked up/, isWarning: true }])
  t.equal(await sees(node.home, 11_999), 'yes')
  t.equal(await sees(node.home, 12_000), 'no')
})

t.test('a store that is set to resident comes before one that is not', async t => {
  const { open } = await openNode(t)
  let node = await open({})
  await node.create('kept')
  await within(node, 'kept', engine => fill(engine, 4000))
  await fill(node.home, 4000)
  node = await open({})
  const one = bytesOf(node, 'default')
  node = await open({ memoryBytesMax: one * 1.5, graphByStore: new Map([['kept', 'resident']]) })
  t.equal(graphs(node).default, 'resident')
  t.equal(await within(node, 'kept', engine => sees(engine, 1)), 'yes')
  t.strictSame(graphs(node).kept, 'resident')
  t.match(graphs(node).default, /memory: kept needs it/)
  t.equal(await sees(node.home, 3999), 'yes')
})
