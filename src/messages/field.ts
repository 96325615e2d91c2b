// The fields of proto3 JSON messages, each declared once. A field decodes what a client sent and
// checks its type. It then validates the value by its rules. It also has a JSON Schema, from which
// the serializer and the OpenAPI document are made. Decoding and rules are separate steps, because
// the refusal of a malformed token comes between them.
//
// Ajv is not used: decoding has to walk the JSON anyway to accept both spellings of names, `null`
// for unset and enums by number, and can check types on the way at no further cost.

import type { JsonObject, JsonValue, Violation } from '../terms/index.js'
import { isTellable, limits } from '../terms/index.js'
import { shorten } from './strictJson.js'

export type JsonSchema = Readonly<Record<string, unknown>>

export interface Field<Value> {
  /** The value of a field that is absent or `null`. */
  readonly unset: Value
  readonly schema: JsonSchema
  /** Whether the rules refuse the field when it is unset. */
  readonly required: boolean
  /** Decodes JSON other than `null`. @throws Misfit for JSON of another type */
  decode(json: unknown): Value
  /** The rules that the value breaks. Paths begin at the value: `''` is the value itself. */
  faults(value: Value): readonly Violation[]
  /** The JSON that a text in a query string stands for. By default the text itself. */
  fromText?(text: string): unknown
  /** The field of a list's items. */
  readonly item?: Field<unknown>
  /** The fields of a message by both spellings of their names. */
  readonly slots?: Slots
}

export type Slots = ReadonlyMap<string, Slot>

interface Slot {
  readonly name: string
  readonly field: Field<unknown>
  /** `.name`, stored because every decoding of the field needs it. */
  readonly place: string
}

export const NO_FAULTS: readonly Violation[] = []
const noFaults = (): readonly Violation[] => NO_FAULTS

/**
 * The error for JSON of the wrong type. Each level that it passes prepends its part of the path.
 */
export class Misfit extends Error {
  path = ''

  constructor(expected: string, found: unknown) {
    super(`expected ${expected}, found ${kindOf(found)}`)
  }
}

/** Decodes a part. A misfit in it gets the part's path before its own. */
export function decodeAt<Value>(path: string, field: Field<Value>, json: unknown): Value {
  try {
    return field.decode(json)
  } catch (error) {
    if (error instanceof Misfit) error.path = path + error.path
    throw error
  }
}

/** A rule for texts. `expected` completes the sentence "must be …". */
export interface Rule {
  readonly holds: (text: string) => boolean
  readonly expected: string
}

export const text = ({ holds, expected }: Rule): Field<string> => {
  const faults: readonly Violation[] = [{ field: '', expected }]
  return {
    unset: '',
    schema: { type: 'string', description: expected },
    required: false,
    decode(json) {
      if (typeof json !== 'string') throw new Misfit('a string', json)
      return json
    },
    faults: value => (holds(value) ? NO_FAULTS : faults),
  }
}

export const flag: Field<boolean> = {
  unset: false,
  schema: { type: 'boolean' },
  required: false,
  decode(json) {
    if (typeof json !== 'boolean') throw new Misfit('a boolean', json)
    return json
  },
  faults: noFaults,
  fromText: text => (text === 'true' ? true : text === 'false' ? false : text),
}

const UINT32_MAX = 0xffff_ffff

export const uint32: Field<number> = {
  unset: 0,
  schema: { type: 'integer', minimum: 0, maximum: UINT32_MAX },
  required: false,
  decode(json) {
    const value = typeof json === 'string' ? Number(toWholeNumber(json) ?? Number.NaN) : json
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > UINT32_MAX) {
      throw new Misfit('a whole number from 0 to 4294967295', json)
    }
    return value
  },
  faults: noFaults,
}

const UINT64_MAX = 0xffff_ffff_ffff_ffffn

/** A 64-bit integer. It is encoded as text, and decoded from text or a number. */
export const uint64: Field<string> = {
  unset: '0',
  schema: { type: 'string', pattern: '^[0-9]+$' },
  required: false,
  decode(json) {
    const text = typeof json === 'number' && Number.isSafeInteger(json) ? `${json}` : json
    const value = typeof text === 'string' ? toWholeNumber(text) : null
    if (value === null || value < 0n || value > UINT64_MAX) {
      throw new Misfit('a whole number of 64 bits, without sign', json)
    }
    return value.toString()
  },
  faults: noFaults,
}

/**
 * A number as JSON writes it. An exponent of three digits would exceed every integer of 64 bits.
 */
const NUMBER_TEXT = /^(-?)(0|[1-9]\d{0,99})(?:\.(\d{1,99}))?(?:[eE]([+-]?\d{1,2}))?$/

