// The HTTP application: what is registered, by name and in order, and what happens to every request
// and every error. It listens nowhere; the top floor does that, tests inject.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify'
import type { Stores } from '../engine/index.js'
import { limits, Refusal } from '../terms/index.js'
import { refuseConnection, watchExchanges } from './clientError.js'
import { allowHalfOpen } from './disconnect.js'
import type { KeySet } from './keyring.js'
import { guarding, requireUnbound } from './plugins/auth.js'
import { closing } from './plugins/closing.js'
import { healthRoutes, type Readiness } from './plugins/health.js'
import { counting, metricsRoute, type RedisVitals } from './plugins/metrics.js'
import { openapi } from './plugins/openapi.js'
import { slowSenders } from './plugins/slowSenders.js'
import { failing, mount, type Protocol } from './protocol.js'
import { nodeErrors } from './statusErrors.js'
import { type TlsOptions, toServerOptions } from './tls.js'

/** What it is made of; of keys there is at least one. */
export interface AppOptions extends KeySet {
  readonly stores: Stores
  readonly logger: FastifyBaseLogger
  readonly readiness: () => Readiness
  readonly redis?: RedisVitals | null
  /** What is spoken; none knows of another. */
  readonly protocols: readonly Protocol[]
  readonly tls?: TlsOptions | null
}

export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { stores, logger, readiness, redis = null, tls = null, protocols } = options
  const app = fastify({
    ...(tls !== null && { https: toServerOptions(tls) }),
    loggerInstance: logger,
    // One logger for all requests: the hot path logs nothing, and an error's line names its request.
    childLoggerFactory: parent => parent,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    requestIdHeader: false,
    genReqId: toRequestId,
    // Requests that still come on open connections are answered, and their connections closed.
    return503OnClosing: false,
    // As a body stays bytes, it stays text until the route's message reads it.
    routerOptions: { querystringParser: text => ({ text }) },
    frameworkErrors: failing(nodeErrors),
    clientErrorHandler: refuseConnection,
  })
  allowHalfOpen(app.server)
  watchExchanges(app.server)
  // Any body is read as JSON, whatever it says it is, and by the route's message.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    // Not deleted: that would make every later look at the headers a slow one.
    request.raw.headers['content-type'] = undefined
    done()
  })
  const registry = counting(app)
  slowSenders(app)
  app.setErrorHandler(failing(nodeErrors))
  app.setNotFoundHandler(refuseRoute)

  closing(app)
  await openapi(
    app,
    protocols.flatMap(({ tags }) => tags),
  )
  const pass = guarding(app, options)
  healthRoutes(app, { readiness, pass })
  metricsRoute(app, { registry, stores, redis, pass: requireUnbound(pass) })
  app.decorateRequest('storeLease', null)
  for (const protocol of protocols) await mount(app, protocol, { stores, pass })
  return app
}

const METHODS = ['POST', 'GET'] as const
const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/

/** The client's own id when it is a harmless one, so that it finds its request in our log. */
function toRequestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
}

function refuseRoute(request: FastifyRequest): never {
  const [url] = request.url.split('?', 1)
  const known = METHODS.some(method => request.server.hasRoute({ method, url }))
  throw known
    ? new Refusal('method-not-allowed', 'Method Not Allowed')
    : new Refusal('not-found', 'Not Found')
}
