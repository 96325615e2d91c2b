// Liveness and readiness, for probes: no key is needed and nothing is computed. The names of stores are
// told to those only whose key opens them all.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
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
  description: 'How the parts are.',
  'x-response-description': description,
  type: 'object',
  properties: {
    ready: { type: 'boolean' },
    parts: { type: 'object', additionalProperties: { type: 'string' } },
    stores: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'How the graphs of open stores are held; for a key that opens all stores.',
    },
  },
})

interface HealthOptions {
  readonly readiness: () => Readiness
  readonly pass: Gate
}

export function healthRoutes(app: FastifyInstance, { readiness, pass }: HealthOptions): void {
  const mayKnowStores = (request: FastifyRequest, reply: FastifyReply): boolean =>
    request.headers.authorization !== undefined && pass(request, reply) === null
  app.get('/healthz', {
    schema: { tags: ['health'], summary: 'Is it alive', security: [], response: { 200: LIVE } },
    handler: (_request, reply) => reply.send({ status: 'SERVING' }),
  })
  app.get('/readyz', {
    schema: {
      tags: ['health'],
      summary: 'Is it ready',
      security: [{}, { key: [] }],
      response: { 200: toReadySchema('ready'), 503: toReadySchema('not ready yet') },
    },
    handler(request, reply) {
      const { parts, stores, ...told } = readiness()
      const { refusal } = app.underWay
      const ready = told.ready && refusal === null
      return reply.code(ready ? 200 : 503).send({
        ready,
        parts: refusal === null ? parts : { service: refusal.message, ...parts },
        ...(mayKnowStores(request, reply) && { stores }),
      })
    },
  })
}
