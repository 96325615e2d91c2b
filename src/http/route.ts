// The common part of the routes of every protocol. A route takes a message or a stream of messages,
// and answers with a message or a stream. This file also fixes the order in which a request is
// refused: first its body, then its consistency, then the rules of its fields, then the operation.

import type { Readable } from 'node:stream'
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RouteShorthandOptionsWithHandler,
} from 'fastify'
import { type Engine, unlessStopped } from '../engine/index.js'
import { admit, decodeBody, type Message } from '../messages/index.js'
import { type Consistency, limits, type Refusal } from '../terms/index.js'
import type { Writes } from './access.js'
import { readMessages } from './arrival.js'
import { beforeDeadline, signalOf, stopAtClosing } from './deadline.js'
import { report } from './faults.js'
import { type CallMetadata, RequestMetadata } from './metadata.js'
import { toParameters } from './parameters.js'
import type { RouteScope } from './protocol.js'
import { decodeQuery, type QueryText } from './query.js'
import { sendStaleness } from './staleness.js'
import { beginLines, leave, openLines } from './stream.js'
import { toText } from './utf8.js'

/** The consistency of a request whose body is a stream. */
const MINIMIZE_LATENCY: Consistency = { kind: 'minimize-latency' }

/** The parts of a request beside its body. */
export interface Call {
  readonly engine: Engine
  readonly consistency: Consistency
  readonly metadata: CallMetadata
  /** Aborted with a refusal when nobody waits for the answer any more, or a stream has to end. */
  readonly signal: AbortSignal
}

/** The declaration of a route. */
interface Route<Request, Response> {
  readonly path: string
  /** An older path of the same route, for clients that still use it. */
  readonly deprecatedPath?: string
  readonly tag: string
  readonly summary: string
  readonly description: string
  /** Whether the route writes. Read-only keys may not use a route that does. */
  readonly writes: Writes
  readonly request: Message<Request>
  readonly response: Message<Response>
}

interface UnaryRoute<Request, Response> extends Route<Request, Response> {
  answer(body: NoInfer<Request>, call: Call): Promise<NoInfer<Response>>
}

interface ClientStreamRoute<Request, Response> extends Route<Request, Response> {
  /** @param messages the messages as they arrive, each after validation */
  answer(messages: AsyncIterable<NoInfer<Request>>, call: Call): Promise<NoInfer<Response>>
}

interface StreamRoute<Request, Response, Item> extends Route<Request, Response> {
  /** Whether a reader may be arbitrarily slow. Other streams end when their reader stalls. */
  readonly patient?: boolean
  /** The refusal for a reader that stalled. */
  readonly stalled?: () => Refusal
  /** Whether the stream has no natural end. Its answer then begins before the first item. */
  readonly endless?: boolean
  open(body: NoInfer<Request>, call: Call): Promise<Stream<Item, NoInfer<Response>>>
}

interface Stream<Item, Response> {
  readonly items: AsyncIterable<Item>
  readonly toResult: (item: Item) => Response
}

/** Adds a route with one message in and one message out. */
export function unary<Request, Response>(
  scope: RouteScope,
  route: UnaryRoute<Request, Response>,
): void {
  const answer = answererOf(scope, route)
  add(scope.app, route, {
    config: { writes: route.writes },
    schema: toSchema(scope, route),
    validatorCompiler: () => decoderOf(route.request),
    handler: async (request, reply) => answer(request.body, request, reply),
  })
}

/** Adds a GET route, whose message is in the query string. */
export function reading<Request, Response>(
  scope: RouteScope,
  route: UnaryRoute<Request, Response>,
): void {
  const answer = answererOf(scope, route)
  scope.app.get(route.path, {
    exposeHeadRoute: false,
    config: { writes: route.writes },
    schema: {
      ...toHeading(route),
      querystring: toParameters(route.request),
      response: toResponses(scope, route),
    },
    validatorCompiler: () => (query: QueryText) => ({
      value: decodeQuery(route.request, query.text),
    }),
    async handler(request, reply) {
      // No proxy may cache the answer, since access can change at any time.
      reply.header('cache-control', 'no-store')
      return answer(request.query, request, reply)
    },
  })
}

/** Adds a route whose body is a stream of messages of any length. A refusal ends the connection. */
export function clientStream<Request, Response>(
  scope: RouteScope,
  route: ClientStreamRoute<Request, Response>,
): void {
  scope.app.register(async streaming => {
    streaming.removeAllContentTypeParsers()
    streaming.addContentTypeParser('*', (_request, body, done) => done(null, body))
    add(streaming, route, {
      config: { patient: true, writes: route.writes },
      schema: toSchema(scope, route),
      validatorCompiler: () => body => ({ value: body }),
      async handler(request, reply) {
        const body = (request.body ?? null) as Readable | null
        const call = toCall(request, reply, scope.engineOf(request), MINIMIZE_LATENCY)
        const finish = stopAtClosing(request, reply)
        body?.once('end', finish)
        try {
          const messages = readMessages(body, route.request, call.signal)
          return await beforeDeadline(request, reply, () => route.answer(messages, call))
        } catch (error) {
          reply.header('connection', 'close')
          body?.resume()
          throw error
        }
      },
    })
  })
}

