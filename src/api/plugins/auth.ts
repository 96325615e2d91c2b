// Bearer keys. Every route of the scope that this hook is added to needs one of them. Keys are
// compared as digests, each with all of ours, so that the time taken tells nothing of them.

import { createHash, timingSafeEqual } from 'node:crypto'
import type { onRequestHookHandler } from 'fastify'
import { assert, Refusal } from '../../terms/index.js'

const BEARER = /^bearer +(\S+) *$/i

const digest = (key: string): Buffer => createHash('sha256').update(key).digest()

export function requireKey(keys: readonly string[]): onRequestHookHandler {
  assert(keys.length > 0, 'there is a key to ask for')
  const digests = keys.map(digest)
  return (request, reply, done) => {
    const given = BEARER.exec(request.headers.authorization ?? '')
    if (given === null) {
      reply.header('www-authenticate', 'Bearer realm="pemba"')
      done(new Refusal('unauthenticated', 'missing key: expected `Authorization: Bearer <key>`'))
    } else if (!isOneOf(digests, digest(given[1]))) {
      done(new Refusal('forbidden', 'invalid preshared key: invalid token'))
    } else done()
  }
}

function isOneOf(digests: readonly Buffer[], given: Buffer): boolean {
  let found = false
  for (const ours of digests) found = timingSafeEqual(ours, given) || found
  return found
}
