// What happens to work that nobody waits for any more, over real sockets: clients that leave,
// deadlines that pass, stores that are deleted.

import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { pino } from 'pino'
import t from 'tap'
import { Stores } from '../../src/engine/index.js'
import { buildApp, type RouteScope } from '../../src/http/index.js'
import { type Call, stream, unary } from '../../src/http/route.js'
import { text } from '../../src/messages/field.js'
import { message } from '../../src/messages/message.js'
import { openDatabase } from '../../src/storage/index.js'
import { limits, Refusal } from '../../src/terms/index.js'
import { freshDatastore } from '../service.js'
import { speaking } from '../speaking.js'

const ANY = { holds: () => true, expected: 'anything' }
const Message = message('Message', 'anything', { name: text(ANY) })
const ROUTE = {
  writes: false,
  tag: 'test',
  summary: '',
  description: '',
  request: Message,
  response: Message,
}

/** The call of the running route, how its source ends, and a function to end it. */
interface Work {
  readonly signal: AbortSignal
  readonly left: Promise<void>
  finish(): void
}

let begun: (work: Work) => void = () => {}

const nextWork = (): Promise<Work> =>
  new Promise(resolve => {
    begun = resolve
  })

/** Yields the given number of items, then waits for the signal or for the end. */
async function* items(count: number, { signal }: Call): AsyncGenerator<string> {
  let leave = (): void => {}
  const left = new Promise<void>(resolve => {
    leave = resolve
  })
  let finish = (): void => {}
  const finished = new Promise<void>(resolve => {
    finish = resolve
  })
  try {
    begun({ signal, left, finish })
    for (let i = 0; i < count; i++) yield `${i}`
    if (!signal.aborted) await Promise.race([once(signal, 'abort'), finished])
    signal.throwIfAborted()
  } finally {
    leave()
  }
}

function routes(scope: RouteScope): void {
  unary(scope, {
    ...ROUTE,
    path: '/v1/test/wait',
    async answer(_body, call) {
      for await (const _ of items(0, call));
      return { name: '' }
    },
  })
  stream(scope, {
    ...ROUTE,
    path: '/v1/test/stream',
    open: async (body, call) => ({
      items: items(Number(body.name), call),
      toResult: (name: string) => ({ name }),
    }),
  })
  stream(scope, {
    ...ROUTE,
    path: '/v1/test/opening',
    async open(_body, call) {
      for await (const _ of items(0, call));
      return { items: items(0, call), toResult: (name: string) => ({ name }) }
    },
  })
}

const { datastore, remove } = await freshDatastore('embedded')
let now = Date.now()
const stores = await Stores.open({ database: await openDatabase(datastore), clock: () => now })
const app = await buildApp({
  stores,
  keys: ['key'],
  logger: pino({ level: 'silent' }),
  readiness: () => ({ ready: true, parts: {} }),
  protocols: [speaking(routes)],
})
await app.listen({ host: '127.0.0.1', port: 0 })
const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
t.teardown(async () => {
  app.server.closeAllConnections()
  await app.close()
  await stores.close()
  await remove()
})

const send = (path: string, name: string, more: RequestInit & { readonly headers?: object } = {}) =>
  fetch(url + path, {
    method: 'POST',
    body: JSON.stringify({ name }),
    ...more,
    headers: { authorization: 'Bearer key', ...more.headers },
  })

const codeOf = (reason: unknown): string => (reason instanceof Refusal ? reason.code : `${reason}`)

t.test('a client that leaves stops the work of every kind of route', async t => {
  for (const [path, name] of [
    ['/v1/test/wait', ''],
    ['/v1/test/stream', '0'],
    ['/v1/test/stream', '3'],
    ['/v1/test/stream', '1000000'],
    ['/v1/test/opening', ''],
  ]) {
    const work = nextWork()
    const leaving = new AbortController()
    const reply = send(path, name, { signal: leaving.signal }).catch(() => null)
    const { signal, left } = await work
    if (name !== '' && name !== '0') await reply
    leaving.abort()
    await left
    if (!signal.aborted) await once(signal, 'abort')
    t.equal(codeOf(signal.reason), 'cancelled', `${path} ${name}`)
  }
})

