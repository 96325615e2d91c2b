// The parameters of a message in a query string, as the OpenAPI document tells them.

import type { Message } from '../messages/index.js'
import { type Field, isObject, type JsonSchema } from '../messages/index.js'

/** Their schema, by their names, which are joined by dots. */
export function toParameters(message: Message<unknown>): JsonSchema {
  const { examples = [] } = message.object as { readonly examples?: readonly unknown[] }
  const parameters = [...parametersOf(message, { path: '', required: true, example: examples[0] })]
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ path, schema }) => [path, schema])),
    required: parameters.filter(({ required }) => required).map(({ path }) => path),
  }
}

/** A place in the message. */
interface ParameterPath {
  readonly path: string
  /** Whether the message is refused when nothing is there. */
  readonly required: boolean
  /** What the message's example has there. */
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
