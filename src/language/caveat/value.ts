// The values of CEL at run time, and the two other results of an evaluation: a failure, or the
// names of absent parameters. Scalars and types are the CEL library's values. Lists, maps, times,
// IP addresses and optionals are Pemba's own.

import { type CelUint, type CelValue, isCelUint } from '@bufbuild/cel'
import { Duration } from './duration.js'
import { IpAddress } from './ipAddress.js'
import { Timestamp } from './timestamp.js'

/** A value of CEL. */
export type Value = CelValue | Timestamp | Duration | IpAddress | Optional | CaveatList | Mapping
export type CaveatList = readonly Value[]
export type Mapping = ReadonlyMap<Key, Value>
/** A map key. Whole numbers are equal across numeric types, so all of them become `bigint`. */
export type Key = string | boolean | bigint

/** The result of an operation whose operands all have values. */
export type Outcome = Value | CaveatFailure
/** The result of a step. */
export type Result = Outcome | Unknown

/** An optional value. */
export class Optional {
  /** The value. Undefined for an empty optional. */
  readonly value: Value | undefined

  constructor(value: Value | undefined) {
    this.value = value
  }
}

/** The empty optional. */
export const NONE = new Optional(undefined)

/**
 * A failure with its message. Logic, `exists` and `all` may still decide without the failed
 * operand.
 */
export class CaveatFailure {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

/** The result of an expression that lacks parameters, with their names. */
export class Unknown {
  readonly names: ReadonlySet<string>

  constructor(names: ReadonlySet<string>) {
    this.names = names
  }
}

export const isList = (value: Result): value is CaveatList => Array.isArray(value)
export const isMapping = (value: Result): value is Mapping => value instanceof Map
export const isUint = (value: Value): value is CelUint => isCelUint(value)

/** Whether the value is of a type that the library does not know. */
export const isOwn = (value: Value): value is Timestamp | Duration | IpAddress | Optional =>
  value instanceof Timestamp ||
  value instanceof Duration ||
  value instanceof IpAddress ||
  value instanceof Optional

/** Whether the value is of a type that only the library understands: a type as a value. */
export const isOpaque = (value: Value): value is CelValue =>
  typeof value === 'object' &&
  value !== null &&
  !(isList(value) || isMapping(value) || isUint(value) || isOwn(value)) &&
  !(value instanceof Uint8Array)

/** The value as a map key, or null for fractions and composite values, which cannot be keys. */
export function toKey(value: Value): Key | null {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') {
    return value
  }
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : null
  return isUint(value) ? value.value : null
}
