// Detection of clients that have left. When a client ends its side of a connection, TCP does not
// tell whether it has closed the connection or still reads, which HTTP allows. So such a client is
// probed with bytes that a reader skips: interim responses before the answer, empty lines within a
// stream. If nobody reads, the client's host rejects the first probe, and the next one finds the
// connection closed.
//
// Node's servers close such connections by default. Then a client that ends its side together with
// its request, as `nc -N`, `ncat` and `socat` do, would get no answer that takes more than one turn
// of the event loop: a write would be carried out, and the client would not learn of it.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { assert } from '../terms/index.js'

/** Pause after the first probe, ms. Each pause is twice as long as the last, up to the maximum. */
const PAUSE_MIN_MS = 50
const PAUSE_MAX_MS = 1000

/** Keeps the server's side open when the client ends its own, so that answers can still be sent. */
export function allowHalfOpen(server: Server): void {
  assert('httpAllowHalfOpen' in server, 'servers of Node have the option httpAllowHalfOpen')
  server.httpAllowHalfOpen = true
}

/** Ensures that the response closes when its client has left. */
export function noticeDisconnect(
  { socket, httpVersion }: IncomingMessage,
  response: ServerResponse,
): void {
  let timer: NodeJS.Timeout | undefined
  const probe = (pauseMs: number): void => {
    // The rest of the answer is being sent, and fails by itself if nobody reads.
    if (response.writableEnded) return
    if (response.headersSent) response.write('\n')
    else response.writeProcessing()
    timer = setTimeout(probe, pauseMs, Math.min(2 * pauseMs, PAUSE_MAX_MS))
  }
  // HTTP/1.0 has no interim responses, so there a client that ends its side counts as gone.
  const onEnd = (): void => (httpVersion === '1.0' ? void response.destroy() : probe(PAUSE_MIN_MS))
  // Pipelined requests share a socket, and each adds a listener.
  socket.setMaxListeners(0)
  socket.once('end', onEnd)
  response.once('close', () => {
    clearTimeout(timer)
    socket.off('end', onEnd)
  })
  if (socket.readableEnded) onEnd()
}
