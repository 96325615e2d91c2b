// Error bodies as messages, and the statuses that every route may answer with: what the OpenAPI
// document says of refusals.

import { type JsonSchema, list, message, struct, text, uint32 } from '../messages/index.js'

const ANY_TEXT = { holds: () => true, expected: 'what was found, and what was expected' }

export const failure = message(
  'Status',
  'Why a request was refused. Details are google.rpc.ErrorInfo with a reason, or buf.validate.Violations with every field that breaks a rule.',
  { code: uint32, message: text(ANY_TEXT), details: list(struct) },
  {
    example: {
      code: 9,
      message: 'object definition `documnet` not found',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'ERROR_REASON_UNKNOWN_DEFINITION',
          domain: 'authzed.com',
          metadata: { definition_name: 'documnet' },
        },
      ],
    },
  },
)

const streamFailure = message('StreamFailure', 'Why a stream was refused, or ended early.', {
  error: failure,
})

const DESCRIPTIONS = {
  400: 'malformed JSON, a value that breaks a rule, an unknown name, a failed precondition, a bad token',
  401: 'no key was sent',
  403: 'the key is not one of ours, or does not open the store',
  404: 'no schema has been written, or there is no such store',
  409: 'the relationship or store is already there, or another write came between',
  429: 'the body is too large, or too much is asked at once',
  500: 'a fault of the service',
  503: 'the datastore is away, or this node is behind',
  504: 'the deadline passed',
} as const

const toResponses = (schema: JsonSchema): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(
    Object.entries(DESCRIPTIONS).map(([status, description]) => [
      status,
      { ...schema, 'x-response-description': description },
    ]),
  )

/** Response schemas of refusals by HTTP status. */
export const failures = toResponses(failure.object)
export const streamFailures = toResponses(streamFailure.object)
