// TLS on the listener: the options that a server starts with, and the replacement of its
// certificates without losing a connection.

import { randomBytes } from 'node:crypto'
import { Server, type ServerOptions } from 'node:https'
import type { FastifyInstance } from 'fastify'
import { assert, limits } from '../terms/index.js'

/** Certificates and key of the server, all as PEM. */
export interface TlsOptions {
  readonly cert: string
  readonly key: string
  /** Authorities of client certificates. Null where clients need no certificate. */
  readonly clientCa: string | null
}

const TICKET_KEY_BYTES = 48

/** The options with which the server is created. */
export const toServerOptions = (tls: TlsOptions): ServerOptions => ({
  ...toContext(tls),
  requestCert: tls.clientCa !== null,
  rejectUnauthorized: tls.clientCa !== null,
  handshakeTimeout: limits.handshakeMs,
})

/** Replaces the certificates for new connections. Existing connections keep theirs. */
export function replaceTls({ server }: FastifyInstance, tls: TlsOptions): void {
  assert(server instanceof Server, 'only a listener that began with TLS goes on with other files')
  server.setSecureContext(toContext(tls))
  // With the old ticket keys, a client that the old authorities admitted could resume its session
  // without showing a certificate.
  server.setTicketKeys(randomBytes(TICKET_KEY_BYTES))
}

const toContext = ({ cert, key, clientCa }: TlsOptions) =>
  ({ cert, key, ca: clientCa ?? undefined, minVersion: 'TLSv1.2' }) as const
