// Liveness and readiness, for probes. Without a key, the answer is yes or no and nothing else. The
// state of the parts and the names of stores need a key that opens all stores.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { nodeErrors } from '../statusErrors.js'
import type { Gate } from './auth.js'

/** The readiness of a node. */
export interface Readiness {
  readonly ready: boolean
  /** The state of each part by its name. */
  readonly parts: Readonly<Record<string, string>>
  /** The state of each open store's graph by the store's name. */
  readonly stores?: Readonly<Record<string, string>>
}

const LIVE = {
  title: 'Health',
  description: 'The process answers.',
  type: 'object',
  properties: { status: { type: 'string', enum: ['SERVING'] } },
}

const toReadySchema = (description: string) => ({
  title: 'Readiness',
  description: 'Whether the node answers and, for a key that opens all stores, how its parts are.',
  'x-response-description': description,
  type: 'object',
  properties: {
    ready: { type: 'boolean' },
    parts: { type: 'object', additionalProperties: { type: 'string' } },
    stores: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'How the graphs of open stores are held.',
    },
  },
})

interface HealthOptions {
  readonly readiness: () => Readiness
  readonly pass: Gate
}

export function healthRoutes(app: FastifyInstance, { readiness, pass }: HealthOptions): void {
  // An unknown key is refused, since a client that sends a key expects more than a probe.
  const mayKnow = (request: FastifyRequest, reply: FastifyReply): boolean =>
    request.headers.authorization !== undefined && pass(request, reply) === null
  app.get('/healthz', {
    config: { writes: false },
    schema: { tags: ['health'], summary: 'Is it alive', security: [], response: { 200: LIVE } },
    handler: (_request, reply) => reply.send({ status: 'SERVING' }),
  })
  app.get('/readyz', {
    config: { writes: false },
    schema: {
      tags: ['health'],
      summary: 'Is it ready',
      security: [{}, { key: [] }],
      response: {
        200: toReadySchema('ready'),
        403: nodeErrors.responses[403],
        503: toReadySchema('not ready yet'),
      },
    },
    handler(request, reply) {
      const { parts, stores, ...state } = readiness()
      const { refusal } = app.inFlight
      const ready = state.ready && refusal === null
      const detail = mayKnow(request, reply) && {
        parts: refusal === null ? parts : { service: refusal.message, ...parts },
        stores,
      }
      return reply.code(ready ? 200 : 503).send({ ready, ...detail })
    },
  })
}
