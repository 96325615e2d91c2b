// The keys that requests may carry, and what each opens. Keys are compared as digests, each with all
// of ours, so that the time taken tells nothing of them. They can be replaced while the service runs.

import { createHash, timingSafeEqual } from 'node:crypto'
import { assert } from '../terms/index.js'

/** A key that opens some stores only. */
export interface StoreKey {
  readonly key: string
  /** Their names; whether they exist is another question. */
  readonly stores: readonly string[]
}

/** A key that can only read; its stores are null for all of them. */
export interface ReadKey {
  readonly key: string
  readonly stores: readonly string[] | null
}

/** All keys, by what they can do; each is in one list only. */
export interface KeySet {
  /** Those that open everything. */
  readonly keys: readonly string[]
  readonly storeKeys?: readonly StoreKey[]
  readonly readKeys?: readonly ReadKey[]
}

/** The stores that a key opens; null for all of them, and for the making of new ones. */
export type KeyBounds = ReadonlySet<string> | null

/** A key of ours, without its text. */
export interface KeyHolder {
  readonly digest: Buffer
  readonly bounds: KeyBounds
  readonly readsOnly: boolean
  /** Whether it has been taken away, or opens something else by now. */
  readonly isRevoked: boolean
}

const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest()

export class Keyring {
  #holders: readonly RevocableHolder[]

  constructor(keys: KeySet) {
    this.#holders = toHolders(keys)
    assert(this.#holders.length > 0, 'there is a key to ask for')
  }

  find(key: string): KeyHolder | null {
    const given = digestOf(key)
    let found: KeyHolder | null = null
    for (const holder of this.#holders) if (timingSafeEqual(holder.digest, given)) found = holder
    return found
  }

  /** Revokes the holders of those that are not among the new ones, or open something else now. */
  replace(keys: KeySet): void {
    const before = this.#holders
    this.#holders = toHolders(keys).map(holder => before.find(old => isSame(old, holder)) ?? holder)
    const kept = new Set(this.#holders)
    for (const old of before) if (!kept.has(old)) old.isRevoked = true
  }
}

interface RevocableHolder extends KeyHolder {
  isRevoked: boolean
}

function toHolders({ keys, storeKeys = [], readKeys = [] }: KeySet): readonly RevocableHolder[] {
  const toHolder = (
    key: string,
    stores: readonly string[] | null,
    readsOnly: boolean,
  ): RevocableHolder => ({
    digest: digestOf(key),
    bounds: stores === null ? null : new Set(stores),
    readsOnly,
    isRevoked: false,
  })
  return [
    ...keys.map(key => toHolder(key, null, false)),
    ...storeKeys.map(({ key, stores }) => toHolder(key, stores, false)),
    ...readKeys.map(({ key, stores }) => toHolder(key, stores, true)),
  ]
}

const isSame = (a: KeyHolder, b: KeyHolder): boolean =>
  a.digest.equals(b.digest) &&
  a.readsOnly === b.readsOnly &&
  printed(a.bounds) === printed(b.bounds)

const printed = (bounds: KeyBounds): string =>
  bounds === null ? '*' : [...bounds].sort().join('+')
