// Fuzzing from Pemba's own OpenAPI document: valid, nearly valid and hostile requests to every
// route that it lists. Every request gets an answer that a client can read. There is no fault and
// no hang, and nothing of one request or store appears in another's answer. PEMBA_RUNS and
// PEMBA_SEED set the length and the seed.

import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { Pool } from 'undici'
import { httpStatuses } from '../../src/http/statusErrors.js'
import { fromUpdate, statusCodes } from '../../src/messages/index.js'
import { seal } from '../../src/terms/index.js'
import { parseExposition } from '../exposition.js'
import {
  almostValid,
  type Document,
  hostile,
  type Route,
  routesOf,
  valid,
  type Words,
} from '../openapi.js'
import { queries } from '../openapiQuery.js'
import { openService, TEST_KEY } from '../service.js'
import { SHARING_SCHEMA } from '../sharingDesk.js'
import { ACCOUNT } from '../sharingWire.js'
import {
  CHECK,
  FILTER,
  type Json,
  QUESTION,
  SCHEMA,
  STORED,
  subject,
  touch,
  WRITE,
  WRITE_SCHEMA,
} from '../wire.js'
import { toRelationships } from '../world.js'

const RUNS = Number(process.env.PEMBA_RUNS ?? 30)
const SEED = Number(process.env.PEMBA_SEED ?? 3)
/** The time after which a request counts as hanging, ms. */
const HANG_MS = 20_000

/** The store that only the canary uses, and a word that only this store contains. */
const CANARY = 'canary'
const SECRET = 'tweety-8c1f'
const FUZZED = 'fuzzed'
const FUZZED_KEY = 'fuzzed-key'
const COUNTER = 'documents'
const OTHER = 'other'

const service = await openService('embedded', ['--store-keys', `${FUZZED}:${FUZZED_KEY}`])
const pool = new Pool(service.url, { connections: 6 })
t.teardown(async () => {
  await pool.destroy()
  await service.close()
})

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

async function send(path: string, body: Json, store?: string): Promise<Answer> {
  const headers = {
    authorization: `Bearer ${TEST_KEY}`,
    ...(store !== undefined && { 'x-pemba-store': store }),
  }
  const reply = await pool.request({ method: 'POST', path, headers, body: JSON.stringify(body) })
  return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() }
}

/** A schema with documents beside the shared resources. */
const WORLD = [
  'use expiration',
  SHARING_SCHEMA,
  SCHEMA.slice(SCHEMA.indexOf('caveat'), SCHEMA.indexOf('definition user')),
  SCHEMA.slice(SCHEMA.indexOf('definition document')),
].join('\n')

async function build(store: string | undefined, user: string): Promise<void> {
  const account = toRelationships(ACCOUNT).map(relationship =>
    fromUpdate({ operation: 'touch', relationship }),
  )
  const stored = touch({ ...STORED, subject: subject('user', user) })
  await send(WRITE_SCHEMA, { schema: WORLD }, store)
  // A campaign that a request has created would be refused as existing for all later requests.
  await send(
    '/v1/relationships/delete',
    { relationshipFilter: { resourceType: 'campaign' } },
    store,
  )
  await send(WRITE, { updates: [stored, ...account] }, store)
  const counter = { name: COUNTER, relationshipFilter: FILTER }
  await send('/v1/experimental/registerrelationshipcounter', counter, store)
  await send('/v1/experimental/unregisterrelationshipcounter', { name: OTHER }, store)
}

/** Restores the worlds of the requests after the changes of earlier ones. */
async function restore(): Promise<void> {
  await send('/v1/stores/create', { id: FUZZED })
  await Promise.all([build(undefined, 'ann'), build(FUZZED, 'ann')])
}

await send('/v1/stores/create', { id: CANARY })
await build(CANARY, SECRET)
await restore()
const document = JSON.parse(
  await pool.request({ method: 'GET', path: '/openapi.json' }).then(reply => reply.body.text()),
) as Document
const written = JSON.parse((await send(WRITE, { updates: [] })).text).writtenAt.token as string

