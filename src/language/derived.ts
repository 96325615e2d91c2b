// What is worked out from schemas when it is first asked for, kept for whoever asks again: of all
// schemas in the process together, within one bound in bytes. What was asked for least lately goes
// first, and is worked out again when it is wanted. Values must not lead back to the schema, or they
// would hold it when nobody else does.

import { LRUCache } from 'lru-cache'
import { limits } from '../terms/index.js'

/** What an entry weighs beside its value, bytes. */
const ENTRY_BYTES = 200

interface Entry {
  readonly value: object
  readonly bytes: number
}

const kept = new LRUCache<string, Entry>({
  maxSize: limits.derivedBytesMax,
  sizeCalculation: ({ bytes }) => bytes,
})

const owners = new WeakMap<object, number>()
let ownersSoFar = 0

function numberOf(owner: object): number {
  const known = owners.get(owner)
  if (known !== undefined) return known
  owners.set(owner, ++ownersSoFar)
  return ownersSoFar
}

/** Bytes that are kept for all schemas together. */
export const derivedBytes = (): number => kept.calculatedSize

/**
 * @param owner the schema, or what it is bound to
 * @param make works the value out; and what it weighs, bytes
 */
export function derived<Value extends object>(
  owner: object,
  key: string,
  make: () => { readonly value: Value; readonly bytes: number },
): Value {
  const name = `${numberOf(owner)} ${key}`
  const known = kept.get(name)
  if (known !== undefined) return known.value as Value
  const { value, bytes } = make()
  kept.set(name, { value, bytes: bytes + ENTRY_BYTES })
  return value
}
