// Tests of what the application does with a request before any operation: keys, routes, ids, bodies
// and the forms of its answers. The routes belong to the tests, so that no engine is needed.

import type { InjectOptions } from 'fastify'
import t from 'tap'
import type { Stores } from '../../src/engine/index.js'
import type { AppOptions } from '../../src/http/app.js'
import { buildApp, type RouteScope } from '../../src/http/index.js'
import { toNote } from '../../src/http/metadata.js'
import { reading, stream, unary } from '../../src/http/route.js'
import { flag, text } from '../../src/messages/field.js'
import { message, required } from '../../src/messages/message.js'
import { Consistency } from '../../src/messages/spicedb/shared.js'
import { protocols } from '../../src/protocols/index.js'
import { limits, Refusal } from '../../src/terms/index.js'
import { speaking } from '../speaking.js'

const ANY = { holds: (name: string) => name !== 'bad', expected: 'anything good' }
const Asked = message('Asked', 'what is asked', { name: text(ANY), open: flag })
const AskedWithin = message('AskedWithin', 'a question as of some time', {
  consistency: Consistency,
  asked: required(Asked),
})
const Told = message('Told', 'what is told', { name: text(ANY) })
const ROUTE = {
  writes: false,
  tag: 'test',
  summary: 'test',
  description: 'test',
  request: Asked,
  response: Told,
}

/** Answers with the name. Some names make the route fail. */
function answer({ name }: { readonly name: string }): { readonly name: string } {
  if (name === 'fault') throw new Error('the inside of it')
  if (name === 'refusal') throw new Refusal('no-schema', 'there is none')
  return { name }
}

function testRoutes(scope: RouteScope): void {
  unary(scope, { ...ROUTE, path: '/v1/test/unary', answer: async body => answer(body) })
  reading(scope, {
    ...ROUTE,
    path: '/v1/test/reading',
    request: AskedWithin,
    answer: async ({ asked }, { consistency: { kind } }) =>
      answer({ name: `${asked.name} ${asked.open} ${kind}` }),
  })
  unary(scope, {
    ...ROUTE,
    path: '/v1/test/slow',
    answer: (_body, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => stopped.push(signal.reason))
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  })
  unary(scope, {
    ...ROUTE,
    path: '/v1/test/note',
    answer: async (_body, { metadata }) => ({ name: JSON.stringify(toNote(metadata, { a: 1 })) }),
  })
  stream(scope, {
    ...ROUTE,
    path: '/v1/test/stream',
    async open(body) {
      async function* items(): AsyncGenerator<string> {
        for (const name of body.name.split(',')) yield answer({ name }).name
      }
      return { items: items(), toResult: (name: string) => ({ name }) }
    },
  })
}

/** The reason why slow work was stopped. */
const stopped: unknown[] = []

interface Logged {
  readonly requestId: string
  readonly question: unknown
  readonly err: Error
}

/** A logger that records errors. */
function keepingLogger(errors: Logged[]): AppOptions['logger'] {
  const silent = (): void => {}
  const logger = {
    level: 'error',
    silent,
    fatal: silent,
    warn: silent,
    info: silent,
    debug: silent,
    trace: silent,
    error: (line: Logged) => errors.push(line),
    child: () => logger,
  }
  return logger as unknown as AppOptions['logger']
}

/** The only part of an engine that these routes use: its staleness. */
const live = { stalenessMs: 0 }
const stores = { home: { live } } as unknown as Stores

const errors: Logged[] = []
const app = await buildApp({
  stores,
  keys: ['first', 'second'],
  logger: keepingLogger(errors),
  readiness: () => ({ ready: false, parts: { feed: 'away' } }),
  protocols: [...protocols, speaking(testRoutes)],
})

const ask = (options: InjectOptions) =>
  app.inject({ method: 'POST', headers: { authorization: 'Bearer first' }, ...options })

t.test("an old answer says its age, and is refused beyond the client's bound", async t => {
  const statusFor = async (bound?: string) => {
    const headers = {
      authorization: 'Bearer first',
      ...(bound !== undefined && { 'x-pemba-max-staleness-ms': bound }),
    }
    const { statusCode, headers: told } = await ask({ url: '/v1/test/unary', headers })
    return [statusCode, told['x-pemba-staleness-ms'], told['retry-after']]
  }
  t.strictSame(await statusFor(), [200, undefined, undefined])
  t.strictSame(await statusFor('0'), [200, undefined, undefined])
  live.stalenessMs = 5000
  t.strictSame(await statusFor(), [200, '5000', undefined])
  t.strictSame(await statusFor('5000'), [200, '5000', undefined])
  t.strictSame(await statusFor('4999'), [503, undefined, '1'])
  for (const wrong of ['-1', '1.5', 'soon', '9999999999']) {
    t.strictSame(await statusFor(wrong), [400, undefined, undefined], wrong)
  }
  live.stalenessMs = 0
})

