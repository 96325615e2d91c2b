// An HTTP script written for SpiceDB's gateway runs unchanged: every route, over a real socket, on
// both stores, with nothing but fetch. The script is in `../gateway`. Here its steps are run, and
// every answer must have the form of the gateway's: the status, the content type, the lines of a
// stream, the form of an error.

import t, { type Test } from 'tap'
import { COUNTER, GROUND, REFUSED, type RefusedStep } from '../gateway/refusals.js'
import { SCRIPT } from '../gateway/script.js'
import { type Body, FULL, type Json, type Step, viewBy } from '../gateway/step.js'
import { openService, STORES, TEST_KEY } from '../service.js'

const STREAMS: ReadonlySet<string> = new Set([
  '/v1/relationships/read',
  '/v1/relationships/exportbulk',
  '/v1/experimental/relationships/bulkexport',
  '/v1/permissions/resources',
  '/v1/permissions/subjects',
  '/v1/watch',
])

/** The routes of the gateway. */
const ROUTES = [
  '/v1/experimental/countrelationships',
  '/v1/experimental/diffschema',
  '/v1/experimental/permissions/bulkcheckpermission',
  '/v1/experimental/permissions/computable',
  '/v1/experimental/permissions/dependent',
  '/v1/experimental/reflectschema',
  '/v1/experimental/registerrelationshipcounter',
  '/v1/experimental/relationships/bulkexport',
  '/v1/experimental/relationships/bulkimport',
  '/v1/experimental/unregisterrelationshipcounter',
  '/v1/permissions/check',
  '/v1/permissions/checkbulk',
  '/v1/permissions/expand',
  '/v1/permissions/resources',
  '/v1/permissions/subjects',
  '/v1/relationships/delete',
  '/v1/relationships/exportbulk',
  '/v1/relationships/importbulk',
  '/v1/relationships/read',
  '/v1/relationships/write',
  '/v1/schema/diffschema',
  '/v1/schema/permissions/computable',
  '/v1/schema/permissions/dependent',
  '/v1/schema/read',
  '/v1/schema/reflectschema',
  '/v1/schema/write',
  '/v1/watch',
]

t.test('the script goes through every route', async t => {
  t.strictSame([...new Set(SCRIPT.map(({ path }) => path))].sort(), ROUTES)
})

for (const kind of STORES) {
  t.test(kind, async t => {
    const service = await openService(kind)
    t.teardown(() => service.close())
    const kept: Record<string, string> = {}

    const send = (path: string, body: Body, headers: Headers = {}) => {
      const told = typeof body === 'function' ? body(kept) : body
      return fetch(service.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${TEST_KEY}`, ...headers },
        body: typeof told === 'string' ? told : JSON.stringify(told),
      })
    }

    const take = async (t: Test, { path, body, answer, keep = {} }: Step) => {
      const reply = await send(path, body)
      const told = await read(t, reply, answer)
      t.match(told, answer.like)
      for (const [name, place] of Object.entries(keep)) kept[name] = at(told, place)
    }

    const refuse = async (t: Test, { path, body, http, code, reason, metadata }: RefusedStep) => {
      const reply = await send(path, body)
      t.equal(reply.status, http)
      const told = (await reply.json()) as Json
      t.equal(
        'error' in told,
        STREAMS.has(path) && typeof body !== 'string',
        'the form of a stream',
      )
      const { error = told } = told
      t.match(error, { code, message: /./, details: Array })
      const [info] = (error as { details: readonly Info[] }).details
      t.equal(info?.reason, reason === null ? undefined : `ERROR_REASON_${reason}`)
      if (reason === null) return
      t.match(info, {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        domain: 'authzed.com',
      })
      t.strictSame(
        metadata.filter(name => typeof info.metadata[name] !== 'string'),
        [],
      )
    }

    t.test('without a schema, reading it finds none', async t => {
      const reply = await send('/v1/schema/read', {})
      t.equal(reply.status, 404)
      t.match(await reply.json(), { code: 5, details: [] })
    })
    for (const step of SCRIPT) t.test(step.claim, t => take(t, step))
    t.test('the data that refusals need', async t => {
      t.equal((await send('/v1/relationships/write', GROUND)).status, 200)
      t.equal((await send('/v1/experimental/registerrelationshipcounter', COUNTER)).status, 200)
    })
    for (const step of REFUSED) t.test(`refused: ${step.claim}`, t => refuse(t, step))

    t.test('keys, paths, methods, request ids', async t => {
      const question = { ...FULL, ...viewBy('plan', 'ann') }
      const check = (headers: Headers) => send('/v1/permissions/check', question, headers)
      const bare = await fetch(`${service.url}/v1/permissions/check`, { method: 'POST' })
      t.equal(bare.status, 401)
      t.match(await bare.json(), { code: 16 })
      t.equal((await check({ authorization: 'Bearer wrong' })).status, 403)
      t.equal((await check({ authorization: `bearer ${TEST_KEY}` })).status, 200)
      const named = await check({ 'x-request-id': 'mine', 'content-type': 'text/plain' })
      t.equal(named.headers.get('x-request-id'), 'mine')
      t.match(await (await send('/v1/nothing', {})).json(), { code: 5, message: 'Not Found' })
      const got = await fetch(`${service.url}/v1/permissions/check`)
      t.equal(got.status, 501)
      t.match(await got.json(), { code: 12, message: 'Method Not Allowed' })
      const health = await fetch(`${service.url}/healthz`)
      t.strictSame(await health.json(), { status: 'SERVING' })
      const { paths } = (await (await fetch(`${service.url}/openapi.json`)).json()) as {
        paths: Json
      }
      t.strictSame(
        ROUTES.filter(path => !(path in paths)),
        [],
      )
    })
  })
}

type Headers = Readonly<Record<string, string>>

interface Info {
  readonly reason?: string
  readonly metadata: Readonly<Record<string, string>>
}

/** The message, or the results of the lines. */
async function read(t: Test, reply: Response, answer: Step['answer']): Promise<unknown> {
  if (reply.status !== 200) throw new Error(`${reply.status}: ${await reply.text()}`)
  t.match(reply.headers.get('content-type'), /^application\/json/)
  if (answer.kind === 'message') return reply.json()
  if (answer.kind === 'endless') return toResults(await beginning(reply, answer.like.length))
  const text = await reply.text()
  t.match(text, /^(\{"result":.*\}\n)*$/)
  const found = toResults(text)
  const { by } = answer
  return by === undefined ? found : found.sort((a, b) => (at(a, by) < at(b, by) ? -1 : 1))
}

/** So many lines of an endless stream, which is then closed. */
async function beginning({ body }: Response, count: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const lines = text.split('\n')
    if (lines.length > count) return lines.slice(0, count).join('\n')
  }
  throw new Error(`the stream has ended: ${text}`)
}

const toResults = (text: string): unknown[] =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => (JSON.parse(line) as { result: unknown }).result)

/** The value at a path such as `1.relationship.relation`. */
const at = (told: unknown, place: string): string =>
  `${place.split('.').reduce((part, key) => (part as Json)[key] as unknown, told)}`
