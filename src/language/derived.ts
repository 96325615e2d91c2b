// A cache of values that are derived from schemas on first use. One bound in bytes covers all
// schemas of the process, and the least recently used value is evicted first and derived again on
// demand. A cached value must not refer to its schema, because that would keep an unused schema in
// memory.

import { LRUCache } from 'lru-cache'
import { limits } from '../terms/index.js'

/** Overhead of one entry beside its value, bytes. */
const ENTRY_BYTES = 200

interface Entry {
  readonly value: object
  readonly bytes: number
}

const cache = new LRUCache<string, Entry>({
  maxSize: limits.derivedBytesMax,
  sizeCalculation: ({ bytes }) => bytes,
})

const owners = new WeakMap<object, number>()
let ownerCount = 0

/** The number that stands for an owner in cache keys, so that the cache does not hold the owner. */
function numberOf(owner: object): number {
  const known = owners.get(owner)
  if (known !== undefined) return known
  owners.set(owner, ++ownerCount)
  return ownerCount
}

/**
 * The value of that key for that owner, from the cache or newly made.
 * @param owner the schema, or the object that belongs to it
 * @param make derives the value, and gives its size in bytes
 */
export function derived<Value extends object>(
  owner: object,
  key: string,
  make: () => { readonly value: Value; readonly bytes: number },
): Value {
  const cacheKey = `${numberOf(owner)} ${key}`
  const known = cache.get(cacheKey)
  if (known !== undefined) return known.value as Value
  const { value, bytes } = make()
  cache.set(cacheKey, { value, bytes: bytes + ENTRY_BYTES })
  return value
}