t.test('a request needs one of the keys', async t => {
  const statusFor = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization }
    const { statusCode, headers: told } = await ask({ url: '/v1/test/unary', headers })
    return [statusCode, told['www-authenticate']]
  }
  for (const good of ['Bearer first', 'Bearer second', 'bearer second', 'BEARER  first ']) {
    t.strictSame(await statusFor(good), [200, undefined], good)
  }
  for (const none of [undefined, '', 'first', 'Basic first', 'Bearer', 'Bearer ']) {
    t.strictSame(await statusFor(none), [401, 'Bearer realm="pemba"'], `${none}`)
  }
  for (const wrong of ['Bearer firs', 'Bearer first2', 'Bearer First']) {
    t.strictSame(await statusFor(wrong), [403, undefined], wrong)
  }
})

t.test('missing and wrong keys are refused as in SpiceDB', async t => {
  const missing = await ask({ url: '/v1/test/unary', headers: {} })
  t.match(missing.json(), { code: 16, details: [] })
  const wrong = await ask({ url: '/v1/test/unary', headers: { authorization: 'Bearer x' } })
  t.strictSame(wrong.json(), {
    code: 7,
    message: 'invalid preshared key: invalid token',
    details: [],
  })
})

t.test('the key is checked before anything is read', async t => {
  const { statusCode } = await ask({ url: '/v1/test/unary', headers: {}, payload: '{"name":' })
  t.equal(statusCode, 401)
})

t.test('an application without keys is not built', async t => {
  const options = { stores, keys: [], protocols, logger: keepingLogger([]) }
  await t.rejects(buildApp({ ...options, readiness: () => ({ ready: true, parts: {} }) }))
})

t.test('a deadline of the client ends the waiting and the work', async t => {
  const headers = { authorization: 'Bearer first', 'grpc-timeout': '20m' }
  const late = await ask({ url: '/v1/test/slow', headers })
  t.equal(late.statusCode, 504)
  t.match(late.json(), { code: 4, message: /deadline/ })
  t.match(stopped, [{ code: 'deadline-exceeded' }])
})

t.test('a malformed deadline is refused', async t => {
  for (const timeout of ['5', 'S', '5s', '-1S', '123456789S', '1.5S', '5S 5S']) {
    const headers = { authorization: 'Bearer first', 'grpc-timeout': timeout }
    const { statusCode, body } = await ask({ url: '/v1/test/unary', headers })
    t.equal(statusCode, 400, timeout)
    t.match(JSON.parse(body).message, /grpc-timeout/)
  }
  const headers = { authorization: 'Bearer first', 'grpc-timeout': '5S' }
  t.equal((await ask({ url: '/v1/test/unary', headers })).statusCode, 200)
})

t.test('unknown routes and wrong methods are told apart', async t => {
  const unknown = await ask({ url: '/v1/none' })
  t.equal(unknown.statusCode, 404)
  t.strictSame(unknown.json(), { code: 5, message: 'Not Found', details: [] })
  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS'] as const) {
    const wrong = await ask({ method, url: '/v1/permissions/check?x=1' })
    t.equal(wrong.statusCode, 501)
    t.strictSame(wrong.json(), { code: 12, message: 'Method Not Allowed', details: [] })
  }
})

t.test('a probe may ask for the head only, but not post', async t => {
  t.equal((await ask({ method: 'HEAD', url: '/healthz' })).statusCode, 200)
  t.equal((await ask({ url: '/healthz' })).statusCode, 501)
})

t.test('a body is JSON whatever it says it is, and none is an empty message', async t => {
  const types = [
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'not a type',
  ]
  for (const type of [...types, undefined]) {
    const headers = {
      authorization: 'Bearer first',
      ...(type !== undefined && { 'content-type': type }),
    }
    const { body } = await ask({ url: '/v1/test/unary', headers, payload: '{"name":"é"}' })
    t.equal(body, '{"name":"é"}', `${type}`)
  }
  t.equal((await ask({ url: '/v1/test/unary' })).body, '{"name":""}')
  t.equal((await ask({ url: '/v1/test/unary', payload: '' })).body, '{"name":""}')
})

