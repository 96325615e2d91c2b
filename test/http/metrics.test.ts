// Tests of the metrics as a scraper reads them: access, content, and that no request can create a
// series. The list of open stores is empty, so that no engine is needed.

import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { InjectOptions } from 'fastify'
import { pino } from 'pino'
import t from 'tap'
import { NO_VITALS, type Stores } from '../../src/engine/index.js'
import { buildApp, type RouteScope } from '../../src/http/index.js'
import { stream, unary } from '../../src/http/route.js'
import { flag } from '../../src/messages/field.js'
import { message } from '../../src/messages/message.js'
import { Refusal } from '../../src/terms/index.js'
import { parseExposition } from '../exposition.js'
import { speaking } from '../speaking.js'

const Message = message('Message', 'a message', { refused: flag })
const ROUTE = { writes: false, tag: 'test', summary: 'test', description: 'test' }

function testRoutes(scope: RouteScope): void {
  const both = { ...ROUTE, request: Message, response: Message }
  unary(scope, {
    ...both,
    path: '/v1/test/unary',
    async answer({ refused }) {
      if (refused) throw new Refusal('no-schema', 'there is none')
      return { refused }
    },
  })
  stream(scope, {
    ...both,
    path: '/v1/test/stream',
    async open({ refused }, { signal }) {
      async function* items(): AsyncGenerator<boolean> {
        yield refused
        if (!refused) await once(signal, 'abort')
        throw new Refusal('replica-behind', 'just now')
      }
      return { items: items(), toResult: (each: boolean) => ({ refused: each }) }
    },
  })
}

async function openApp() {
  const redis = { state: 'ready', paused: 0 }
  const app = await buildApp({
    stores: {
      home: { live: { stalenessMs: 0 } },
      vitals: () => NO_VITALS,
    } as unknown as Stores,
    keys: ['all'],
    storeKeys: [{ key: 'some', stores: ['acme'] }],
    logger: pino({ level: 'silent' }),
    readiness: () => ({ ready: true, parts: {} }),
    redis: { status: () => redis.state, pauses: () => redis.paused },
    protocols: [speaking(testRoutes)],
  })
  t.teardown(() => app.close())
  const ask = (options: InjectOptions) =>
    app.inject({ method: 'POST', headers: { authorization: 'Bearer all' }, ...options })
  const scrape = async () => {
    const { body, headers } = await ask({ method: 'GET', url: '/metrics' })
    const families = parseExposition(body)
    const series = new Map([...families.values()].flatMap(({ samples }) => [...samples]))
    return { families, series, type: headers['content-type'] }
  }
  return { app, ask, scrape, redis }
}

t.test('metrics take a key that opens all stores', async t => {
  const { app } = await openApp()
  const statusFor = async (headers: Record<string, string>) =>
    (await app.inject({ url: '/metrics', headers })).statusCode
  t.equal(await statusFor({}), 401)
  t.equal(await statusFor({ authorization: 'Bearer wrong' }), 403)
  t.equal(await statusFor({ authorization: 'Bearer some' }), 403)
  t.equal(await statusFor({ authorization: 'Bearer all' }), 200)
})

t.test('metrics are text as Prometheus reads it, each with a description', async t => {
  const { scrape } = await openApp()
  const { families, type } = await scrape()
  t.equal(type, 'text/plain; version=0.0.4; charset=utf-8')
  const own = [...families].filter(([name]) => name.startsWith('pemba_'))
  t.ok(own.length >= 20)
  for (const [name, { type, help }] of own) {
    t.match(help, /\w/, name)
    t.equal(type === 'counter', name.endsWith('_total'), name)
  }
  t.ok(families.has('process_resident_memory_bytes'))
  t.ok(families.has('nodejs_eventloop_lag_seconds'))
})

t.test('requests are counted by route and status, refusals by code', async t => {
  const { ask, scrape } = await openApp()
  const url = '/v1/test/unary'
  for (let i = 0; i < 3; i++) await ask({ url, payload: {} })
  await ask({ url, payload: { refused: true } })
  await ask({ url, payload: '{' })
  await ask({ url, headers: {} })
  await ask({ url: '/v1/test/stream', payload: { refused: true } })
  const { series } = await scrape()
  const counts = [...series].filter(([name]) => /^pemba_re(quests|fusals)_total/.test(name))
  t.strictSame(Object.fromEntries(counts), {
    [`pemba_requests_total{route="${url}",status="2xx"}`]: 3,
    [`pemba_requests_total{route="${url}",status="4xx"}`]: 3,
    'pemba_requests_total{route="/v1/test/stream",status="2xx"}': 1,
    'pemba_refusals_total{code="no-schema"}': 1,
    'pemba_refusals_total{code="invalid-argument"}': 1,
    'pemba_refusals_total{code="unauthenticated"}': 1,
    'pemba_refusals_total{code="replica-behind"}': 1,
  })
  t.equal(series.get(`pemba_request_seconds_count{route="${url}"}`), 6)
})

t.test('names that clients invent become no series', async t => {
  const { ask, scrape } = await openApp()
  await scrape()
  const before = (await scrape()).series.size
  for (let i = 0; i < 50; i++) {
    await ask({ url: `/v1/made/up/${i}?n=${i}` })
    await ask({ url: `/v1/test/unary?n=${i}`, payload: { [`field${i}`]: i } })
    await ask({ url: `/docs/static/made-up-${i}.js`, method: 'GET' })
  }
  const { series } = await scrape()
  t.equal(series.get('pemba_requests_total{route="other",status="4xx"}'), 50)
  t.equal(series.get('pemba_requests_total{route="/v1/test/unary",status="2xx"}'), 50)
  const routes = [...series.keys()].filter(name => name.startsWith('pemba_request_seconds_count'))
  t.equal(routes.length, 4, 'the three, and the scrapes')
  t.ok(series.size < before + 100)
})

t.test('open streams are counted, and a client that leaves one counts as gone', async t => {
  const { app, scrape } = await openApp()
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const headers = { authorization: 'Bearer all' }
  const asked = request({ port, path: '/v1/test/stream', method: 'POST', headers })
  asked.on('error', () => {})
  asked.end('{}')
  const [answer] = await once(asked, 'response')
  await once(answer, 'data')
  t.equal((await scrape()).series.get('pemba_streams_open'), 1)
  asked.destroy()
  while ((await scrape()).series.get('pemba_streams_open') !== 0) await new Promise(setImmediate)
  const { series } = await scrape()
  t.equal(series.get('pemba_requests_total{route="/v1/test/stream",status="gone"}'), 1)
})

t.test('the state of Redis and the openings of its circuit breaker are reported', async t => {
  const { scrape, redis } = await openApp()
  t.equal((await scrape()).series.get('pemba_redis_ready'), 1)
  redis.state = 'reconnecting'
  redis.paused = 3
  const { series } = await scrape()
  t.equal(series.get('pemba_redis_ready'), 0)
  t.equal(series.get('pemba_redis_pauses_total'), 3)
})
