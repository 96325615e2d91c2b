// An unavailable PostgreSQL. A question that the node can answer from its memory is answered, with
// the age of the answer. Any other is refused at once. When PostgreSQL is back, everything works
// again, without a gap.

import { pino } from 'pino'
import t from 'tap'
import { connect } from '../../src/client/index.js'
import { readConfig } from '../../src/config.js'
import { startService } from '../../src/service.js'
import { openDatabase } from '../../src/storage/index.js'
import { DOCS } from '../engines.js'
import { provisionPostgres } from '../provision.js'
import { TEST_KEY } from '../service.js'
import { openWay } from '../way.js'

const TOUCH = (id: string) => ({
  updates: [
    {
      operation: 'OPERATION_TOUCH',
      relationship: {
        resource: { objectType: 'doc', objectId: id },
        relation: 'viewer',
        subject: { object: { objectType: 'user', objectId: 'ann' } },
      },
    },
  ],
})
const CHECK = (id: string, consistency: object) => ({
  consistency,
  resource: { objectType: 'doc', objectId: id },
  permission: 'view',
  subject: { object: { objectType: 'user', objectId: 'ann' } },
})
const FULL = { fullyConsistent: true }
const FAST = { minimizeLatency: true }

t.test('a node without its PostgreSQL', async t => {
  const postgres = await provisionPostgres()
  const direct = await postgres.freshDatabase()
  const way = await openWay(direct)
  const open = (datastore: string) =>
    startService(
      readConfig(['--datastore', datastore, '--keys', TEST_KEY, '--http-addr', '127.0.0.1:0'], {}),
      pino({ level: 'silent' }),
    )
  const service = await open(way.url)
  const other = await open(direct)
  t.teardown(async () => {
    await service.close()
    await other.close()
    await way.shut()
    await postgres.stop()
  })
  const client = connect({ url: service.url, key: TEST_KEY })
  t.teardown(() => client.close())
  await client.writeSchema({ text: DOCS })
  const post = (
    path: string,
    body: object,
    headers: Record<string, string> = {},
    url = service.url,
  ) =>
    fetch(`${url}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_KEY}`, ...headers },
      body: JSON.stringify(body),
    })
  t.equal((await post('relationships/write', TOUCH('a'))).status, 200)
  t.equal((await post('permissions/check', CHECK('a', FULL))).status, 200)
  const fresh = await post('permissions/check', CHECK('a', FAST))
  t.equal(fresh.headers.get('x-pemba-staleness-ms'), null, 'nothing is told while it follows')

  await way.shut()
  for (const [path, body] of [
    ['relationships/write', TOUCH('b')],
    ['permissions/check', CHECK('a', FULL)],
  ] as const) {
    const refused = await post(path, body)
    t.equal(refused.status, 503)
    t.equal(refused.headers.get('retry-after'), '1')
  }
  let age: string | null = null
  while (age === null) {
    const answer = await post('permissions/check', CHECK('a', FAST))
    t.equal(answer.status, 200)
    t.match(await answer.text(), /_HAS_PERMISSION/)
    age = answer.headers.get('x-pemba-staleness-ms')
    await new Promise(done => setTimeout(done, 100))
  }
  t.ok(Number(age) > 2000, `${age} ms`)
  const bounded = (bound: string) =>
    post('permissions/check', CHECK('a', FAST), { 'x-pemba-max-staleness-ms': bound })
  t.equal((await bounded('60000')).status, 200)
  t.equal((await bounded('1000')).status, 503)
  t.equal((await bounded('soon')).status, 400)

  for (const id of ['c', 'd', 'e']) await post('relationships/write', TOUCH(id), {}, other.url)
  await way.open()
  let status = 0
  while (status !== 200) {
    status = (await post('permissions/check', CHECK('e', FULL))).status
    await new Promise(done => setTimeout(done, 50))
  }
  for (const id of ['a', 'c', 'd', 'e']) {
    const answer = await post('permissions/check', CHECK(id, FULL))
    t.match(await answer.text(), /_HAS_PERMISSION/, id)
  }
  t.equal((await post('relationships/write', TOUCH('f'))).status, 200)
  const again = await post('permissions/check', CHECK('a', FAST))
  t.equal(again.headers.get('x-pemba-staleness-ms'), null)
})

t.test('a node whose PostgreSQL does not respond, while its connections stay open', async t => {
  const postgres = await provisionPostgres()
  const way = await openWay(await postgres.freshDatabase())
  const flags = ['--datastore', way.url, '--keys', TEST_KEY, '--http-addr', '127.0.0.1:0']
  const service = await startService(readConfig(flags, {}), pino({ level: 'silent' }))
  t.teardown(async () => {
    await service.close()
    await way.shut()
    await postgres.stop()
  })
  const client = connect({ url: service.url, key: TEST_KEY })
  t.teardown(() => client.close())
  await client.writeSchema({ text: DOCS })
  const post = (path: string, body: object) =>
    fetch(`${service.url}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_KEY}` },
      body: JSON.stringify(body),
    })
  await post('relationships/write', TOUCH('a'))
  t.equal((await post('permissions/check', CHECK('a', FULL))).status, 200)

  way.stand(true)
  const asked: readonly [string, object][] = [
    ['relationships/write', TOUCH('b')],
    ['permissions/check', CHECK('a', FULL)],
  ]
  const waiting = asked.map(([path, body]) => post(path, body))
  const fast = await post('permissions/check', CHECK('a', FAST))
  t.match(await fast.text(), /_HAS_PERMISSION/, 'what the node has is answered meanwhile')
  for (const answer of await Promise.all(waiting)) {
    t.equal(answer.status, 503, 'who waited is refused')
    t.equal(answer.headers.get('retry-after'), '1')
  }
  for (const [path, body] of asked) {
    const refused = await post(path, body)
    t.equal(refused.status, 503)
    t.match(await refused.text(), /it does not answer/, 'and who comes later, at once')
  }

  way.stand(false)
  let status = 0
  while (status !== 200) {
    status = (await post('relationships/write', TOUCH('c'))).status
    await new Promise(done => setTimeout(done, 50))
  }
  for (const id of ['a', 'c']) {
    const answer = await post('permissions/check', CHECK(id, FULL))
    t.match(await answer.text(), /_HAS_PERMISSION/, id)
  }
})

t.test('a statement that takes long is waited for', async t => {
  const postgres = await provisionPostgres()
  const database = await openDatabase(await postgres.freshDatabase())
  t.teardown(async () => {
    await database.close()
    await postgres.stop()
  })
  t.match(await database.query('select 1 as n, pg_sleep(5)::text'), [{ n: 1 }])
})
