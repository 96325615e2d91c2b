// Liveness and readiness, for probes: without a key they tell whether, and nothing else. How the parts
// are, and the names of stores, are for those whose key opens all stores.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { nodeErrors } from '../statusErrors.js'
import type { Gate } from './auth.js'

export interface Readiness {
  readonly ready: boolean
  /** Part → how it is. */
  readonly parts: Readonly<Record<string, string>>
  /** Name → how its graph is held. */
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
  // A key that is not ours is refused: whoever sends one wants to know more than a probe does.
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
      const { parts, stores, ...told } = readiness()
      const { refusal } = app.inFlight
      const ready = told.ready && refusal === null
      const detail = mayKnow(request, reply) && {
        parts: refusal === null ? parts : { service: refusal.message, ...parts },
        stores,
      }
      return reply.code(ready ? 200 : 503).send({ ready, ...detail })
    },
  })
}
