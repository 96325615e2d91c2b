// Bearer keys, and which stores each opens. Keys are compared as digests, each with all of ours, so
// that the time taken tells nothing of them.

import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { assert, Refusal } from '../../terms/index.js'

/** A key that opens some stores only. */
export interface StoreKey {
  readonly key: string
  /** Their names; whether they exist is another question. */
  readonly stores: readonly string[]
}

/** The stores that a key opens; null for all of them, and for the making of new ones. */
export type Bounds = ReadonlySet<string> | null

/**
 * The bounds of the key that a request carries.
 * @throws Refusal `unauthenticated` without a key, `key-unknown` with one that is not ours
 */
export type Gate = (request: FastifyRequest, reply: FastifyReply) => Bounds

const BEARER = /^bearer +(\S+) *$/i

const digest = (key: string): Buffer => createHash('sha256').update(key).digest()

export function gate(keys: readonly string[], storeKeys: readonly StoreKey[]): Gate {
  const holders: readonly Holder[] = [
    ...keys.map(key => ({ digest: digest(key), bounds: null })),
    ...storeKeys.map(({ key, stores }) => ({ digest: digest(key), bounds: new Set(stores) })),
  ]
  assert(holders.length > 0, 'there is a key to ask for')
  return (request, reply) => {
    const given = BEARER.exec(request.headers.authorization ?? '')
    if (given === null) {
      reply.header('www-authenticate', 'Bearer realm="pemba"')
      throw new Refusal('unauthenticated', 'missing key: expected `Authorization: Bearer <key>`')
    }
    const holder = find(holders, digest(given[1]))
    if (holder === null) throw new Refusal('key-unknown', 'the key is not one of ours')
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

interface Holder {
  readonly digest: Buffer
  readonly bounds: Bounds
}

function find(holders: readonly Holder[], given: Buffer): Holder | null {
  let found: Holder | null = null
  for (const holder of holders) if (timingSafeEqual(holder.digest, given)) found = holder
  return found
}
