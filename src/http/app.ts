// The HTTP application: what is registered, by name and in order, and what happens to every request
// and every error. It listens nowhere; the top floor does that, tests inject.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify'
import type { Stores } from '../engine/index.js'
import { permissionListRoute } from '../protocols/pemba/permissionList.js'
import { storeRoutes } from '../protocols/pemba/stores.js'
import { sharingRoutes } from '../protocols/sharing/routes.js'
import { bulkRoutes } from '../protocols/spicedb/bulk.js'
import { counterRoutes } from '../protocols/spicedb/counters.js'
import { expandRoute } from '../protocols/spicedb/expand.js'
import { lookupResourcesRoute } from '../protocols/spicedb/lookupResources.js'
import { lookupSubjectsRoute } from '../protocols/spicedb/lookupSubjects.js'
import { permissionRoutes } from '../protocols/spicedb/permissions.js'
import { reflectionRoutes } from '../protocols/spicedb/reflection.js'
import { relationshipRoutes } from '../protocols/spicedb/relationships.js'
import { schemaRoutes } from '../protocols/spicedb/schema.js'
import { watchRoute } from '../protocols/spicedb/watch.js'
import { limits, Refusal } from '../terms/index.js'
import { refuseConnection, watchExchanges } from './clientError.js'
import { report } from './faults.js'
import type { KeySet } from './keyring.js'
import { allowHalfOpen } from './leaving.js'
import { guarding, requireUnbound } from './plugins/auth.js'
import { closing } from './plugins/closing.js'
import { healthRoutes, type Readiness } from './plugins/health.js'
import { counting, metricsRoute, type RedisVitals } from './plugins/metrics.js'
import { openapi } from './plugins/openapi.js'
import { slowSenders } from './plugins/slowSenders.js'
import { enterStore } from './plugins/store.js'
import type { Scope } from './route.js'
import { type TlsOptions, toServerOptions } from './tls.js'

/** What it is made of; of keys there is at least one. */
export interface AppOptions extends KeySet {
  readonly stores: Stores
  readonly logger: FastifyBaseLogger
  readonly readiness: () => Readiness
  readonly redis?: RedisVitals | null
  readonly tls?: TlsOptions | null
  /** Adds routes that need a key too. */
  readonly extend?: (scope: Scope) => void
}

export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { stores, logger, readiness, redis = null, tls = null, extend } = options
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
    // As a body does, it stays text until the route's message reads it.
    routerOptions: { querystringParser: text => ({ text }) },
    frameworkErrors: sendFailure,
    clientErrorHandler: refuseConnection,
  })
  allowHalfOpen(app.server)
  watchExchanges(app.server)
  // Any body is read as JSON, whatever it says it is, and by the route's message.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => done(null, text))
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    // Not deleted: that would make every later look at the headers a slow one.
    request.raw.headers['content-type'] = undefined
    done()
  })
  const registry = counting(app)
  slowSenders(app)
  app.setErrorHandler(sendFailure)
  app.setNotFoundHandler(refuseRoute)

  closing(app)
  await openapi(app)
  const pass = guarding(app, options)
  healthRoutes(app, { readiness, pass })
  metricsRoute(app, { registry, stores, redis, pass: requireUnbound(pass) })
  app.decorateRequest('storeUse', null)
  await app.register(async managing => {
    managing.addHook('onRequest', requireUnbound(pass))
    storeRoutes({ app: managing, engineOf: () => stores.home }, stores)
  })
  await app.register(async guarded => {
    guarded.addHook('onRequest', enterStore(pass, stores))
    const scope: Scope = {
      app: guarded,
      engineOf: ({ storeUse }) => (storeUse === null ? stores.home : storeUse.engine),
    }
    permissionRoutes(scope)
    permissionListRoute(scope)
    expandRoute(scope)
    lookupResourcesRoute(scope)
    lookupSubjectsRoute(scope)
    relationshipRoutes(scope)
    bulkRoutes(scope)
    counterRoutes(scope)
    schemaRoutes(scope)
    reflectionRoutes(scope)
    watchRoute(scope)
    sharingRoutes(scope)
    extend?.(scope)
  })
  return app
}

const UNAVAILABLE = 503
/** What is away for a moment is back by then; who asks sooner only asks more. */
const RETRY_AFTER_SECONDS = 1
const METHODS = ['POST', 'GET'] as const
const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/

/** The client's own id when it is a harmless one, so that it finds its request in our log. */
function toRequestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
}

function sendFailure(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { http, body } = report(error, request)
  const streamed = request.routeOptions.config.streams === true && !isAboutBody(error)
  const told = JSON.stringify(streamed ? { error: body } : body)
  if (http === UNAVAILABLE) reply.header('retry-after', RETRY_AFTER_SECONDS)
  return reply.code(http).type('application/json; charset=utf-8').send(told)
}

/** A body that cannot be read is refused before the stream begins, so without the stream's form. */
const isAboutBody = (error: Error): boolean => 'validationContext' in error

function refuseRoute(request: FastifyRequest): never {
  const [url] = request.url.split('?', 1)
  const known = METHODS.some(method => request.server.hasRoute({ method, url }))
  throw known
    ? new Refusal('method-not-allowed', 'Method Not Allowed')
    : new Refusal('not-found', 'Not Found')
}