/** Adds a route that answers with a stream. */
export function stream<Request, Response, Item>(
  scope: RouteScope,
  route: StreamRoute<Request, Response, Item>,
): void {
  const { errors, lines: shape } = scope.protocol
  add(scope.app, route, {
    config: { streams: true, writes: route.writes },
    schema: {
      ...toSchema(scope, route),
      response: { 200: shape.toSchema(route.response), ...errors.streamResponses },
    },
    validatorCompiler: () => decoderOf(route.request),
    handler: async (request, reply) => {
      const { body, consistency } = toQuestion(scope, route.request, request.body)
      const call = toCall(request, reply, scope.engineOf(request), consistency)
      stopAtClosing(request, reply)
      if (route.endless !== true) request.server.inFlight.enterAnswer(reply.raw)
      const { signal } = call
      const { items, toResult } = await openUnlessStopped(route.open(body, call), signal)
      const print = printerOf(reply)
      const options = {
        toLine: (item: Item) => `${print(shape.toLine(toResult(item)))}\n`,
        toError: (error: unknown) => errors.line(report(error, request)),
        signal,
        stallMs: route.patient === true ? null : limits.streamStallMs,
        stalled: route.stalled,
      }
      if (route.endless === true) return sendAtOnce(reply, beginLines(items, options))
      const lines = await openLines(items, options)
      return reply.type('application/json').send(lines)
    },
  })
}

function add(
  app: FastifyInstance,
  { path, deprecatedPath }: Route<unknown, unknown>,
  options: RouteShorthandOptionsWithHandler,
): void {
  app.post(path, options)
  if (deprecatedPath === undefined) return
  const schema = { ...options.schema, deprecated: true }
  app.post(deprecatedPath, { ...options, schema })
}

/** Sends the headers of the answer at once, so that the client knows that the stream has begun. */
function sendAtOnce(reply: FastifyReply, lines: Readable): FastifyReply {
  lines.once('resume', () => reply.raw.flushHeaders())
  return reply.type('application/json').send(lines)
}

/**
 * Waits for the stream, unless the signal comes first. Then the stream is closed once it is open.
 */
async function openUnlessStopped<Item, Response>(
  opening: Promise<Stream<Item, Response>>,
  signal: AbortSignal,
): Promise<Stream<Item, Response>> {
  try {
    return await unlessStopped(opening, signal)
  } catch (error) {
    opening.then(
      ({ items }) => leave(items[Symbol.asyncIterator]()),
      () => {},
    )
    throw error
  }
}

/** The function from a decoded message to the answer of a route. */
const answererOf =
  <Request, Response>(scope: RouteScope, route: UnaryRoute<Request, Response>) =>
  (decoded: unknown, request: FastifyRequest, reply: FastifyReply): Promise<Response> => {
    const { body, consistency } = toQuestion(scope, route.request, decoded)
    const call = toCall(request, reply, scope.engineOf(request), consistency)
    return beforeDeadline(request, reply, () => route.answer(body, call))
  }

const toHeading = ({ tag, summary, description }: Route<unknown, unknown>) => ({
  tags: [tag],
  summary,
  description,
})

const toSchema = (scope: RouteScope, route: Route<unknown, unknown>) => ({
  ...toHeading(route),
  body: route.request.object,
  response: toResponses(scope, route),
})

const toResponses = ({ protocol }: RouteScope, { response }: Route<unknown, unknown>) => ({
  200: response.object,
  ...protocol.errors.responses,
})

function toCall(
  request: FastifyRequest,
  reply: FastifyReply,
  engine: Engine,
  consistency: Consistency,
): Call {
  sendStaleness(request, reply, engine, consistency)
  return {
    engine,
    consistency,
    metadata: new RequestMetadata(request),
    // Created on demand, since most requests are answered before anything could stop them.
    get signal() {
      return signalOf(request, reply)
    },
  }
}

/** The decoder of a body. The framework calls it in place of a validator. */
const decoderOf = (message: Message<unknown>) => (body: Buffer | null) => ({
  value: decodeBody(message, body === null ? '' : toText(body)),
})

function toQuestion<Request>(
  { protocol }: RouteScope,
  message: Message<Request>,
  decoded: unknown,
) {
  const consistency = protocol.consistencyOf(decoded)
  return { consistency, body: admit(message, decoded as Request) }
}

/** The serializer that the framework has compiled from the route's schema. */
const printerOf = (reply: FastifyReply) =>
  reply.getSerializationFunction('200') as (value: unknown) => string