/** A client that closes its side of the connection after the request. */
function askAndEnd(path: string, name: string, version = '1.1') {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).setEncoding('latin1')
  const body = JSON.stringify({ name })
  socket.on('error', () => {})
  socket.end(
    `POST ${path} HTTP/${version}\r\nhost: x\r\nauthorization: Bearer key\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  return socket
}

const INTERIM = 'HTTP/1.1 102 Processing\r\n\r\n'

t.test('a client that has closed its side and still reads is answered', async t => {
  for (const [path, name, sign, end] of [
    ['/v1/test/wait', '', INTERIM, '{"name":""}'],
    ['/v1/test/stream', '0', INTERIM, '0\r\n\r\n'],
    ['/v1/test/stream', '2', '\r\n\n\r\n', '0\r\n\r\n'],
  ]) {
    const work = nextWork()
    const socket = askAndEnd(path, name)
    const { finish, signal } = await work
    let told = ''
    for await (const chunk of socket) {
      told += chunk
      // The server has seen the closed side by now, and tests whether anybody still reads.
      if (told.includes(sign)) finish()
    }
    t.match(told, 'HTTP/1.1 200 OK', `${path} ${name}`)
    t.ok(told.endsWith(end), told)
    t.equal(signal.aborted, false)
    const lines = told.split('\r\n').filter(line => line.startsWith('{"result"'))
    t.equal(lines.join('').split('\n').length - 1, Number(name), 'every line is there')
  }
})

t.test('a client that has closed its side stops the work when it leaves', async t => {
  for (const [path, name, sign] of [
    ['/v1/test/wait', '', INTERIM],
    ['/v1/test/stream', '2', '\r\n\n\r\n'],
  ]) {
    const work = nextWork()
    const socket = askAndEnd(path, name)
    const { left, signal } = await work
    let told = ''
    socket.on('data', chunk => {
      told += chunk
      if (told.includes(sign)) socket.destroy()
    })
    await left
    t.equal(codeOf(signal.reason), 'cancelled', `${path} ${name}`)
  }
})

t.test('over HTTP/1.0, which has no interim responses, such a client counts as gone', async t => {
  const work = nextWork()
  askAndEnd('/v1/test/wait', '', '1.0')
  const { left, signal } = await work
  await left
  t.equal(codeOf(signal.reason), 'cancelled')
})

t.test('a deadline that passes ends a stream with an error, and its work', async t => {
  const headers = { 'grpc-timeout': '30m' }
  for (const [path, name] of [
    ['/v1/test/stream', '0'],
    ['/v1/test/opening', ''],
  ]) {
    const work = nextWork()
    const reply = await send(path, name, { headers })
    t.equal(reply.status, 504, path)
    t.match(await reply.json(), { error: { code: 4, message: /deadline/, details: [] } })
    await (await work).left
  }
  const work = nextWork()
  const reply = await send('/v1/test/stream', '2', { headers })
  t.equal(reply.status, 200)
  const lines = (await reply.text()).split('\n').slice(0, -1)
  t.strictSame(lines.slice(0, 2), ['{"result":{"name":"0"}}', '{"result":{"name":"1"}}'])
  t.match(JSON.parse(lines[2]), { error: { code: 4, message: /deadline/, details: [] } })
  await (await work).left
})

t.test('a malformed timeout is refused before a stream begins', async t => {
  const reply = await send('/v1/test/stream', '1', { headers: { 'grpc-timeout': 'soon' } })
  t.equal(reply.status, 400)
  t.match(await reply.json(), { error: { code: 3, message: /grpc-timeout/ } })
})

t.test('a stream of a store ends when the store is deleted', async t => {
  await stores.create('acme')
  const work = nextWork()
  const reply = await send('/v1/test/stream', '1', { headers: { 'x-pemba-store': 'acme' } })
  const { left, signal } = await work
  await stores.delete('acme')
  const lines = (await reply.text()).split('\n').slice(0, -1)
  t.equal(lines[0], '{"result":{"name":"0"}}')
  t.match(JSON.parse(lines[1]), { error: { code: 5, message: 'store `acme` not found' } })
  await left
  t.equal(codeOf(signal.reason), 'store-not-found')
  const after = await send('/v1/test/stream', '1', { headers: { 'x-pemba-store': 'acme' } })
  t.equal(after.status, 404)
})

t.test('a store is open while a request uses it, and is always released', async t => {
  await stores.create('held')
  const headers = { 'x-pemba-store': 'held' }
  const works: Work[] = []
  const clients: AbortController[] = []
  for (const path of ['/v1/test/stream', '/v1/test/wait']) {
    const begun = nextWork()
    const leaving = new AbortController()
    clients.push(leaving)
    send(path, '3', { headers, signal: leaving.signal }).catch(() => null)
    works.push(await begun)
  }
  now += 2 * limits.storeIdleMs
  stores.closeIdle()
  t.strictSame(stores.open, ['held'])
  for (const leaving of clients) leaving.abort()
  for (const { left } of works) await left
  now += 2 * limits.storeIdleMs
  stores.closeIdle()
  t.strictSame(stores.open, [])
})
