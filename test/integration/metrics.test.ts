// The metrics of a node: where it found the rows of its questions, what it wrote, and that its
// graph became on demand while it continued to answer.

import { pino } from 'pino'
import t, { type Test } from 'tap'
import { type Client, connect } from '../../src/client/index.js'
import { readConfig } from '../../src/config.js'
import { startService } from '../../src/service.js'
import { parseRelationship } from '../../src/terms/index.js'
import { parseExposition } from '../exposition.js'
import { provisionRedis } from '../provision.js'
import { freshDatastore, openService, TEST_KEY } from '../service.js'
import { store } from '../wire.js'
import { toItem } from '../world.js'

const SCHEMA = `definition user {}
definition group {
  relation member: user
}
definition doc {
  relation viewer: user | group#member
  permission view = viewer
}`

/** The value of a metric of a store, or of the node. */
async function scrape(url: string) {
  const headers = { authorization: `Bearer ${TEST_KEY}` }
  const text = await (await fetch(`${url}/metrics`, { headers })).text()
  const families = parseExposition(text)
  return (name: string, labels = '', store = 'default'): number | undefined => {
    const samples = families.get(name)?.samples
    return samples?.get(`${name}{store="${store}"${labels}}`) ?? samples?.get(name)
  }
}

async function tiersOf(url: string) {
  const read = await scrape(url)
  const of = (tier: string) => read('pemba_rows_total', `,tier="${tier}"`)
  return { process: of('process'), redis: of('redis'), datastore: of('datastore') }
}

t.test('rows are found in this process, in Redis or in the datastore, and add up', async t => {
  const redis = await provisionRedis()
  const flags = ['--graph', 'on-demand', '--redis', redis.url]
  const first = await openService('postgres', flags)
  const second = await first.beside()
  t.teardown(async () => {
    await second.close()
    await first.close()
  })
  await first.client.writeSchema({ text: SCHEMA })
  await store(first, 'doc:1#viewer@group:a#member group:a#member@user:ann')
  const item = toItem('doc:1#view@user:ann')
  const ask = async (client: Client) => {
    const { answer } = await client.check({ consistency: { kind: 'full' }, item })
    t.equal(answer.kind, 'yes')
  }
  t.strictSame(await tiersOf(first.url), { process: 0, redis: 0, datastore: 0 })
  await ask(first.client)
  const { datastore = 0, ...others } = await tiersOf(first.url)
  t.ok(datastore >= 2, 'the viewers of the document, and the members of the group')
  t.strictSame(others, { process: 0, redis: 0 })
  for (let i = 0; i < 10; i++) await ask(first.client)
  t.strictSame(await tiersOf(first.url), { process: 10 * 2, redis: 0, datastore })
  await ask(second.client)
  t.strictSame(await tiersOf(second.url), { process: 0, redis: datastore, datastore: 0 })
  const read = await scrape(second.url)
  t.equal(read('pemba_row_batches_total'), 2)
  t.equal(read('pemba_redis_ready'), 1)
})

t.test('what a node writes is counted there, and its revision everywhere', async t => {
  const first = await openService('postgres')
  const second = await first.beside()
  t.teardown(async () => {
    await second.close()
    await first.close()
  })
  await first.client.writeSchema({ text: SCHEMA })
  await store(first, 'doc:1#viewer@user:ann doc:1#viewer@user:bob')
  await first.client.importRelationships({
    relationships: [parseRelationship('doc:2#viewer@user:ann')],
  })
  const filter = { resourceType: 'doc', resourceId: '1' }
  const { token } = await first.client.deleteRelationships({ filter })
  const consistency = { kind: 'at-least', token } as const
  await second.client.check({ consistency, item: toItem('doc:1#view@user:ann') })
  const [here, there] = [await scrape(first.url), await scrape(second.url)]
  t.equal(here('pemba_revisions_written_total'), 4)
  t.equal(here('pemba_writer_transactions_total'), 4)
  t.equal(here('pemba_updates_written_total'), 5)
  t.equal(there('pemba_updates_written_total'), 0)
  t.equal(there('pemba_graph_revision'), here('pemba_graph_revision'))
  t.equal(there('pemba_feed_trouble'), 0)
})

t.test('checks are counted by what was answered, in their store', async t => {
  const service = await openService('postgres', ['--store-keys', 'acme:acme-key'])
  t.teardown(() => service.close())
  const { url, client } = service
  await client.writeSchema({
    text: `caveat soon(now int) { now < 5 }\n${SCHEMA.replace('viewer: user', 'viewer: user | user with soon')}`,
  })
  await store(service, 'doc:1#viewer@user:ann doc:1#viewer@user:bob[soon]')
  await client.createStore({ id: 'acme' })
  const acme = connect({ url, key: 'acme-key', store: 'acme' })
  t.teardown(() => acme.close())
  const consistency = { kind: 'full' } as const
  const [yes, no, conditional, refused] = [
    'doc:1#view@user:ann',
    'doc:1#view@user:eve',
    'doc:1#view@user:bob',
    'doc:1#own@user:ann',
  ].map(text => toItem(text))
  await client.check({ consistency, item: yes })
  await t.rejects(client.check({ consistency, item: refused }))
  await client.checkBulk({ consistency, items: [yes, no, no, conditional, refused] })
  await t.rejects(acme.check({ consistency, item: yes }), { message: /not found/ })
  const read = await scrape(url)
  const counts = (name: string) =>
    ['yes', 'no', 'conditional', 'refused'].map(outcome =>
      read('pemba_checks_total', `,outcome="${outcome}"`, name),
    )
  t.strictSame(counts('default'), [2, 2, 1, 2])
  t.strictSame(counts('acme'), [0, 0, 0, 1])
})

