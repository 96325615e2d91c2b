// Bytes on a socket that are not a valid request: each gets an answer in JSON or the end of its
// connection, and the service continues.

import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { TEST_KEY } from '../service.js'
import { CHECK, openWorld, post, QUESTION, SCHEMA, WRITE } from '../wire.js'

const service = await openWorld('embedded')
t.teardown(() => service.close())
const { hostname, port } = new URL(service.url)

const AUTHORIZED = `host: x\r\nauthorization: Bearer ${TEST_KEY}\r\n`
const BODY = JSON.stringify(QUESTION)
const good = (more = ''): string =>
  `POST ${CHECK} HTTP/1.1\r\n${AUTHORIZED}${more}content-length: ${BODY.length}\r\n\r\n${BODY}`

/** The bytes of the server until it ends the connection, or says that it will. */
async function exchange(bytes: string): Promise<string> {
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.setEncoding('latin1').on('data', chunk => {
    text += chunk
  })
  socket.on('error', () => {})
  socket.end(bytes, 'latin1')
  await once(socket, 'close')
  return text
}

const bodiesOf = (text: string): readonly unknown[] =>
  [...text.matchAll(/^content-length: (\d+)$/gim)].map(({ 1: length, index }) => {
    const from = text.indexOf('\r\n\r\n', index) + 4
    return JSON.parse(text.slice(from, from + Number(length)))
  })

const REFUSED = { message: /./, details: [] }

