// The staleness of answers while the datastore is unreachable. The node keeps answering questions
// with minimize-latency from its own graph. A header says how old the answer is, and another lets
// clients refuse answers beyond an age.

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Engine } from '../engine/index.js'
import { type Consistency, Refusal } from '../terms/index.js'

export const STALENESS_HEADER = 'x-pemba-staleness-ms'
export const MAX_STALENESS_HEADER = 'x-pemba-max-staleness-ms'

/** Staleness from which on the header is sent, ms. The feed looks at the datastore more often. */
const SENT_FROM_MS = 2500
const MILLISECONDS = /^\d{1,9}$/

/**
 * Sends the staleness of an answer that may be stale.
 * @throws Refusal `replica-behind` beyond the age that the request allows, `invalid-argument` for a
 * malformed age
 */
export function sendStaleness(
  request: FastifyRequest,
  reply: FastifyReply,
  engine: Engine,
  { kind }: Consistency,
): void {
  if (kind !== 'minimize-latency') return
  const age = engine.live.stalenessMs
  const bound = request.headers[MAX_STALENESS_HEADER]
  if (bound !== undefined && age > toBound(bound)) {
    throw new Refusal(
      'replica-behind',
      `this node heard of the datastore ${age} ms ago, expected at most ${bound}: try again, ` +
        `or elsewhere`,
    )
  }
  if (age > SENT_FROM_MS) reply.header(STALENESS_HEADER, age)
}

function toBound(text: string | string[]): number {
  if (typeof text === 'string' && MILLISECONDS.test(text)) return Number(text)
  throw new Refusal(
    'invalid-argument',
    `invalid header \`${MAX_STALENESS_HEADER}\`: expected a whole number of ms of up to nine ` +
      `digits`,
  )
}