t.test('a route can be asked by its query string', async t => {
  const get = (query: string, headers: Record<string, string> = {}) =>
    ask({
      method: 'GET',
      url: `/v1/test/reading${query}`,
      headers: { authorization: 'Bearer first', ...headers },
    })
  const reply = await get('?asked.name=a%20b&asked.open=true&consistency.fullyConsistent=true')
  t.strictSame([reply.statusCode, reply.body], [200, '{"name":"a b true full"}'])
  t.equal(reply.headers['cache-control'], 'no-store')
  t.equal((await get('?asked.name=a&&unknown')).body, '{"name":"a false minimize-latency"}')
  t.equal((await get('?asked.name=a&consistency.minimize_latency=true')).statusCode, 200)
  t.equal((await get('?asked.name=a', { authorization: '' })).statusCode, 401)
  t.equal((await get('?asked.name=a', { 'grpc-timeout': 'S' })).statusCode, 400)
})

t.test('a query is refused as a body is: types, then token, then rules', async t => {
  const refused = async (query: string) => {
    const reply = await ask({ method: 'GET', url: `/v1/test/reading${query}` })
    t.equal(reply.statusCode, 400, query)
    t.equal(reply.headers['content-type'], 'application/json; charset=utf-8')
    const { code, message, details } = reply.json()
    t.equal(code, 3, query)
    return [message, details.length]
  }
  const badToken = 'consistency.atLeastAsFresh.token=x'
  t.strictSame(await refused(`?${badToken}&asked.name=bad&asked.open=yes`), [
    'invalid value at `asked.open`: expected a boolean, found `"yes"`',
    0,
  ])
  t.strictSame(await refused(`?${badToken}&asked.name=bad`), ['invalid revision requested', 0])
  t.strictSame(await refused('?asked.name=bad'), [
    'invalid request: `asked.name` must be anything good',
    1,
  ])
  for (const query of ['', '?', '?asked', '?#asked.name=a', '?__proto__.asked.name=a']) {
    const [message] = await refused(query)
    t.match(message, /`asked`/, query)
  }
  t.match(await refused('?asked.name=%zz'), ['malformed query: expected percent-encoded UTF-8'])
  const both = 'consistency.fullyConsistent=true&consistency.minimizeLatency=true'
  t.match(await refused(`?asked.name=a&${both}`), [/`consistency` must be exactly one/])
})

t.test('a GET route accepts no other method', async t => {
  for (const method of ['POST', 'HEAD', 'PUT', 'OPTIONS'] as const) {
    const reply = await ask({ method, url: '/v1/test/reading?asked.name=a' })
    t.equal(reply.statusCode, 501, method)
    if (method !== 'HEAD') t.match(reply.json(), { code: 12, message: 'Method Not Allowed' })
  }
  t.equal((await ask({ method: 'GET', url: '/v1/test/unary?name=a' })).statusCode, 501)
})

t.test('malformed JSON and wrong types are refused without details', async t => {
  for (const payload of ['{"name":', 'x', '[]', '3', '{"name":3}', '{"open":"true"}']) {
    const reply = await ask({ url: '/v1/test/unary', payload })
    t.equal(reply.statusCode, 400, payload)
    t.match(reply.headers['content-type'], 'application/json')
    t.match(reply.json(), { code: 3, details: [] }, payload)
  }
})

t.test('a body over the limit is refused, one at the limit is not', async t => {
  const frame = '{"name":""}'
  const fill = (bytes: number) => `{"name":"${'x'.repeat(bytes - frame.length)}"}`
  const within = await ask({ url: '/v1/test/unary', payload: fill(limits.bodyBytesMax) })
  t.equal(within.statusCode, 200)
  const over = await ask({ url: '/v1/test/unary', payload: fill(limits.bodyBytesMax + 1) })
  t.equal(over.statusCode, 429)
  t.match(over.json(), { code: 8, details: [] })
})

t.test('a request keeps its id if that is harmless, and otherwise gets one', async t => {
  const idFor = async (id: string) => {
    const headers = { authorization: 'Bearer first', 'x-request-id': id }
    return (await ask({ url: '/v1/test/unary', headers })).headers['x-request-id']
  }
  t.equal(await idFor('a-1:b/c'), 'a-1:b/c')
  for (const id of ['', 'a b', 'x'.repeat(129), '<script>']) {
    t.match(await idFor(id), /^[0-9a-f-]{36}$/, id)
  }
  t.match((await ask({ url: '/none' })).headers['x-request-id'], /^[0-9a-f-]{36}$/)
})

