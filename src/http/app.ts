// The HTTP application: its plugins in their order, and the treatment of every request and error.
// It does not listen: the top floor does that, and tests inject requests.

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
import { addAuthentication, requireUnbound } from './plugins/auth.js'
import { addGracefulShutdown } from './plugins/closing.js'
import { healthRoutes, type Readiness } from './plugins/health.js'
import { addRequestCounting, metricsRoute, type RedisVitals } from './plugins/metrics.js'
import { openapi } from './plugins/openapi.js'
import { slowSenders } from './plugins/slowSenders.js'
import { errorHandlerOf, mount, type Protocol } from './protocol.js'
import { nodeErrors } from './statusErrors.js'
import { type TlsOptions, toServerOptions } from './tls.js'

/** The parts of the application. There is at least one key. */
export interface AppOptions extends KeySet {
  readonly stores: Stores
  readonly logger: FastifyBaseLogger
  readonly readiness: () => Readiness
  readonly redis?: RedisVitals | null
  /** The protocols, which are independent of one another. */
  readonly protocols: readonly Protocol[]
  readonly tls?: TlsOptions | null
}

export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { stores, logger, readiness, redis = null, tls = null, protocols } = options
  const app = fastify({
    ...(tls !== null && { https: toServerOptions(tls) }),
    loggerInstance: logger,
    // All requests share one logger: the hot path logs nothing, and an error names its request.
    childLoggerFactory: parent => parent,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    requestIdHeader: false,
    genReqId: toRequestId,
    // Requests that arrive on open connections while closing are answered, then the connection
    // ends.
    return503OnClosing: false,
    // The query stays text, as a body stays bytes, until the route's message decodes it.
    routerOptions: { querystringParser: text => ({ text }) },
    frameworkErrors: errorHandlerOf(nodeErrors),
    clientErrorHandler: refuseConnection,
  })
  allowHalfOpen(app.server)
  watchExchanges(app.server)
  // The route's message decodes any body as JSON, whatever its content type.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    // Not deleted, since that would make each later access to the headers slow.
    request.raw.headers['content-type'] = undefined
    done()
  })
  const registry = addRequestCounting(app)
  slowSenders(app)
  app.setErrorHandler(errorHandlerOf(nodeErrors))
  app.setNotFoundHandler(refuseRoute)

  addGracefulShutdown(app)
  await openapi(
    app,
    protocols.flatMap(({ tags }) => tags),
  )
  const pass = addAuthentication(app, options)
  healthRoutes(app, { readiness, pass })
  metricsRoute(app, { registry, stores, redis, pass: requireUnbound(pass) })
  app.decorateRequest('storeLease', null)
  for (const protocol of protocols) await mount(app, protocol, { stores, pass })
  return app
}

const METHODS = ['POST', 'GET'] as const
const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/

/** The client's own id if it is harmless, so that the client can find its request in our log. */
function toRequestId({ headers }: IncomingMessage): string {
  const id = headers['x-request-id']
  return typeof id === 'string' && REQUEST_ID.test(id) ? id : randomUUID()
}

function refuseRoute(request: FastifyRequest): never {
  const [url] = request.url.split('?', 1)
  const known = METHODS.some(method => request.server.hasRoute({ method, url }))
  throw known
    ? new Refusal('method-not-allowed', 'Method Not Allowed')
    : new Refusal('not-found', 'Not Found')
}
