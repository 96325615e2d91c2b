// The values of CEL at run time, and the two other things that evaluating can come to: a failure, or
// the names of absent parameters. Scalars and types are the library's values; lists, maps, times,
// addresses and optionals are ours.

import { type CelUint, type CelValue, isCelUint } from '@bufbuild/cel'
import { Duration } from './duration.js'
import { IpAddress } from './ipAddress.js'
import { Timestamp } from './timestamp.js'

export type Value = CelValue | Timestamp | Duration | IpAddress | Optional | CaveatList | Mapping
export type CaveatList = readonly Value[]
export type Mapping = ReadonlyMap<Key, Value>
/** Whole numbers are equal whatever their type, so all of them are `bigint` as keys. */
export type Key = string | boolean | bigint

/** What an operation comes to when all of its operands are there. */
export type Outcome = Value | CaveatFailure
export type Result = Outcome | Unknown

export class Optional {
  /** Undefined: there is none. */
  readonly value: Value | undefined

  constructor(value: Value | undefined) {
    this.value = value
  }
}

export const NONE = new Optional(undefined)

/** What went wrong, in words. Logic, `exists` and `all` may still decide without it. */
export class CaveatFailure {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

/** Parameters that are needed and absent. */
export class Unknown {
  readonly names: ReadonlySet<string>

  constructor(names: ReadonlySet<string>) {
    this.names = names
  }
}

export const isList = (value: Result): value is CaveatList => Array.isArray(value)
export const isMapping = (value: Result): value is Mapping => value instanceof Map
export const isUint = (value: Value): value is CelUint => isCelUint(value)

/** What the library knows nothing of. */
export const isOwn = (value: Value): value is Timestamp | Duration | IpAddress | Optional =>
  value instanceof Timestamp ||
  value instanceof Duration ||
  value instanceof IpAddress ||
  value instanceof Optional

/** Types: values that only the library understands. */
export const isOpaque = (value: Value): value is CelValue =>
  typeof value === 'object' &&
  value !== null &&
  !(isList(value) || isMapping(value) || isUint(value) || isOwn(value)) &&
  !(value instanceof Uint8Array)

/** The value as a map's key, or null: fractions and composites are none. */
export function toKey(value: Value): Key | null {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') {
    return value
  }
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : null
  return isUint(value) ? value.value : null
}
