// Authentication: the stores that the key of a request opens, and whether it may write.

import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { Refusal } from '../../terms/index.js'
import { requireAccess, requireDryRun } from '../access.js'
import { type KeyBounds, type KeyHolder, Keyring, type KeySet } from '../keyring.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly keyring: Keyring
  }
  interface FastifyRequest {
    /** The key of the request, once it has been found. */
    keyHolder: KeyHolder | null
  }
}

/**
 * The check of a request's key, which returns the stores that the key opens.
 * @throws Refusal `unauthenticated` without a key, `key-unknown` for an unknown key, `forbidden`
 * for a read-only key on a route that writes
 */
export type Gate = (request: FastifyRequest, reply: FastifyReply) => KeyBounds

const BEARER = /^bearer +(\S+) *$/i

/** Adds authentication. Call it before declaring the routes that it guards. */
export function addAuthentication(app: FastifyInstance, keys: KeySet): Gate {
  const keyring = new Keyring(keys)
  app.decorate('keyring', keyring)
  app.decorateRequest('keyHolder', null)
  requireDryRun(app)
  return (request, reply) => {
    const bearer = BEARER.exec(request.headers.authorization ?? '')
    if (bearer === null) {
      reply.header('www-authenticate', 'Bearer realm="pemba"')
      throw new Refusal('unauthenticated', 'missing key: expected `Authorization: Bearer <key>`')
    }
    const holder = keyring.find(bearer[1])
    if (holder === null) throw new Refusal('key-unknown', 'the key is not one of ours')
    request.keyHolder = holder
    requireAccess(request, holder.readsOnly)
    return holder.bounds
  }
}

/** The hook of routes about all stores. @throws Refusal `forbidden` for a key of some stores */
export const requireUnbound =
  (pass: Gate): onRequestHookHandler =>
  (request, reply, done) => {
    if (pass(request, reply) !== null) {
      throw new Refusal('forbidden', 'the key opens some stores only, expected one that opens all')
    }
    done()
  }

/** Replaces the keys. Streams with a revoked key end; short requests under way are answered. */
export function replaceKeys({ keyring, inFlight }: FastifyInstance, keys: KeySet): void {
  keyring.replace(keys)
  inFlight.endRevoked()
}
