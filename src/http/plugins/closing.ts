// How the service ends for those who use it. First it says so, to probes and with every answer, and
// goes on answering, so that others are asked in its place; then it takes no new connection, streams
// are told to go on elsewhere, and what is short is answered. Nobody holds it up for long: neither who
// does not read, nor who has connected and says nothing.

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

export function closing(app: FastifyInstance): void {
  const inFlight = new InFlight()
  const sockets = new Set<Socket>()
  const silent = new Set<Socket>()
  app.decorate('inFlight', inFlight)
  const keep = (socket: Socket, among: Set<Socket>): void => {
    among.add(socket)
    socket.once('close', () => among.delete(socket))
  }
  app.server.on('connection', socket => keep(socket, sockets))
  // Over TLS something has come in any case, though no request.
  app.server.on('secureConnection', socket => keep(socket, silent))
  app.server.on('request', ({ socket }) => silent.delete(socket))
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (inFlight.refusal !== null) reply.header('connection', 'close')
    done(null, payload)
  })
  app.addHook('preClose', done => {
    inFlight.end()
    // The server takes a connection on which nothing has come for one that is in use.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    for (const socket of silent) socket.destroy()
    done()
  })
}

/**
 * Resolves when the last connection has ended.
 * @param graceMs how long it goes on answering at first
 * @param waitMs how long it then waits for what is under way
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