/** The whole number that a text stands for, or null. `1.0` and `1e3` are whole numbers too. */
function toWholeNumber(text: string): bigint | null {
  const parts = NUMBER_TEXT.exec(text)
  if (parts === null) return null
  const [, sign, whole, fraction = '', exponent = '0'] = parts
  const digits = BigInt(sign + whole + fraction)
  const shift = Number(exponent) - fraction.length
  if (shift >= 0) return digits * 10n ** BigInt(shift)
  const divisor = 10n ** BigInt(-shift)
  return digits % divisor === 0n ? digits / divisor : null
}

/** @param names in the order of their numbers, from 0; the first one stands for "unset" */
export const enumeration = <const Name extends string>(
  names: readonly [Name, ...Name[]],
): Field<Name> => ({
  unset: names[0],
  schema: { type: 'string', enum: names },
  required: false,
  decode(json) {
    const found = typeof json === 'number' ? names[json] : names.find(name => name === json)
    if (found === undefined) throw new Misfit(`one of ${names.join(', ')}`, json)
    return found
  },
  faults: noFaults,
})

/** The enumeration with a rule that it must be set. */
export const chosen = <Name extends string>(field: Field<Name>): Field<Name> => ({
  ...field,
  faults: value =>
    value === field.unset ? [{ field: '', expected: 'one of its named values' }] : NO_FAULTS,
})

const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/**
 * RFC 3339 text as protobuf accepts it, or null: capital letters, no leap seconds, and at most nine
 * digits after the second.
 */
export const timestamp: Field<string | null> = {
  unset: null,
  schema: { type: ['string', 'null'], format: 'date-time' },
  required: false,
  decode(json) {
    if (typeof json !== 'string' || !isTimestamp(json)) {
      throw new Misfit(
        'a time such as `2030-01-01T00:00:00Z`, of the years 0001 to 9999 in UTC',
        json,
      )
    }
    return json
  },
  faults: noFaults,
}

function isTimestamp(text: string): boolean {
  const parts = TIMESTAMP.exec(text)
  if (parts === null || !isTellable(Date.parse(text))) return false
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  // Date.parse accepts the 31st of a shorter month, as a day of the next month.
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** Any JSON object, or null. Its keys are the client's own and stay as they are. */
export const struct: Field<JsonObject | null> = {
  unset: null,
  schema: { type: ['object', 'null'], additionalProperties: true },
  required: false,
  decode(json) {
    if (!isObject(json)) throw new Misfit('an object', json)
    requirePlain(json as JsonValue, limits.jsonDepthMax)
    return json as JsonObject
  },
  faults: noFaults,
}

/** @throws Misfit for JSON that is nested too deeply to walk, or cannot be merged safely */
function requirePlain(json: JsonValue, depthLeft: number): void {
  if (typeof json !== 'object' || json === null) return
  if (depthLeft === 0) throw new Misfit(`at most ${limits.jsonDepthMax} levels of nesting`, json)
  for (const [key, value] of Object.entries(json)) {
    if (key === '__proto__') throw new Misfit('another key', key)
    requirePlain(value, depthLeft - 1)
  }
}

/**
 * The field with null as its unset value, for when "unset" differs from the field's own default.
 */
export const nullable = <Value>(field: Field<Value>): Field<Value | null> => ({
  ...(field as Field<Value | null>),
  unset: null,
  schema: { ...field.schema, type: [field.schema.type, 'null'] },
  faults: value => (value === null ? NO_FAULTS : field.faults(value)),
})

export const list = <Item>(item: Field<Item>): Field<readonly Item[]> => ({
  unset: [],
  schema: { type: 'array', items: item.schema },
  required: false,
  item,
  decode(json) {
    if (!Array.isArray(json)) throw new Misfit('a list', json)
    return json.map((each: unknown, index) => decodeAt(`[${index}]`, item, each))
  },
  faults(items) {
    let found = NO_FAULTS
    for (let index = 0; index < items.length && found.length < limits.violationsMax; index++) {
      const faults = item.faults(items[index])
      if (faults.length > 0) found = found.concat(within(`[${index}]`, faults))
    }
    return found
  },
})

/** A field of the protocol that is always null in answers, because Pemba has no content for it. */
export const nothing: Field<null> = {
  unset: null,
  schema: { type: 'null' },
  required: false,
  decode: () => null,
  faults: noFaults,
}

/** The violations of a part, with the part's path before their own. */
export const within = (path: string, faults: readonly Violation[]): readonly Violation[] =>
  faults.map(({ field, expected }) => ({ field: path + field, expected }))

export const isObject = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

const FOUND_MAX = 40

function kindOf(json: unknown): string {
  if (json === null) return 'null'
  if (Array.isArray(json)) return 'a list'
  if (typeof json === 'object') return 'an object'
  return `\`${shorten(JSON.stringify(json), FOUND_MAX)}\``
}
