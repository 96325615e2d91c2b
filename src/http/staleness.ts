// How old an answer is that did not ask to be fresh, when the datastore is away: the node goes on
// answering from what it holds, says so, and refuses those who would rather have no answer.

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Engine } from '../engine/index.js'
import { type Consistency, Refusal } from '../terms/index.js'

export const STALENESS_HEADER = 'x-pemba-staleness-ms'
export const MAX_STALENESS_HEADER = 'x-pemba-max-staleness-ms'

/** From here on it is told, ms: the feed looks at the datastore more often than that. */
const SENT_FROM_MS = 2500
const MILLISECONDS = /^\d{1,9}$/

/** @throws Refusal `replica-behind` for what is older than the request says, `invalid-argument` */
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
      `this node heard of the datastore ${age} ms ago, expected at most ${bound}: try again, or elsewhere`,
    )
  }
  if (age > SENT_FROM_MS) reply.header(STALENESS_HEADER, age)
}

function toBound(text: string | string[]): number {
  if (typeof text === 'string' && MILLISECONDS.test(text)) return Number(text)
  throw new Refusal(
    'invalid-argument',
    `invalid header \`${MAX_STALENESS_HEADER}\`: expected a whole number of ms of up to nine digits`,
  )
}
