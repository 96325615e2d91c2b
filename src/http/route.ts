// What the routes of every protocol have in common: a message in, a message out or a stream of them,
// and the order in which a request is refused: body, then consistency, then field rules, then the
// operation.

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
import { arriving } from './arrival.js'
import { beforeDeadline, signalOf, stopAtClosing } from './deadline.js'
import { report } from './faults.js'
import { type CallMetadata, RequestMetadata } from './metadata.js'
import { toParameters } from './parameters.js'
import type { RouteScope } from './protocol.js'
import { decodeQuery, type QueryText } from './query.js'
import { sendStaleness } from './staleness.js'
import { beginLines, leave, openLines } from './stream.js'
import { toText } from './utf8.js'

/** As of when a stream of messages is answered: whatever the node has. */
const MINIMIZE_LATENCY: Consistency = { kind: 'minimize-latency' }

/** A request beside its body. */
export interface Call {
  readonly engine: Engine
  readonly consistency: Consistency
  readonly metadata: CallMetadata
  /** Aborted, with a refusal, when nobody waits for the answer any more, or a stream is to end. */
  readonly signal: AbortSignal
}

interface Route<Request, Response> {
  readonly path: string
  /** An older path of the same, for clients that have not moved on. */
  readonly deprecatedPath?: string
  readonly tag: string
  readonly summary: string
  readonly description: string
  /** Whether it writes, which keys that only read may not. */
  readonly writes: Writes
  readonly request: Message<Request>
  readonly response: Message<Response>
}

interface UnaryRoute<Request, Response> extends Route<Request, Response> {
  answer(body: NoInfer<Request>, call: Call): Promise<NoInfer<Response>>
}

interface ClientStreamRoute<Request, Response> extends Route<Request, Response> {
  /** @param messages as they arrive, each admitted by its rules */
  answer(messages: AsyncIterable<NoInfer<Request>>, call: Call): Promise<NoInfer<Response>>
}

interface StreamRoute<Request, Response, Item> extends Route<Request, Response> {
  /** Whether its reader may take its time; others are given up after a while. */
  readonly patient?: boolean
  /** What a reader is told that was given up. */
  readonly stalled?: () => Refusal
  /** Whether it goes on until somebody ends it: the answer then begins before its first item. */
  readonly endless?: boolean
  open(body: NoInfer<Request>, call: Call): Promise<Stream<Item, NoInfer<Response>>>
}

interface Stream<Item, Response> {
  readonly items: AsyncIterable<Item>
  readonly toResult: (item: Item) => Response
}

export function unary<Request, Response>(
  scope: RouteScope,
  route: UnaryRoute<Request, Response>,
): void {
  const answer = answering(scope, route)
  add(scope.app, route, {
    config: { writes: route.writes },
    schema: toSchema(scope, route),
    validatorCompiler: () => decoderOf(route.request),
    handler: async (request, reply) => answer(request.body, request, reply),
  })
}

/** A route that is asked by GET: its message is in the query string. */
export function reading<Request, Response>(
  scope: RouteScope,
  route: UnaryRoute<Request, Response>,
): void {
  const answer = answering(scope, route)
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
      // Nobody on the way may keep it: who has access can change at any time.
      reply.header('cache-control', 'no-store')
      return answer(request.query, request, reply)
    },
  })
}

/** A route whose body is a stream of messages, of any length; the connection ends if it is refused. */
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
          const messages = arriving(body, route.request, call.signal)
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
      const { signal } = call
      const { items, toResult } = await opened(route.open(body, call), signal)
      const print = printerOf(reply)
      const options = {
        toLine: (item: Item) => `${print(shape.toLine(toResult(item)))}\n`,
        toError: (error: unknown) => errors.line(report(error, request)),
        signal,
        stallMs: route.patient === true ? null : limits.streamStallMs,
        stalled: route.stalled,
      }
      if (route.endless === true) return begin(reply, beginLines(items, options))
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

/** Sends the head of the answer at once: the client knows then that the stream has begun. */
function begin(reply: FastifyReply, lines: Readable): FastifyReply {
  lines.once('resume', () => reply.raw.flushHeaders())
  return reply.type('application/json').send(lines)
}

/** The stream, unless the signal comes first; then it is left as soon as it is there. */
async function opened<Item, Response>(
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

/** From the decoded message to the answer. */
const answering =
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
    // Made when it is asked for: most requests are answered sooner than anybody could stop them.
    get signal() {
      return signalOf(request, reply)
    },
  }
}

/** The framework calls it where it would validate: the body's bytes become the message. */
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

/** The serializer that the framework made of the route's schema. */
const printerOf = (reply: FastifyReply) =>
  reply.getSerializationFunction('200') as (value: unknown) => string
