// TLS on the listener: what a server begins with, and how it goes on with other certificates without
// losing a connection.

import { randomBytes } from 'node:crypto'
import { Server, type ServerOptions } from 'node:https'
import type { FastifyInstance } from 'fastify'
import { assert, limits } from '../terms/index.js'

/** All as PEM. */
export interface TlsOptions {
  readonly cert: string
  readonly key: string
  /** Certificates one of which has signed that of each client; null where clients need none. */
  readonly clientCa: string | null
}

const TICKET_KEY_BYTES = 48

/** As the server is made with. */
export const toServerOptions = (tls: TlsOptions): ServerOptions => ({
  ...toContext(tls),
  requestCert: tls.clientCa !== null,
  rejectUnauthorized: tls.clientCa !== null,
  handshakeTimeout: limits.handshakeMs,
})

/** New connections meet these; those that there are go on with what they have. */
export function replaceTls({ server }: FastifyInstance, tls: TlsOptions): void {
  assert(server instanceof Server, 'only a listener that began with TLS goes on with other files')
  server.setSecureContext(toContext(tls))
  // Or whoever was let in by the old ones could come again without being asked.
  server.setTicketKeys(randomBytes(TICKET_KEY_BYTES))
}

const toContext = ({ cert, key, clientCa }: TlsOptions) =>
  ({ cert, key, ca: clientCa ?? undefined, minVersion: 'TLSv1.2' }) as const
