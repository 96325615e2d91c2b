// Proto3 JSON messages, declared by their fields, as in `message('Group', …, { id: text(…) })`. A
// message accepts names in camelCase and snake_case, and ignores unknown ones. It decodes to an
// object that has all of its fields, with unset ones at their default, as protojson prints it.

import type { Violation } from '../terms/index.js'
import { Refusal } from '../terms/index.js'
import {
  decodeAt,
  type Field,
  isObject,
  type JsonSchema,
  Misfit,
  NO_FAULTS,
  type Slots,
  within,
} from './field.js'
import { parseJson } from './strictJson.js'

type Shape = Readonly<Record<string, Field<unknown>>>
type ValueOf<S extends Shape> = {
  readonly [Name in keyof S]: S[Name] extends Field<infer Value> ? Value : never
}

export interface Message<Value> extends Field<Value | null> {
  readonly name: string
  /** The JSON Schema of the message. `schema` allows null too. */
  readonly object: JsonSchema
}

/** The type of a message's or field's decoded value. */
export type Wire<F> = F extends Message<infer Value> ? Value : F extends Field<infer V> ? V : never

/** The type of the value as a client may send it, with unset fields left out. */
export type Sent<F> = Optional<Wire<F>>

type Optional<Value> = Value extends readonly (infer Item)[]
  ? readonly Optional<Item>[]
  : Value extends object
    ? string extends keyof Value
      ? Value
      : { readonly [Name in keyof Value]?: Optional<Value[Name]> | null }
    : Value

/** The schema keyword that stands for a message within itself. */
export const AGAIN = 'x-again'

interface Options<Value> {
  /** The rule about several fields, if there is one. */
  readonly rule?: (value: Value) => readonly Violation[]
  readonly example?: unknown
}

export function message<S extends Shape>(
  name: string,
  description: string,
  shape: S,
  options: Options<ValueOf<S>> = {},
): Message<ValueOf<S>> {
  const fields = Object.entries(shape)
  const object = toSchema(name, description, fields, options.example)
  const slots = slotsOf(fields)
  const decode = decoderOf(fields, slots)
  return {
    name,
    object,
    slots,
    unset: null,
    schema: { ...object, type: ['object', 'null'] },
    required: false,
    decode: json => decode(json) as ValueOf<S>,
    faults: value =>
      value === null ? NO_FAULTS : faultsOf(fields, value).concat(options.rule?.(value) ?? []),
  }
}

/**
 * The message with a rule that it must be set. The type excludes null, which is true only after
 * `admit` has checked the rules. Until then the value may be null.
 */
export const required = <Value>(field: Message<Value>): Field<Value> => ({
  ...(field as Field<Value>),
  schema: field.object,
  required: true,
})

/** A member of a oneof, which is left out of the JSON when it is unset. */
export const member = <Value>(
  field: Message<Value> | Field<Value>,
): Field<Exclude<Value, null> | undefined> => ({
  ...(field as Field<Exclude<Value, null> | undefined>),
  unset: undefined,
  schema: 'object' in field ? field.object : field.schema,
  faults: value => (value === undefined ? NO_FAULTS : field.faults(value as Value)),
})

/** The message called `name` within itself, in answers only. The value is printed as it is. */
export const again = <Value>(name: string): Field<Value | undefined> => ({
  unset: undefined,
  schema: { [AGAIN]: name },
  required: false,
  decode(json) {
    throw new Misfit(`nothing: \`${name}\` is for answers`, json)
  },
  faults: () => NO_FAULTS,
})

/**
 * Decodes the message in the text of a body. Empty text is an empty message.
 * @throws Refusal `invalid-argument` for malformed JSON, or the first value of a wrong type
 */
export const decodeBody = <Value>(message: Message<Value>, body: string): Value =>
  decodeJson(message, body === '' ? {} : parseJson(body))

/** @throws Refusal `invalid-argument` for the first value of a wrong type */
export function decodeJson<Value>(message: Message<Value>, json: unknown): Value {
  try {
    return message.decode(json) as Value
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    const where = error.path === '' ? 'the body' : `\`${error.path.slice(1)}\``
    throw new Refusal('invalid-argument', `invalid value at ${where}: ${error.message}`)
  }
}

/**
 * Checks all rules of the message. Returns the value if it keeps them.
 * @throws Refusal `invalid-argument` with every violation, up to a limit in each list
 */
export function admit<Value>(message: Message<Value>, value: Value): Value {
  const faults = message.faults(value)
  if (faults.length === 0) return value
  const violations = faults.map(({ field, expected }) => ({ field: field.slice(1), expected }))
  const listed = violations
    .slice(0, 3)
    .map(({ field, expected }) => `\`${field}\` must be ${expected}`)
  const rest = faults.length - listed.length
  const more = rest > 0 ? `; and ${rest} more` : ''
  throw new Refusal(
    'invalid-argument',
    `invalid request: ${listed.join('; ')}${more}`,
    {},
    violations,
  )
}

type MessageFields = readonly (readonly [name: string, field: Field<unknown>])[]

function toSchema(
  name: string,
  description: string,
  fields: MessageFields,
  example: unknown,
): JsonSchema {
  const required = fields.filter(([, field]) => field.required).map(([name]) => name)
  return {
    title: name,
    description,
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, field]) => [name, field.schema])),
    ...(required.length > 0 && { required }),
    ...(example !== undefined && { examples: [example] }),
  }
}

const toSnakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, sign => `_${sign.toLowerCase()}`)

const slotsOf = (fields: MessageFields): Slots =>
  new Map(
    fields.flatMap(([name, field]) => {
      const slot = { name, field, place: `.${name}` }
      return [[name, slot] as const, [toSnakeCase(name), slot] as const]
    }),
  )

function decoderOf(
  fields: MessageFields,
  slots: Slots,
): (json: unknown) => Record<string, unknown> {
  const unset = Object.fromEntries(fields.map(([name, field]) => [name, field.unset]))
  return json => {
    if (!isObject(json)) throw new Misfit('an object', json)
    const value = { ...unset }
    for (const key in json) {
      const slot = slots.get(key)
      if (slot === undefined) continue
      if (key !== slot.name && slot.name in json) throw new Misfit(`\`${slot.name}\` once`, key)
      if (json[key] !== null) value[slot.name] = decodeAt(slot.place, slot.field, json[key])
    }
    return value
  }
}

function faultsOf(
  fields: MessageFields,
  value: Readonly<Record<string, unknown>>,
): readonly Violation[] {
  let found = NO_FAULTS
  for (const [name, field] of fields) {
    const part = value[name]
    const faults = field.required && part === null ? MISSING : field.faults(part)
    if (faults.length > 0) found = found.concat(within(`.${name}`, faults))
  }
  return found
}

const MISSING: readonly Violation[] = [{ field: '', expected: 'given' }]
