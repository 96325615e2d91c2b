// How the service ends, over real sockets: what it announces beforehand, what it still answers, how
// readers continue at another node, and which clients cannot delay it.

import { EventEmitter, once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { pino } from 'pino'
import t from 'tap'
import type { Stores } from '../../src/engine/index.js'
import { buildApp, drain, type RouteScope, unary } from '../../src/http/index.js'
import { flag } from '../../src/messages/field.js'
import { message } from '../../src/messages/message.js'
import { parseRelationship } from '../../src/terms/index.js'
import { openService, TEST_KEY, type TestService } from '../service.js'
import { speaking } from '../speaking.js'

const REFUSED = { code: 14, message: /shutting down/ }

interface Asked {
  readonly path: string
  readonly body?: object
  readonly agent?: Agent
}

/** The answer, whose body is not read yet. */
async function ask(url: string, { path, body, agent }: Asked): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${TEST_KEY}` }
  const method = body === undefined ? 'GET' : 'POST'
  const asked = request(new URL(path, url), { method, headers, agent })
  asked.end(body && JSON.stringify(body))
  const [answer] = await once(asked, 'response')
  return answer
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += chunk
  return text
}

/** Resolves when no new connection is accepted. */
async function closed(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  for (;;) {
    const socket = connect(Number(port), hostname)
    try {
      await once(socket, 'connect')
      socket.destroy()
    } catch {
      return
    }
  }
}

t.test('a node that is told to stop says so at once, and answers for its grace', async t => {
  const service = await openService('postgres', ['--shutdown-grace', '1s'])
  const { url, client } = service
  await client.writeSchema({ text: 'definition user {}' })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const before = await ask(url, { path: '/readyz', agent })
  t.equal(before.statusCode, 200)
  t.equal(before.headers.connection, 'keep-alive')
  await textOf(before)
  const closing = service.close()
  for (;;) {
    const ready = await ask(url, { path: '/readyz', agent })
    const told = JSON.parse(await textOf(ready))
    if (ready.statusCode === 200) continue
    t.equal(ready.statusCode, 503)
    t.equal(ready.headers.connection, 'close', 'on a connection that was there before, too')
    t.match(told, { ready: false, parts: { service: REFUSED.message } })
    break
  }
  const read = await ask(url, { path: '/v1/schema/read', body: {} })
  t.equal(read.statusCode, 200, 'who has not heard of it is answered')
  t.equal(read.headers.connection, 'close')
  await textOf(read)
  t.equal((await ask(url, { path: '/healthz' })).statusCode, 200)
  await closing
  await t.rejects(ask(url, { path: '/healthz' }), { code: 'ECONNREFUSED' })
})

const Message = message('Message', 'a message', { slow: flag })

/** An application whose answer waits for `go` from the gate, and says `begun` to the gate. */
async function openSlow() {
  const gate = new EventEmitter()
  const extend = (scope: RouteScope): void =>
    unary(scope, {
      path: '/v1/test/slow',
      writes: false,
      tag: 'test',
      summary: '',
      description: '',
      request: Message,
      response: Message,
      async answer({ slow }) {
        if (slow) {
          gate.emit('begun')
          await once(gate, 'go')
        }
        return { slow }
      },
    })
  const app = await buildApp({
    stores: { home: { live: { stalenessMs: 0 } } } as unknown as Stores,
    keys: [TEST_KEY],
    logger: pino({ level: 'silent' }),
    readiness: () => ({ ready: true, parts: {} }),
    protocols: [speaking(extend)],
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return { app, gate, port, url: `http://127.0.0.1:${port}` }
}

t.test(
  'what is under way is answered, and connections that say nothing are not waited for',
  async t => {
    const { app, gate, port, url } = await openSlow()
    const silent = connect(port, '127.0.0.1')
    await once(silent, 'connect')
    const agent = new Agent({ keepAlive: true })
    await textOf(await ask(url, { path: '/v1/test/slow', body: {}, agent }))
    const begun = once(gate, 'begun')
    const slow = ask(url, { path: '/v1/test/slow', body: { slow: true }, agent })
    await begun
    const drained = drain(app, 0)
    await closed(url)
    gate.emit('go')
    const answer = await slow
    t.equal(answer.statusCode, 200)
    t.equal(answer.headers.connection, 'close')
    t.equal(await textOf(answer), '{"slow":true}')
    await drained
    t.ok(silent.closed || (await once(silent, 'close')))
  },
)

t.test('the service does not wait for ever for a request that is never answered', async t => {
  const { app, gate, url } = await openSlow()
  const begun = once(gate, 'begun')
  const slow = ask(url, { path: '/v1/test/slow', body: { slow: true } })
  await begun
  await Promise.all([drain(app, 0, 50), t.rejects(slow, { code: 'ECONNRESET' })])
})

/** More bytes than fit between a sender and a reader that does not read. */
const DOCS = 3000
const SCHEMA = `caveat noted(note string) { note != "" }
definition user {}
definition doc {
  relation viewer: user with noted
  permission view = viewer
}`