t.test('what is not HTTP is refused in JSON', async t => {
  for (const [bytes, status, code] of [
    ['nonsense\r\n\r\n', 400, 3],
    ['GET / HTTP/9.9\r\n\r\n', 400, 3],
    [`POST ${CHECK} HTTP/1.1\r\n${AUTHORIZED}content-length: x\r\n\r\n`, 400, 3],
    [`POST ${CHECK} HTTP/1.1\r\n${AUTHORIZED}content-length: -1\r\n\r\n`, 400, 3],
    [
      `POST ${CHECK} HTTP/1.1\r\n${AUTHORIZED}content-length: 1\r\ncontent-length: 2\r\n\r\n`,
      400,
      3,
    ],
    [`POST ${CHECK} HTTP/1.1\r\n${AUTHORIZED}a b: c\r\n\r\n`, 400, 3],
    [`POST ${CHECK} HTTP/1.1\r\n${AUTHORIZED}a: \0\r\n\r\n`, 400, 3],
    [`POST ${CHECK} HTTP/1.1\r\n${AUTHORIZED}a: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 8],
    ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 3],
  ] as const) {
    const text = await exchange(bytes)
    t.match(text, `HTTP/1.1 ${status} `, JSON.stringify(bytes.slice(0, 60)))
    t.match(bodiesOf(text), [{ code, ...REFUSED }])
  }
})

t.test('bytes that are not UTF-8 are refused everywhere', async t => {
  const write = (headers: string) =>
    `POST ${WRITE} HTTP/1.1\r\n${AUTHORIZED}connection: close\r\n${headers}content-length: 2\r\n\r\n{}`
  const sheet = (query: string) =>
    `GET /v1/sharing/sheet?${query} HTTP/1.1\r\n${AUTHORIZED}connection: close\r\n\r\n`
  t.match(await exchange(write('x-pemba-actor: Jos\xc3\xa9\r\n')), 'HTTP/1.1 200 ')
  for (const [bytes, told] of [
    [write('x-pemba-actor: Jos\xe9\r\n'), 'x-pemba-actor'],
    [write('x-pemba-reason: \xc0\xaf\r\n'), 'x-pemba-reason'],
    [write('x-pemba-actor: ann\r\nX-Pemba-Actor: bob\r\n'), 'x-pemba-actor'],
    [sheet('resource.objectId=Jos\xe9'), 'malformed HTTP'],
    [sheet('resource.objectId=Jos\xc3\xa9'), 'malformed HTTP'],
    [sheet('resource.objectId=Jos%E9'), 'malformed query'],
    [sheet('resource.objectId=50%'), 'malformed query'],
    [sheet('resource.objectId=1&resource.object_id=1'), 'once'],
    [sheet('resource.objectId=1&resource.objectId=1'), 'found a list'],
  ] as const) {
    const text = await exchange(bytes)
    t.match(text, 'HTTP/1.1 400 ', bytes)
    t.match(text, told)
  }
})

t.test('a request line or body that cannot be read is refused in JSON', async t => {
  for (const [bytes, code] of [
    [`POST /%zz HTTP/1.1\r\n${AUTHORIZED}connection: close\r\n\r\n`, 3],
    [
      `POST ${CHECK} HTTP/1.1\r\n${AUTHORIZED}connection: close\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n0\r\n\r\n`,
      3,
    ],
    [`BREW / HTTP/1.1\r\n${AUTHORIZED}\r\n`, 3],
    [`POST ${'/a'.repeat(4000)} HTTP/1.1\r\n${AUTHORIZED}connection: close\r\n\r\n`, 5],
  ] as const) {
    t.match(bodiesOf(await exchange(bytes)), [{ code, ...REFUSED }], bytes.slice(0, 40))
  }
})

t.test('a body that is cut off is not taken for a whole one', async t => {
  const cut = `POST ${CHECK} HTTP/1.1\r\n${AUTHORIZED}content-length: 500\r\n\r\n${BODY}`
  t.notMatch(await exchange(cut), 'permissionship')
})

t.test('a good request before a bad one is answered, each with its own', async t => {
  const text = await exchange(`${good('x-request-id: one\r\n')}${good('x-request-id: two\r\n')}`)
  t.strictSame(
    [...text.matchAll(/^x-request-id: (.*)$/gim)].map(([, id]) => id.trim()),
    ['one', 'two'],
  )
  t.match(bodiesOf(text), Array(2).fill({ permissionship: 'PERMISSIONSHIP_HAS_PERMISSION' }))
})

t.test('a client that ends its side with its request hears of what it did', async t => {
  const relationship = {
    resource: { objectType: 'document', objectId: 'half' },
    relation: 'viewer',
    subject: { object: { objectType: 'user', objectId: 'ann' } },
  }
  const asked = (path: string, message: object): string => {
    const body = JSON.stringify(message)
    return `POST ${path} HTTP/1.1\r\n${AUTHORIZED}content-length: ${body.length}\r\n\r\n${body}`
  }
  const update = { operation: 'OPERATION_TOUCH', relationship }
  const written = await exchange(asked('/v1/relationships/write', { updates: [update] }))
  t.match(written, 'OUTCOME_CREATED')
  const filter = { resourceType: 'document', optionalResourceId: 'half' }
  const question = { consistency: { fullyConsistent: true }, relationshipFilter: filter }
  t.match(await exchange(asked('/v1/relationships/read', question)), '"half"')
})

t.test('after all that the service answers as before', async t => {
  t.match(await post(service, CHECK, QUESTION), { status: 200, text: /HAS_PERMISSION/ })
})

t.test('nothing is written into an answer that has begun', async t => {
  await service.client.writeSchema({ text: SCHEMA })
  const socket = connect(Number(port), hostname)
  socket.setEncoding('latin1').on('error', () => {})
  socket.write(`POST /v1/watch HTTP/1.1\r\n${AUTHORIZED}content-length: 2\r\n\r\n{}`)
  let text = ''
  socket.on('data', chunk => {
    text += chunk
  })
  while (!text.includes('\r\n\r\n')) await once(socket, 'data')
  t.match(text, /^HTTP\/1\.1 200 /)
  const begun = text.length
  socket.write('X\r\n\r\n')
  await once(socket, 'close')
  t.notMatch(text.slice(begun), /HTTP|malformed/)
})

t.test('a request that follows a waiting one is not answered before it', async t => {
  const slow = `POST ${CHECK} HTTP/1.1\r\n${AUTHORIZED}content-length: ${BODY.length}\r\n\r\n${BODY}`
  const text = await exchange(`${slow}X\r\n\r\n`)
  t.notMatch(text, /malformed/)
})