const texts = (...list: readonly string[]) => fc.constantFrom(...list)
const token = fc.oneof(
  texts(written, '', 'x', written.slice(3)),
  fc
    .tuple(texts('t1', 'c1', 's1', 'l1', 'l2', 'e1'), fc.array(fc.jsonValue(), { maxLength: 11 }))
    .map(([kind, fields]) => seal(kind, fields as never[])),
)
const consistency = fc.oneof(
  fc.constant(null),
  fc.constant({ fullyConsistent: true }),
  fc.constant({ minimizeLatency: true }),
  fc.record({ atLeastAsFresh: fc.record({ token }) }),
  fc.record({ atExactSnapshot: fc.record({ token: fc.constant(written) }) }),
)
const contextual = fc.constantFrom(
  [],
  [STORED],
  [{ ...STORED, subject: subject('user', 'bob') }, STORED],
  [STORED, STORED],
  [{ ...STORED, relation: 'view' }],
)
const WORDS: Words = [
  [/^name$/, texts(COUNTER, OTHER, OTHER)],
  [/^contextualRelationships$/, contextual],
  [/^consistency$/, consistency],
  [/(^|\.)token$/, token],
  [/schema$/i, texts(WORLD, WORLD, '', 'definition user {}', WORLD.slice(60), 'definition x { y')],
  [/subject.*type$/i, texts('user', 'user', 'group', 'nope', '')],
  [/(type|definitionName)s?$/i, texts('document', 'document', 'document', 'user', 'group', 'nope')],
  [/nameFilter$/i, texts('', '', '', 'doc', 'nope!')],
  [/^id$/, texts(FUZZED, FUZZED, 'another', 'default', '', 'A')],
  [/prefix/i, texts('', '1', 'a', 'é')],
  [/ids?$/i, texts('1', '1', '1', 'ann', 'ann', 'bob', '*')],
  [/optionalRelation$/, texts('', '', '', 'member')],
  [/relation(name)?$/i, texts('viewer', 'viewer', 'member', 'owner', '', 'view', 'nope')],
  [/permission(name)?$/i, texts('view', 'view', 'viewer', 'nope')],
  [/caveatName$/i, texts('on_day', 'nope', '')],
  [/name$/i, texts('a', 'document', 'view', 'on_day', '')],
]

/** The words for the routes of sharing. */
const SHARING_WORDS: Words = [
  [/scope\.objectType$/i, texts('account', 'account', 'account', 'user')],
  [/scope\.objectId$/i, texts('acme', 'acme', 'acme', 'zoe')],
  [/^(actor|principal)\.objectType$/, texts('user', 'user', 'user', 'group')],
  [/^(actor|principal)\.objectId$/, texts('zoe', 'zoe', 'ann', 'otto', 'sales')],
  [/type$/i, texts('campaign', 'campaign', 'campaign', 'user', 'group', 'account', '')],
  [/ids?$/i, texts('spring', 'spring', 'zoe', 'ann', 'bob', 'sales', 'acme', '*')],
  [/role$/i, texts('viewer', 'viewer', 'editor', 'sender', '', 'nope')],
  ...WORDS,
]

/** The filters for counters, because nearly all random ones are refused. */
const COUNTER_WORDS: Words = [
  [/^relationshipFilter$/, fc.constantFrom(FILTER, FILTER, {}, { resourceType: 'nope' })],
  ...WORDS,
]

function wordsOf(path: string): Words {
  if (path.startsWith('/v1/sharing/')) return SHARING_WORDS
  return path.endsWith('relationshipcounter') ? COUNTER_WORDS : WORDS
}

/** The routes whose answers are endless. */
const ENDLESS = new Set(['/v1/watch'])

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | null
}

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  authorization: [`Bearer ${FUZZED_KEY}`, 'Bearer x', 'Basic eDp5', 'Bearer', ''],
  'x-pemba-store': [FUZZED, FUZZED, 'nobody', 'default', 'A', '', '../x', '__proto__'],
  'grpc-timeout': ['1H', '50m', '1n', '0S', 'S', '999999999S', '-1S', '1e3S'],
  'x-pemba-actor': ['ann', '%', '%00', '%ed%a0%80', 'x'.repeat(3000)],
  'x-pemba-reason': ['because', '%ff', '%0d%0aset-cookie: a=b'],
  'content-type': ['application/json', 'text/xml', 'multipart/form-data; boundary=x', ';;'],
  'content-encoding': ['gzip', 'identity'],
  accept: ['text/html', '*/*'],
  'x-http-method-override': ['DELETE'],
}
const otherHeaders = fc
  .constantFrom(...Object.entries(HEADERS))
  .chain(([name, values]) => fc.constantFrom(...values).map(value => ({ [name]: value })))

function requestOf(route: Route): fc.Arbitrary<Sent> {
  const { path, method } = route
  const words = wordsOf(path)
  const bodies = route.body === null ? fc.constant({}) : valid(document, route.body, words)
  const asked =
    route.parameters.length === 0
      ? fc.constant(path)
      : queries(document, route, words).map(query => `${path}?${query}`)
  const sent = fc.oneof(
    { weight: 7, arbitrary: bodies.map(body => JSON.stringify(body)) },
    { weight: 5, arbitrary: almostValid(bodies) },
    { weight: 3, arbitrary: hostile(bodies) },
    { weight: 1, arbitrary: fc.constant(null) },
  )
  return fc.record({
    path: fc.oneof(
      { weight: 20, arbitrary: asked },
      {
        weight: 1,
        arbitrary: texts(`${path}?a=%zz`, `${path}/`, `${path}%00`, `/${path}`, `${path}/%2e%2e`),
      },
    ),
    method: fc.oneof(
      { weight: 20, arbitrary: fc.constant(method) },
      { weight: 1, arbitrary: texts('GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE') },
    ),
    headers: fc.oneof(
      { weight: 4, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: otherHeaders },
    ),
    body: sent,
  })
}

