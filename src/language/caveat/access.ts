// Element access in CEL: `a.b`, `a[b]` and their optional forms `a.?b` and `a[?b]`. A missing
// element is a failure. If the access or its operand is optional, it is an empty optional instead.
// Every element of an empty optional is missing.

import {
  CaveatFailure,
  isList,
  isMapping,
  NONE,
  Optional,
  type Outcome,
  toKey,
  type Value,
} from './value.js'

/** The form of an access. `test` asks only whether the element exists (`has(a.b)`). */
type Mode = 'value' | 'optional' | 'test'

/** The result of `operand[key]`. A field name is a string key. */
export function access(operand: Value, key: Value, mode: Mode): Outcome {
  if (operand instanceof Optional) {
    if (operand.value === undefined) return mode === 'test' ? false : NONE
    return access(operand.value, key, mode === 'test' ? 'test' : 'optional')
  }
  const found = find(operand, key)
  if (found instanceof CaveatFailure) return found
  if (mode === 'test') return found !== undefined
  if (mode === 'optional') return found === undefined ? NONE : new Optional(found)
  return found === undefined ? absent(operand, key) : found
}

/** The element, or undefined for a missing one. */
function find(operand: Value, key: Value): Value | CaveatFailure | undefined {
  const mapKey = toKey(key)
  if (isMapping(operand)) return mapKey === null ? undefined : operand.get(mapKey)
  if (!isList(operand)) return undefined
  return typeof mapKey === 'bigint'
    ? operand[Number(mapKey)]
    : new CaveatFailure('a position in a list is a whole number')
}

/** The failure for a missing element. */
function absent(operand: Value, key: Value): CaveatFailure {
  if (isMapping(operand))
    return new CaveatFailure(`no key \`${String(toKey(key) ?? key)}\` in the map`)
  return isList(operand)
    ? new CaveatFailure(`no position ${String(toKey(key))} in a list of ${operand.length}`)
    : new CaveatFailure('only maps have fields, only maps and lists have keys')
}
