// Who may pass: what the key of a request opens, and whether it may write there.

import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { Refusal } from '../../terms/index.js'
import { requireAccess, requireDryRun } from '../access.js'
import { type KeyBounds, type KeyHolder, Keyring, type KeySet } from '../keyring.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly keyring: Keyring
  }
  interface FastifyRequest {
    /** The key that it carries, once that is known. */
    keyHolder: KeyHolder | null
  }
}

/**
 * The bounds of the key that a request carries.
 * @throws Refusal `unauthenticated` without a key, `key-unknown` with one that is not ours,
 * `forbidden` with one that only reads where the route writes
 */
export type Gate = (request: FastifyRequest, reply: FastifyReply) => KeyBounds

const BEARER = /^bearer +(\S+) *$/i

/** Before the routes whose declarations it is to read. */
export function guarding(app: FastifyInstance, keys: KeySet): Gate {
  const keyring = new Keyring(keys)
  app.decorate('keyring', keyring)
  app.decorateRequest('keyHolder', null)
  requireDryRun(app)
  return (request, reply) => {
    const given = BEARER.exec(request.headers.authorization ?? '')
    if (given === null) {
      reply.header('www-authenticate', 'Bearer realm="pemba"')
      throw new Refusal('unauthenticated', 'missing key: expected `Authorization: Bearer <key>`')
    }
    const holder = keyring.find(given[1])
    if (holder === null) throw new Refusal('key-unknown', 'the key is not one of ours')
    request.keyHolder = holder
    requireAccess(request, holder.readsOnly)
    return holder.bounds
  }
}

/** For routes that are about all stores. @throws Refusal `forbidden` for a key of some only */
export const requireUnbound =
  (pass: Gate): onRequestHookHandler =>
  (request, reply, done) => {
    if (pass(request, reply) !== null) {
      throw new Refusal('forbidden', 'the key opens some stores only, expected one that opens all')
    }
    done()
  }

/** From here on other keys count: streams whose key is not among them end, what is short goes on. */
export function replaceKeys({ keyring, inFlight }: FastifyInstance, keys: KeySet): void {
  keyring.replace(keys)
  inFlight.endRevoked()
}
