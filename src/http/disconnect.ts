// Whether a client that has ended its side of the connection has left. TCP does not tell: whoever is
// gone looks like one that has said all and still reads, which HTTP allows. So whoever waits for an
// answer is sent something that a reader skips: interim responses before the answer, empty lines within
// a stream. From a host where nobody reads, the first of them is sent back, and the next finds the
// connection closed.
//
// Kept, though a server of Node's ends such connections by default: then a client that ends its side
// with its request, as `nc -N`, `ncat` and `socat` do, is told nothing of whatever takes more than a turn
// of the event loop. A write would be done, and nobody would hear of it.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { assert } from '../terms/index.js'

/** From the first of them to the next, ms; then twice as long each time, up to the last. */
const PAUSE_MIN_MS = 50
const PAUSE_MAX_MS = 1000

/** Else the server's own side ends with the client's, and with it the answers under way. */
export function allowHalfOpen(server: Server): void {
  assert('httpAllowHalfOpen' in server, 'an HTTP server can be told to answer who has said all')
  server.httpAllowHalfOpen = true
}

/** Sees to it that the response closes when its client has left. */
export function noticeDisconnect(
  { socket, httpVersion }: IncomingMessage,
  response: ServerResponse,
): void {
  let timer: NodeJS.Timeout | undefined
  const probe = (pauseMs: number): void => {
    // All that is left to send is on its way, and finds out by itself.
    if (response.writableEnded) return
    if (response.headersSent) response.write('\n')
    else response.writeProcessing()
    timer = setTimeout(probe, pauseMs, Math.min(2 * pauseMs, PAUSE_MAX_MS))
  }
  // HTTP/1.0 knows no interim responses: there, who has said all is taken for gone.
  const meetEnd = (): void =>
    httpVersion === '1.0' ? void response.destroy() : probe(PAUSE_MIN_MS)
  // Requests that come at once, one behind the other, share a socket.
  socket.setMaxListeners(0)
  socket.once('end', meetEnd)
  response.once('close', () => {
    clearTimeout(timer)
    socket.off('end', meetEnd)
  })
  if (socket.readableEnded) meetEnd()
}