t.test(
  'a fault of ours is logged with an outline of its question and tells nothing of the inside',
  async t => {
    const headers = { authorization: 'Bearer first', 'x-request-id': 'lost' }
    const reply = await ask({ url: '/v1/test/unary', headers, payload: { name: 'fault' } })
    t.equal(reply.statusCode, 500)
    t.match(reply.json(), { code: 13, message: /`lost`/, details: [] })
    t.notMatch(reply.body, 'inside')
    const logged = errors.pop()
    t.match(logged, { requestId: 'lost', question: { name: 'string' }, hash: /^[0-9a-f]{16}$/ })
    t.equal(logged?.err.message, 'the inside of it')
  },
)

t.test('refusals have their status and are not logged as errors', async t => {
  const reply = await ask({ url: '/v1/test/unary', payload: { name: 'refusal' } })
  t.equal(reply.statusCode, 404)
  t.strictSame(reply.json(), { code: 5, message: 'there is none', details: [] })
  t.equal(errors.length, 0)
})

t.test('a stream is lines of results, and an error in the middle is the last line', async t => {
  const reply = await ask({ url: '/v1/test/stream', payload: { name: 'a,b' } })
  t.equal(reply.body, '{"result":{"name":"a"}}\n{"result":{"name":"b"}}\n')
  t.equal(reply.headers['content-type'], 'application/json')
  const broken = await ask({ url: '/v1/test/stream', payload: { name: 'a,refusal,b' } })
  t.equal(broken.statusCode, 200)
  t.equal(
    broken.body,
    '{"result":{"name":"a"}}\n{"error":{"code":5,"message":"there is none","details":[]}}\n',
  )
})

t.test(
  'a stream that fails before its first item has the status, in the form of streams',
  async t => {
    const reply = await ask({ url: '/v1/test/stream', payload: { name: 'refusal' } })
    t.equal(reply.statusCode, 404)
    t.strictSame(reply.json(), { error: { code: 5, message: 'there is none', details: [] } })
    const unread = await ask({ url: '/v1/test/stream', payload: '{' })
    t.equal(unread.statusCode, 400)
    t.match(unread.json(), { code: 3 })
  },
)

t.test('actor and reason are read from headers in UTF-8, or percent-encoded', async t => {
  const noteFor = async (actor: string, reason?: string) => {
    const headers = {
      authorization: 'Bearer first',
      'x-request-id': 'r1',
      'x-pemba-actor': actor,
      ...(reason !== undefined && { 'x-pemba-reason': reason }),
    }
    const reply = await ask({ url: '/v1/test/note', headers })
    if (reply.statusCode !== 200) return reply.statusCode
    return JSON.parse(reply.json<{ name: string }>().name) as unknown
  }
  const metadata = { a: 1 }
  const zoe = { actor: 'Zoë', reason: '50% off', requestId: 'r1', metadata }
  t.strictSame(await noteFor('Zo%C3%AB', '50%25 off'), zoe)
  t.strictSame(await noteFor(''), { actor: null, reason: null, requestId: 'r1', metadata })
  // As Node passes them: a character for each byte.
  const asBytes = (text: string) => Buffer.from(text).toString('latin1')
  t.match(await noteFor(asBytes('user:José'), asBytes('wegen 100%25 “ok” 😀')), {
    actor: 'user:José',
    reason: 'wegen 100% “ok” 😀',
  })
  t.match(await noteFor(asBytes('Zo%C3%AB é')), { actor: 'Zoë é' }, 'both at once')
  const bytes = 'Jos\xe9 \xc0\xaf \xed\xa0\x80 \xff \xe2\x80 \xc2\x85 %e9 50% %u00e9'.split(' ')
  const long = 'x'.repeat(limits.noteCharactersMax + 1)
  for (const bad of [...bytes, '%', '%ff', '%00', '%0a', long]) {
    t.equal(await noteFor(bad), 400, bad)
  }
})

t.test('probes need no key and get yes or no; a key gets the details', async t => {
  t.equal((await app.inject('/healthz')).body, '{"status":"SERVING"}')
  const ready = await app.inject('/readyz')
  t.equal(ready.statusCode, 503)
  t.equal(ready.body, '{"ready":false}')
  const told = await ask({ method: 'GET', url: '/readyz' })
  t.equal(told.statusCode, 503)
  t.strictSame(told.json(), { ready: false, parts: { feed: 'away' } })
  const headers = { authorization: 'Bearer third' }
  t.equal((await ask({ method: 'GET', url: '/readyz', headers })).statusCode, 403)
})
