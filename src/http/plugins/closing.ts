// Graceful shutdown. First the service announces it, to probes and with every answer, and keeps
// answering, so that load balancers send requests elsewhere. Then it accepts no new connections,
// ends streams so that clients continue elsewhere, and answers short requests. Neither a reader
// that stalls nor a silent connection can delay it for long.

import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { limits } from '../../terms/index.js'
import { InFlight } from '../inFlight.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly inFlight: InFlight
  }
}

const SWEEP_MS = 50

/** Adds the hooks of a graceful shutdown. */
export function addGracefulShutdown(app: FastifyInstance): void {
  const inFlight = new InFlight()
  const sockets = new Set<Socket>()
  const silent = new Set<Socket>()
  app.decorate('inFlight', inFlight)
  const track = (socket: Socket, among: Set<Socket>): void => {
    among.add(socket)
    socket.once('close', () => among.delete(socket))
  }
  app.server.on('connection', socket => track(socket, sockets))
  // A TLS connection has received handshake bytes, so it is tracked until its first request.
  app.server.on('secureConnection', socket => track(socket, silent))
  app.server.on('request', ({ socket }) => silent.delete(socket))
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (inFlight.refusal !== null) reply.header('connection', 'close')
    done(null, payload)
  })
  app.addHook('preClose', done => {
    inFlight.end()
    // The server counts a connection without any bytes as in use.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    for (const socket of silent) socket.destroy()
    done()
  })
}

/**
 * Shuts the application down. Resolves when the last connection has ended.
 * @param graceMs time between the announcement and the end of accepting connections
 * @param waitMs time after which connections still in use are closed
 */
export async function drain(
  app: FastifyInstance,
  graceMs: number,
  waitMs: number = limits.drainMs,
): Promise<void> {
  app.inFlight.announce()
  if (graceMs > 0) await pause(graceMs)
  const { server } = app
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
  const cut = setTimeout(() => server.closeAllConnections(), waitMs)
  try {
    await app.close()
  } finally {
    clearInterval(sweep)
    clearTimeout(cut)
  }
}