const seen = new Map<string, Set<number>>()
let count = 0

async function ask({ method, path, headers, body }: Sent): Promise<void> {
  const id = `fuzz-${count++}`
  const sent: Record<string, string> = {
    authorization: `Bearer ${TEST_KEY}`,
    ...headers,
    ...(ENDLESS.has(path.split('?')[0]) && { 'grpc-timeout': '50m' }),
  }
  const withBody = method !== 'GET' && method !== 'HEAD' && method !== 'TRACE'
  const reply = await pool.request({
    method: method as 'POST',
    path,
    headers: { ...sent, 'x-request-id': id },
    body: withBody ? body : null,
    signal: AbortSignal.timeout(HANG_MS),
  })
  const answer = { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() }
  requireAnswer(answer, 'grpc-timeout' in sent, method === 'HEAD')
  assert.equal(answer.headers['x-request-id'], id, 'the answer is of another request')
  const [route] = path.split('?', 1)
  const known = seen.get(route) ?? new Set()
  seen.set(route, known.add(answer.status))
}

const CODES = new Map(
  Object.entries(httpStatuses).map(([kind, http]) => [
    statusCodes[kind as keyof typeof statusCodes].number,
    http,
  ]),
)

function requireAnswer({ status, headers, text }: Answer, timed: boolean, bare: boolean): void {
  const explained = status === 501 || (status === 504 && timed)
  assert.ok(status < 500 || explained, `status ${status}: ${text}`)
  assert.ok(!text.includes(SECRET), 'it tells of another store')
  if (bare) return
  if (status === 200 && `${headers['content-type']}`.startsWith('text/plain')) {
    parseExposition(text)
    return
  }
  assert.match(`${headers['content-type']}`, /^application\/json/)
  const lines = text.split('\n').filter(line => line !== '')
  if (status === 200) {
    for (const line of lines) requireResult(JSON.parse(line))
    return
  }
  assert.equal(lines.length, 1, text)
  const told = JSON.parse(lines[0])
  assert.equal(requireFailure(told.error ?? told), status)
}

/** A line of a stream may be an error, in the form of one. */
function requireResult(value: Json): void {
  assert.equal(typeof value, 'object')
  if ('error' in value && !('result' in value)) requireFailure(value.error as Json)
}

function requireFailure({ code, message, details, ...rest }: Json): number {
  assert.ok(typeof message === 'string' && message !== '', 'a message')
  assert.ok(Array.isArray(details), 'details')
  assert.deepEqual(Object.keys(rest), [])
  const http = CODES.get(code as number)
  assert.ok(http !== undefined, `code ${code}`)
  return http
}

/** The question whose answer must not change, whatever other requests did. */
async function sing(): Promise<readonly unknown[]> {
  const full = { consistency: { fullyConsistent: true } }
  const ask = async (user: string) => {
    const question = { ...QUESTION, ...full, subject: subject('user', user) }
    const { status, text } = await send(CHECK, question, CANARY)
    return [status, text]
  }
  const polluted = Object.keys(Object.prototype)
  return [await ask(SECRET), await ask('nobody'), polluted]
}

const isTaken = ({ path }: Route): boolean => seen.get(path)?.has(200) === true

/** The number of requests sent alone to a route that has not answered any with 200. */
const ALONE_MAX = 200

/**
 * Asks a route without others beside it, until it takes a message. In a batch, a schema or a
 * resource that another request writes at the same moment can be the reason why it takes none.
 */
async function askAlone(route: Route): Promise<void> {
  for (const request of fc.sample(requestOf(route), { numRuns: ALONE_MAX, seed: SEED })) {
    if (isTaken(route)) return
    await ask(request)
    await restore()
  }
}

t.test('every request to every route has a sound answer, and leaves others alone', async t => {
  const routes = routesOf(document)
  const song = await sing()
  await fc.assert(
    fc.asyncProperty(fc.tuple(...routes.map(requestOf)), async batch => {
      await Promise.all(batch.map(ask))
      assert.deepEqual(await sing(), song)
      await restore()
    }),
    { numRuns: RUNS, seed: SEED },
  )
  for (const route of routes.filter(each => each.path.startsWith('/v1/'))) {
    if (!isTaken(route)) await askAlone(route)
    t.ok(isTaken(route), `${route.path} took some messages`)
  }
})
