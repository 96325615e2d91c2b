// The keyring: the keys of the service and what each gives access to. The key of a request is
// compared with all of them as digests in constant time, so that the time taken reveals nothing.
// Keys can be replaced while the service runs.

import { createHash, timingSafeEqual } from 'node:crypto'
import { assert } from '../terms/index.js'

/** A key for some stores only. */
export interface StoreKey {
  readonly key: string
  /** Names of the stores, which need not exist. */
  readonly stores: readonly string[]
}

/** A read-only key. Its stores are null for all stores. */
export interface ReadKey {
  readonly key: string
  readonly stores: readonly string[] | null
}

/** All keys by what they may do. Each is in one list only. */
export interface KeySet {
  /** Keys that may do everything. */
  readonly keys: readonly string[]
  readonly storeKeys?: readonly StoreKey[]
  readonly readKeys?: readonly ReadKey[]
}

/** The stores that a key opens. Null for all of them, which includes creating new ones. */
export type KeyBounds = ReadonlySet<string> | null

/** A key of the service, without its text. */
export interface KeyHolder {
  readonly digest: Buffer
  readonly bounds: KeyBounds
  readonly readsOnly: boolean
  /** Whether the key has been removed, or given other rights, by a replacement. */
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
    const digest = digestOf(key)
    let found: KeyHolder | null = null
    for (const holder of this.#holders) if (timingSafeEqual(holder.digest, digest)) found = holder
    return found
  }

  /** Replaces all keys. Revokes those that are missing from the new ones or have other rights. */
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
