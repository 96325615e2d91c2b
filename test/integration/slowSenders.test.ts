// Requests that never end, on real sockets.

import { connect, type Socket } from 'node:net'
import { fastify } from 'fastify'
import t from 'tap'
import { slowSenders } from '../../src/http/plugins/slowSenders.js'

const WAIT_MS = 80

const app = fastify()
slowSenders(app, WAIT_MS)
app.post('/ordinary', async () => ({ done: true }))
app.post('/patient', { config: { patient: true } }, async () => ({ done: true }))
await app.listen({ host: '127.0.0.1', port: 0 })
t.teardown(() => app.close())
const address = app.server.address()
const port = typeof address === 'object' && address !== null ? address.port : 0

const HEAD = 'Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n'

/** The bytes that came back until the connection ended. */
function told(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8').on('data', chunk => {
    text += chunk
  })
  return new Promise(resolve => socket.once('close', () => resolve(text)))
}

t.test('a body that does not come to an end is refused, and the connection ends', async t => {
  const socket = connect(port, '127.0.0.1')
  socket.write(`POST /ordinary HTTP/1.1\r\n${HEAD}{"a":`)
  const text = await told(socket)
  t.match(text, /^HTTP\/1\.1 408 /)
  t.match(text, /took too long to arrive/)
})

t.test('a route that is patient waits for its body', async t => {
  const socket = connect(port, '127.0.0.1')
  const answer = told(socket)
  socket.write(`POST /patient HTTP/1.1\r\nConnection: close\r\n${HEAD}{"a":`)
  const late = connect(port, '127.0.0.1')
  late.write(`POST /ordinary HTTP/1.1\r\n${HEAD}{"a":`)
  // When the service gives up on the other request, this one has waited as long.
  t.match(await told(late), /^HTTP\/1\.1 408 /)
  socket.write('"bcdef"}')
  t.match(await answer, /^HTTP\/1\.1 200 .*\{"done":true\}$/s)
})

t.test('what has arrived is not given up while it is answered', async t => {
  const reply = await fetch(`http://127.0.0.1:${port}/ordinary`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":"bcdef"}',
  })
  t.strictSame(await reply.json(), { done: true })
})
