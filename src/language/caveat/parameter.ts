// The conversion of JSON to the values of a caveat's parameters. It defines what each type accepts.

import type { JsonValue } from '../../terms/index.js'
import { parseDuration } from './duration.js'
import { parseIpAddress } from './ipAddress.js'
import { parseDouble, parseWhole } from './number.js'
import type { ParameterType, ScalarName } from './parameterType.js'
import { parseLooseTimestamp } from './timestamp.js'
import { CaveatFailure, type Key, type Outcome, type Value } from './value.js'

/** Charges the steps of a conversion. */
type Spend = (steps: number) => void

/** The value, or a failure that says what was found, where, and what was expected. */
export function toParameter(type: ParameterType, json: JsonValue, spend: Spend): Outcome {
  spend(2)
  if (type.kind === 'scalar') {
    spend(scalarCost(type.name, json))
    return scalars[type.name](json)
  }
  if (type.kind === 'list') {
    if (!isArray(json)) return mismatch(json, 'a list')
    return convertAll(json.entries(), { type: type.element, spend }, values =>
      values.map(([, value]) => value),
    )
  }
  if (!isObject(json)) return mismatch(json, 'an object')
  return convertAll(Object.entries(json), { type: type.value, spend }, values => new Map(values))
}

function convertAll<EntryKey extends string | number>(
  entries: Iterable<[EntryKey, JsonValue]>,
  { type, spend }: { readonly type: ParameterType; readonly spend: Spend },
  collect: (values: [EntryKey, Value][]) => Value,
): Outcome {
  const values: [EntryKey, Value][] = []
  for (const [key, json] of entries) {
    const value = toParameter(type, json, spend)
    if (value instanceof CaveatFailure) return new CaveatFailure(`at \`${key}\`, ${value.message}`)
    values.push([key, value])
  }
  return collect(values)
}

/** Steps per character to parse a scalar from a string. */
const PER_CHARACTER: Readonly<Record<ScalarName, number>> = {
  any: 0,
  bool: 0,
  string: 0,
  int: 1,
  uint: 1,
  double: 1,
  bytes: 1,
  timestamp: 1,
  duration: 2,
  ipaddress: 3,
}

/** Characters that an IP address is charged for at most. A longer text is quickly rejected. */
const ADDRESS_MAX = 64

/** The steps to convert a scalar. */
function scalarCost(name: ScalarName, json: JsonValue): number {
  if (name === 'any') return sizeOf(json)
  if (typeof json !== 'string') return 1
  const length = name === 'ipaddress' ? Math.min(json.length, ADDRESS_MAX) : json.length
  return 1 + PER_CHARACTER[name] * length
}

/** The steps to convert a value of type `any`, by the number of values in it. */
function sizeOf(json: JsonValue): number {
  if (typeof json !== 'object' || json === null) return 1
  let size = 3
  for (const value of Object.values(json)) size += 1 + sizeOf(value as JsonValue)
  return size
}

const INT_MIN = -(2n ** 63n)
const INT_MAX = 2n ** 63n - 1n
const UINT_MAX = 2n ** 64n - 1n

const scalars: Readonly<Record<ScalarName, (json: JsonValue) => Outcome>> = {
  any: toAny,
  bool: json => (typeof json === 'boolean' ? json : mismatch(json, 'a boolean')),
  string: json => (typeof json === 'string' ? json : mismatch(json, 'a string')),
  int: json => toInteger(json, INT_MIN, INT_MAX),
  uint: json => toInteger(json, 0n, UINT_MAX),
  double: json => {
    const number = toNumber(json)
    return number === null ? mismatch(json, 'a number, or its text') : number
  },
  bytes: json => toBytes(json) ?? mismatch(json, 'bytes in base64'),
  duration: json => fromText(parseDuration, json) ?? mismatch(json, 'a duration such as `1h30m`'),
  timestamp: json =>
    fromText(parseLooseTimestamp, json) ??
    mismatch(json, 'a timestamp such as `2026-01-31T09:30:00Z`'),
  ipaddress: json =>
    fromText(parseIpAddress, json)?.unmapped() ?? mismatch(json, 'an IPv4 or IPv6 address'),
}

function toAny(json: JsonValue): Value {
  if (isArray(json)) return json.map(toAny)
  if (!isObject(json)) return json
  return new Map<Key, Value>(Object.entries(json).map(([key, value]) => [key, toAny(value)]))
}

/**
 * Converts a whole number. It may be a JSON number, or a string because JSON numbers lose
 * precision.
 */
function toInteger(json: JsonValue, min: bigint, max: bigint): Outcome {
  const integer = toWhole(json)
  if (integer === null) return mismatch(json, 'a whole number, or its text')
  const inRange = integer >= min && integer <= max
  return inRange ? integer : mismatch(json, `a whole number from ${min} to ${max}`)
}

function toWhole(json: JsonValue): bigint | null {
  if (typeof json === 'string') return parseWhole(json)
  return typeof json === 'number' && Number.isInteger(json) ? BigInt(json) : null
}

function toNumber(json: JsonValue): number | null {
  if (typeof json === 'number') return json
  return typeof json === 'string' ? parseDouble(json) : null
}

function toBytes(json: JsonValue): Uint8Array | null {
  if (typeof json !== 'string') return null
  const text = json.replace(/[\r\n]/g, '')
  const isValid = /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0
  return isValid ? Uint8Array.from(atob(text), sign => sign.charCodeAt(0)) : null
}

const fromText = <Read>(read: (text: string) => Read | null, json: JsonValue): Read | null =>
  typeof json === 'string' ? read(json) : null

/** Characters of a wrong value that a message quotes at most. */
const FOUND_MAX = 100

/** The failure for a value of the wrong type. */
function mismatch(json: JsonValue, expected: string): CaveatFailure {
  const text = JSON.stringify(json)
  const found = text.length > FOUND_MAX ? `${text.slice(0, FOUND_MAX)}…` : text
  return new CaveatFailure(`found \`${found}\`, expected ${expected}`)
}

const isArray = (json: JsonValue): json is readonly JsonValue[] => Array.isArray(json)

const isObject = (json: JsonValue): json is { readonly [key: string]: JsonValue } =>
  typeof json === 'object' && json !== null && !isArray(json)
