// The lines of a stream as gRPC's gateways write them: each line is an object that holds one
// result.

import type { JsonSchema } from './field.js'
import type { Message } from './message.js'

export const resultLines = {
  toLine: (result: unknown): unknown => ({ result }),
  toSchema: ({ name, object }: Message<unknown>): JsonSchema => ({
    title: `${name}Line`,
    description: 'A line of the answer, which is one such object after the other.',
    type: 'object',
    properties: { result: object },
  }),
}
