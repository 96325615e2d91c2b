// The metrics of the service in Prometheus's text format, read at each scrape. They cover all
// stores, so they need a key that opens all of them.

import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { NO_VITALS, type NodeVitals, type Stores } from '../../engine/index.js'
import type { InFlight } from '../inFlight.js'
import { type Metric, register } from '../metrics/metric.js'
import { storeMetrics } from '../metrics/storeMetrics.js'
import { routeMetrics, Tally } from '../metrics/tally.js'
import { nodeErrors } from '../statusErrors.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly tally: Tally
  }
}

/** The state of the connection to Redis. */
export interface RedisVitals {
  /** `ready`, or another state of the connection. */
  status(): string
  /** How often the circuit breaker has opened. */
  pauses(): number
}

interface Node {
  readonly vitals: NodeVitals
  readonly inFlight: InFlight
  readonly tally: Tally
  readonly redis: RedisVitals | null
}

const nodeMetrics: readonly Metric<Node>[] = [
  {
    name: 'pemba_stores_open',
    type: 'gauge',
    help: 'Stores that this node answers for at the moment, the default one included',
    read: ({ vitals }) => vitals.stores.size,
  },
  {
    name: 'pemba_graph_memory_bytes',
    type: 'gauge',
    help: 'Memory of all graphs that are held, those that are being loaded included, an estimate',
    read: ({ vitals }) => vitals.graphBytes,
  },
  {
    name: 'pemba_graph_memory_limit_bytes',
    type: 'gauge',
    help: 'Room for all graphs that are held; absent without a bound',
    read: ({ vitals }) => (Number.isFinite(vitals.graphBytesMax) ? vitals.graphBytesMax : null),
  },
  {
    name: 'pemba_graph_evictions_total',
    type: 'counter',
    help:
      'How often a store was closed while idle, or came to be looked up, to make room for the ' +
      'graph of another',
    read: ({ vitals }) => vitals.evictions,
  },
  {
    name: 'pemba_row_cache_bytes',
    type: 'gauge',
    help:
      'Memory of the rows that are kept of graphs that are looked up, of all stores, an ' +
      'estimate',
    read: ({ vitals }) => vitals.rowBytes,
  },
  {
    name: 'pemba_streams_open',
    type: 'gauge',
    help: 'Streams under way: lookups, reads, exports, watches, and imports that are arriving',
    read: ({ inFlight }) => inFlight.count,
  },
  {
    name: 'pemba_refusals_total',
    type: 'counter',
    help:
      'Requests that were refused, by the code of the refusal; internal for a fault of the ' +
      'service',
    label: 'code',
    read: ({ tally }) => tally.refusals,
  },
  {
    name: 'pemba_redis_ready',
    type: 'gauge',
    help: 'Whether Redis can be asked; absent without one',
    read: ({ redis }) => (redis === null ? null : Number(redis.status() === 'ready')),
  },
  {
    name: 'pemba_redis_pauses_total',
    type: 'counter',
    help: 'How often Redis failed or was slow, and was then left alone for a while',
    read: ({ redis }) => (redis === null ? null : redis.pauses()),
  },
]

const UNKNOWN_ROUTE = 'other'

/** Adds the counting of requests. Call it before declaring the routes to count. */
export function addRequestCounting(app: FastifyInstance): Registry {
  const registry = new Registry()
  const tally = new Tally(registry)
  app.decorate('tally', tally)
  app.addHook('onRequest', (request, reply, done) => {
    const route = tally.route(request.routeOptions.url ?? UNKNOWN_ROUTE)
    // Not `onResponse`, which does not run when the client has left.
    reply.raw.on('close', () => {
      route.answered(reply.raw.writableEnded ? reply.statusCode : null, reply.elapsedTime)
    })
    done()
  })
  return registry
}

const EXPOSITION = {
  description: 'lines of text',
  content: { 'text/plain': { schema: { type: 'string' } } },
}

interface MetricsOptions {
  readonly registry: Registry
  readonly stores: Stores
  readonly redis: RedisVitals | null
  readonly pass: onRequestHookHandler
}

export function metricsRoute(app: FastifyInstance, options: MetricsOptions): void {
  const { registry, stores, redis, pass } = options
  const { inFlight, tally } = app
  const { responses } = nodeErrors
  let vitals: NodeVitals = NO_VITALS
  const node = (): Node => ({ vitals, inFlight, tally, redis })
  register(registry, storeMetrics, { label: 'store', all: () => vitals.stores })
  register(registry, routeMetrics, { label: 'route', all: () => tally.routes })
  register(registry, nodeMetrics, { label: null, all: () => [['', node()]] })
  app.get('/metrics', {
    exposeHeadRoute: false,
    config: { writes: false },
    onRequest: pass,
    schema: {
      tags: ['operation'],
      summary: 'How it does, in numbers',
      description: 'Metrics as Prometheus reads them, of this node and of the stores open on it.',
      response: { 200: EXPOSITION, 401: responses[401], 403: responses[403] },
    },
    async handler(_request, reply) {
      vitals = stores.vitals()
      const texts = await Promise.all([registry.metrics(), processRegistry().metrics()])
      return reply.type(registry.contentType).send(texts.join('\n'))
    },
  })
}

let ofProcess: Registry | null = null

/**
 * The metrics of the process, which all applications share. It is observed from the first scrape.
 */
function processRegistry(): Registry {
  if (ofProcess === null) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
  }
  return ofProcess
}
