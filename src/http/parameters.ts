// The query parameters of a message, for the OpenAPI document.

import type { Message } from '../messages/index.js'
import { type Field, isObject, type JsonSchema } from '../messages/index.js'

/** The schema of a message's parameters. Nested names are joined by dots. */
export function toParameters(message: Message<unknown>): JsonSchema {
  const { examples = [] } = message.object as { readonly examples?: readonly unknown[] }
  const parameters = [...parametersOf(message, { path: '', required: true, example: examples[0] })]
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ path, schema }) => [path, schema])),
    required: parameters.filter(({ required }) => required).map(({ path }) => path),
  }
}

/** A path in the message. */
interface ParameterPath {
  readonly path: string
  /** Whether the message is refused without a value at this path. */
  readonly required: boolean
  /** The value of the message's example at this path. */
  readonly example: unknown
}

interface Parameter extends ParameterPath {
  readonly schema: JsonSchema
}

function* parametersOf(
  { slots = new Map() }: Field<unknown>,
  { path, required, example }: ParameterPath,
): Generator<Parameter> {
  for (const [key, { name, field, place }] of slots) {
    if (key !== name) continue
    const isMessage = field.slots !== undefined
    const isNeeded = isMessage ? field.required : field.faults(field.unset).length > 0
    const part: ParameterPath = {
      path: path === '' ? name : path + place,
      required: required && isNeeded,
      example: isObject(example) ? example[name] : undefined,
    }
    if (isMessage) yield* parametersOf(field, part)
    else yield { ...part, schema: withExample(field.schema, part.example) }
  }
}

const withExample = (schema: JsonSchema, example: unknown): JsonSchema =>
  example === undefined ? schema : { ...schema, examples: [example] }