t.test('the graph mode of each store is reported to clients that may see the store', async t => {
  const service = await openService('postgres', [
    '--graph',
    'resident,acme:on-demand',
    '--store-keys',
    'acme:acme-key',
  ])
  t.teardown(() => service.close())
  await service.client.createStore({ id: 'acme' })
  const acme = connect({ url: service.url, key: 'acme-key', store: 'acme' })
  t.teardown(() => acme.close())
  await acme.writeSchema({ text: SCHEMA })
  const told = async (headers: Record<string, string>) => {
    const reply = await fetch(`${service.url}/readyz`, { headers })
    const { parts, stores } = (await reply.json()) as Readonly<Record<string, object>>
    return { status: reply.status, stores, isTold: parts !== undefined }
  }
  const withKey = (key: string) => told({ authorization: `Bearer ${key}` })
  const stores = { default: 'resident', acme: 'looked up on demand' }
  t.strictSame(await withKey(TEST_KEY), { status: 200, stores, isTold: true })
  t.strictSame(await withKey('acme-key'), { status: 200, stores: undefined, isTold: false })
  t.strictSame(await told({}), { status: 200, stores: undefined, isTold: false })
  t.equal((await withKey('wrong')).status, 403)
})

/** A node whose graph may take a MiB, and its log. */
async function openNarrow(t: Test) {
  const { datastore, remove } = await freshDatastore('postgres')
  const own = ['--datastore', datastore, '--keys', TEST_KEY, '--http-addr', '127.0.0.1:0']
  const config = readConfig([...own, '--graph', 'auto', '--graph-memory', '1'], {})
  const log: string[] = []
  const service = await startService(config, pino({}, { write: line => log.push(line) }))
  const client = connect({ url: service.url, key: TEST_KEY })
  t.teardown(async () => {
    await client.close()
    await service.close()
    await remove()
  })
  const graphOf = async () => {
    const headers = { authorization: `Bearer ${TEST_KEY}` }
    const reply = await fetch(`${service.url}/readyz`, { headers })
    const { parts } = (await reply.json()) as { parts: Readonly<Record<string, string>> }
    return parts.graph
  }
  return { url: service.url, client, log, graphOf }
}

/** Asks known questions until it is stopped. Returns their number and the wrong answers. */
async function askOn(client: Client, isOver: () => boolean) {
  const wrong: string[] = []
  let asked = 0
  for (; !isOver(); asked++) {
    const [user, expected] = asked % 2 === 0 ? ['ann', 'yes'] : ['eve', 'no']
    const answer = await client.check({ item: toItem(`doc:0#view@user:${user}`) }).then(
      ({ answer: { kind } }) => kind,
      (error: Error) => error.message,
    )
    if (answer !== expected) wrong.push(`${user}: ${answer}`)
  }
  return { asked, wrong }
}

t.test('a graph that outgrows its room is reported, and answers stay right', async t => {
  const { url, client, log, graphOf } = await openNarrow(t)
  await client.writeSchema({ text: SCHEMA })
  await store({ client }, 'doc:0#viewer@user:ann')
  const modeOf = async (mode: string) => (await scrape(url))('pemba_graph_mode', `,mode="${mode}"`)
  t.equal(await graphOf(), 'resident')
  t.strictSame([await modeOf('resident'), await modeOf('on-demand')], [1, 0])
  t.equal((await scrape(url))('pemba_graph_changeovers_total'), 0)
  let over = false
  const asking = Promise.all([1, 2, 3].map(() => askOn(client, () => over)))
  for (let round = 1; (await modeOf('resident')) === 1 && round < 100; round++) {
    const updates = Array.from({ length: 300 }, (_, i) => ({
      operation: 'touch' as const,
      relationship: parseRelationship(
        `doc:${round}#viewer@user:${'long'.repeat(240)}-${round}-${i}`,
      ),
    }))
    await client.writeRelationships({ updates })
  }
  over = true
  const reports = await asking
  t.strictSame(
    reports.flatMap(({ wrong }) => wrong),
    [],
  )
  t.ok(reports.every(({ asked }) => asked > 10))
  t.strictSame([await modeOf('resident'), await modeOf('on-demand')], [0, 1])
  t.equal((await scrape(url))('pemba_graph_changeovers_total'), 1)
  t.match(await graphOf(), /^looked up on demand since 20.*Z: it takes \d+ MiB of 1 MiB$/)
  const told = log.filter(line =>
    line.includes('the graph of default is looked up on demand from here on'),
  )
  t.equal(told.length, 1)
  t.match(JSON.parse(told[0]), { level: 30, part: 'graph' })
})