/** The token of the revision before all documents. */
async function fill({ client }: TestService): Promise<string> {
  const { token } = await client.writeSchema({ text: SCHEMA })
  const context = { note: 'n'.repeat(2500) }
  for (let first = 0; first < DOCS; first += 600) {
    const updates = Array.from({ length: 600 }, (_, i) => ({
      operation: 'touch' as const,
      relationship: {
        ...parseRelationship(`doc:${'d'.repeat(900)}${first + i}#viewer@user:ann`),
        caveat: { name: 'noted', context },
      },
    }))
    await client.writeRelationships({ updates })
  }
  return token
}

interface Line {
  readonly error?: object
  readonly result?: Row
}

/** The body of a request to any of the streams. */
interface Row {
  readonly afterResultCursor?: object
  readonly changesThrough?: object
  readonly resourceObjectId?: string
  readonly relationship?: Stored
  readonly relationships?: readonly Stored[]
  readonly updates?: readonly { readonly relationship: Stored }[]
}

interface Stored {
  readonly resource: { readonly objectId: string }
}

async function* linesOf(answer: IncomingMessage): AsyncGenerator<Line> {
  let rest = ''
  for await (const chunk of answer.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line)
  }
}

function idsOf({ resourceObjectId, relationship, relationships, updates }: Row): readonly string[] {
  if (resourceObjectId !== undefined) return [resourceObjectId]
  const stored = relationships ?? updates?.map(each => each.relationship) ?? [relationship!]
  return stored.map(({ resource }) => resource.objectId)
}

/** Reads the stream, up to `count` documents if it is endless. */
async function read(answer: IncomingMessage, count = Number.POSITIVE_INFINITY) {
  const ids: string[] = []
  let last: Row = {}
  for await (const { result, error } of linesOf(answer)) {
    if (error !== undefined) return { ids, last, error }
    last = result!
    ids.push(...idsOf(last))
    if (ids.length >= count) break
  }
  return { ids, last, error: null }
}

const consistency = { fullyConsistent: true }
const ann = { object: { objectType: 'user', objectId: 'ann' } }
const QUESTIONS = [
  {
    path: '/v1/relationships/read',
    body: { consistency, relationshipFilter: { resourceType: 'doc' } },
  },
  {
    path: '/v1/permissions/resources',
    body: { consistency, resourceObjectType: 'doc', permission: 'view', subject: ann },
  },
  { path: '/v1/relationships/exportbulk', body: { consistency, optionalLimit: 20 } },
]

t.test('streams are told to end, and continue at another node where they were', async t => {
  const other = await openService('postgres')
  t.teardown(() => other.close())
  const service = await other.beside()
  const optionalStartCursor = { token: await fill(service) }
  const questions = [...QUESTIONS, { path: '/v1/watch', body: { optionalStartCursor } }]
  const streams = await Promise.all(questions.map(each => ask(service.url, each)))
  // A watch answers before it has read anything.
  await Promise.all(streams.map(stream => once(stream, 'readable')))
  const stopped = await ask(service.url, QUESTIONS[0])
  const closing = service.close()
  await closed(service.url)
  for (const [position, { path, body }] of questions.entries()) {
    const { ids, last, error } = await read(streams[position])
    t.match(error, REFUSED, path)
    t.ok(ids.length > 0 && ids.length < DOCS, `${path} was told ${ids.length}`)
    const { afterResultCursor: optionalCursor, changesThrough: optionalStartCursor } = last
    const more = { ...body, ...(optionalCursor ? { optionalCursor } : { optionalStartCursor }) }
    const left = path === '/v1/watch' ? DOCS - ids.length : undefined
    const rest = await read(await ask(other.url, { path, body: more }), left)
    t.equal(ids.length + rest.ids.length, DOCS, path)
    t.equal(new Set([...ids, ...rest.ids]).size, DOCS, path)
  }
  await closing
  t.notOk(stopped.complete, 'who does not read is cut off')
})

t.test('an import that is still arriving is refused, and nothing of it is there', async t => {
  const other = await openService('postgres')
  t.teardown(() => other.close())
  const service = await other.beside()
  await service.client.writeSchema({ text: SCHEMA.replace(' with noted', '') })
  const headers = { authorization: `Bearer ${TEST_KEY}` }
  const url = new URL('/v1/relationships/importbulk', service.url)
  const importing = request(url, { method: 'POST', headers })
  const resource = { objectType: 'doc', objectId: '1' }
  const relationships = [{ resource, relation: 'viewer', subject: ann }]
  importing.write(JSON.stringify({ relationships }))
  await streaming(service.url)
  const closing = service.close()
  const [answer] = await once(importing, 'response')
  t.equal(answer.statusCode, 503)
  t.equal(answer.headers['retry-after'], '1')
  t.match(JSON.parse(await textOf(answer)), REFUSED)
  await closing
  const filter = { resourceType: 'doc' }
  for await (const _ of other.client.readRelationships({ filter })) t.fail('it is there')
})

/** Resolves when a stream has begun. */
async function streaming(url: string): Promise<void> {
  for (;;) {
    const text = await textOf(await ask(url, { path: '/metrics' }))
    if (/^pemba_streams_open 1$/m.test(text)) return
  }
}
