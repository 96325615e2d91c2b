// Equality of CEL values. It is deep and works across numeric types. Values of different kinds are
// unequal, which is not a failure. A whole number equals a double if its conversion to a double
// does.

import type { Budget } from './budget.js'
import { Duration } from './duration.js'
import { IpAddress } from './ipAddress.js'
import { libraryCall } from './library.js'
import { Timestamp } from './timestamp.js'
import { isList, isMapping, isOpaque, isUint, type Mapping, Optional, type Value } from './value.js'

/** The library's equality, for values that only the library understands. */
const areEqual = libraryCall('operator', '==')

/**
 * Whether two values are equal.
 * @throws Refusal `caveat-evaluation` when the budget is used up
 */
export function equals(a: Value, b: Value, budget: Budget): boolean {
  budget.spend(1)
  if (typeof a === 'string') return a === chargeForText(b, a.length, budget)
  if (isList(a)) {
    return isList(b) && a.length === b.length && a.every((item, i) => equals(item, b[i], budget))
  }
  if (isMapping(a)) return isMapping(b) && a.size === b.size && isWithin(a, b, budget)
  if (a instanceof Uint8Array) {
    budget.spend(a.length / 4)
    return b instanceof Uint8Array && a.length === b.length && a.every((byte, i) => byte === b[i])
  }
  if (a instanceof IpAddress) return b instanceof IpAddress && a.equals(b)
  if (a instanceof Optional) return b instanceof Optional && equalOptionals(a, b, budget)
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos
  if (isOpaque(a)) return isOpaque(b) && areEqual([a, b]) === true
  const [left, right] = [toNumber(a), toNumber(b)]
  if (left === null || right === null) return a === b
  return typeof left === typeof right ? left === right : Number(left) === Number(right)
}

/** Charges for the comparison of strings of equal length, which may read them to the end. */
function chargeForText(other: Value, length: number, budget: Budget): Value {
  if (typeof other === 'string' && other.length === length) budget.spend(length / 32)
  return other
}

/** Whether every entry of `part` is also an entry of `whole`. */
function isWithin(part: Mapping, whole: Mapping, budget: Budget): boolean {
  for (const [key, value] of part) {
    budget.spend(3)
    const other = whole.get(key)
    if (other === undefined || !equals(value, other, budget)) return false
  }
  return true
}

/**
 * Whether every entry of `part` is also an entry of `whole`, where nested maps are compared in the
 * same way.
 */
export function isSubtree(part: Mapping, whole: Mapping, budget: Budget): boolean {
  for (const [key, value] of part) {
    budget.spend(3)
    const other = whole.get(key)
    if (other === undefined) return false
    const within =
      isMapping(value) && isMapping(other)
        ? isSubtree(value, other, budget)
        : equals(value, other, budget)
    if (!within) return false
  }
  return true
}

function equalOptionals(a: Optional, b: Optional, budget: Budget): boolean {
  if (a.value === undefined || b.value === undefined) return a.value === b.value
  return equals(a.value, b.value, budget)
}

function toNumber(value: Value): number | bigint | null {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  return isUint(value) ? value.value : null
}
