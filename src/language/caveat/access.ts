// Fields, keys and positions: what `a.b`, `a[b]` and their optional forms find. Missing ones are a
// failure, or no value where the access is optional or its operand already was; a value that can have
// none lacks them all.

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

type Mode = 'value' | 'optional' | 'test'

/** `operand[key]`; a field is a key that is a string. */
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

function find(operand: Value, key: Value): Value | CaveatFailure | undefined {
  const known = toKey(key)
  if (isMapping(operand)) return known === null ? undefined : operand.get(known)
  if (!isList(operand)) return undefined
  return typeof known === 'bigint'
    ? operand[Number(known)]
    : new CaveatFailure('a position in a list is a whole number')
}

function absent(operand: Value, key: Value): CaveatFailure {
  if (isMapping(operand))
    return new CaveatFailure(`no key \`${String(toKey(key) ?? key)}\` in the map`)
  return isList(operand)
    ? new CaveatFailure(`no position ${String(toKey(key))} in a list of ${operand.length}`)
    : new CaveatFailure('only maps have fields, only maps and lists have keys')
}
