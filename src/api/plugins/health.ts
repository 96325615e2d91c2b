// Liveness and readiness, for probes: no key is needed and nothing is computed.

import type { FastifyInstance } from 'fastify'

export interface Readiness {
  readonly ready: boolean
  /** Part → how it is. */
  readonly parts: Readonly<Record<string, string>>
}

const LIVE = {
  title: 'Health',
  description: 'The process answers.',
  type: 'object',
  properties: { status: { type: 'string', enum: ['SERVING'] } },
}

const toReadySchema = (description: string) => ({
  title: 'Readiness',
  description: 'How the parts are.',
  'x-response-description': description,
  type: 'object',
  properties: {
    ready: { type: 'boolean' },
    parts: { type: 'object', additionalProperties: { type: 'string' } },
  },
})

export function healthRoutes(app: FastifyInstance, readiness: () => Readiness): void {
  app.get('/healthz', {
    schema: { tags: ['health'], summary: 'Is it alive', security: [], response: { 200: LIVE } },
    handler: (_request, reply) => reply.send({ status: 'SERVING' }),
  })
  app.get('/readyz', {
    schema: {
      tags: ['health'],
      summary: 'Is it ready',
      security: [],
      response: { 200: toReadySchema('ready'), 503: toReadySchema('not ready yet') },
    },
    handler(_request, reply) {
      const { ready, parts } = readiness()
      const { refusal } = app.underWay
      const state =
        refusal === null
          ? { ready, parts }
          : { ready: false, parts: { service: refusal.message, ...parts } }
      return reply.code(state.ready ? 200 : 503).send(state)
    },
  })
}
