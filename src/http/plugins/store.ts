// The store of a request: the one that its `x-pemba-store` header names, or the default one, if its
// key opens it. A named store is leased until the answer is sent. A request about the default store
// needs neither a look-up nor a promise.

import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import type { Lease, Stores } from '../../engine/index.js'
import { DEFAULT_STORE, isStoreName, Refusal, STORE_NAME_FORM } from '../../terms/index.js'
import { beforeDeadline } from '../deadline.js'
import type { KeyBounds } from '../keyring.js'
import type { Gate } from './auth.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The lease of the request's store. Null for the default store, which is always open. */
    storeLease: Lease | null
  }
}

export const STORE_HEADER = 'x-pemba-store'

export function enterStore(pass: Gate, stores: Stores): onRequestHookHandler {
  return (request, reply, done) => {
    const bounds = pass(request, reply)
    const named = request.headers[STORE_HEADER]
    if (named === undefined && bounds === null) return done()
    const name = toStoreName(named ?? DEFAULT_STORE)
    requireOpened(bounds, name)
    if (name === DEFAULT_STORE) return done()
    const lease = stores.leaseOpen(name)
    if (lease !== null) {
      hold(lease, request, reply)
      return done()
    }
    const opening = async () => hold(await stores.lease(name), request, reply)
    beforeDeadline(request, reply, opening).then(() => done(), done)
  }
}

/** @throws Refusal `invalid-argument` */
function toStoreName(text: string | readonly string[]): string {
  if (typeof text === 'string' && isStoreName(text)) return text
  throw new Refusal(
    'invalid-argument',
    `invalid header \`${STORE_HEADER}\`: expected ${STORE_NAME_FORM}`,
  )
}

/** @throws Refusal `forbidden`, which is the same whether the store exists or not */
function requireOpened(bounds: KeyBounds, name: string): void {
  if (bounds === null || bounds.has(name)) return
  throw new Refusal('forbidden', `the key does not open the store \`${name}\``)
}

/** Holds the lease until the response closes, which may have happened while the store opened. */
function hold(lease: Lease, request: FastifyRequest, { raw: response }: FastifyReply): void {
  if (response.closed) lease.end()
  request.storeLease = lease
  response.once('close', () => lease.end())
}
