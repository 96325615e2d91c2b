// What every SpiceDB route has in common: a message in, a message out or a stream of them, and the
// order in which a request is refused: body, then consistency token, then field rules, then the verb.

import type { Readable } from 'node:stream'
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RouteShorthandOptionsWithHandler,
} from 'fastify'
import { type Engine, unlessStopped } from '../engine/index.js'
import type { JsonSchema, WireConsistency } from '../messages/index.js'
import { admit, decodeBody, type Message } from '../messages/index.js'
import { MINIMIZE_LATENCY, toConsistency } from '../protocols/spicedb/wire.js'
import { type Consistency, limits, type Refusal } from '../terms/index.js'
import type { Writes } from './access.js'
import { beforeDeadline, signalOf, stopAtClosing } from './deadline.js'
import { failures, streamFailures } from './failures.js'
import { report } from './faults.js'
import { toParameters } from './parameters.js'
import { decodeQuery, type QueryText } from './query.js'
import { tellStaleness } from './staleness.js'
import { beginLines, leave, openLines } from './stream.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether refusals have the form of a stream's last line. */
    streams?: boolean
  }
}

/** Where routes are added, and who answers their requests. */
export interface Scope {
  readonly app: FastifyInstance
  readonly engineOf: (request: FastifyRequest) => Engine
}

/** A request beside its body. */
export interface Call {
  readonly engine: Engine
  readonly consistency: Consistency
  readonly request: FastifyRequest
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
  /** @param body null if there is none */
  answer(body: Readable | null, call: Call): Promise<NoInfer<Response>>
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

export interface Stream<Item, Response> {
  readonly items: AsyncIterable<Item>
  readonly toResult: (item: Item) => Response
}

export function unary<Request, Response>(scope: Scope, route: UnaryRoute<Request, Response>): void {
  const answer = answering(scope, route)
  add(scope.app, route, {
    config: { writes: route.writes },
    schema: { ...toSchema(route), response: { 200: route.response.object, ...failures } },
    validatorCompiler: () => decoderOf(route.request),
    handler: async (request, reply) => answer(request.body, request, reply),
  })
}

/** A route that is asked by GET: its message is in the query string. */
export function reading<Request, Response>(
  scope: Scope,
  route: UnaryRoute<Request, Response>,
): void {
  const answer = answering(scope, route)
  scope.app.get(route.path, {
    exposeHeadRoute: false,
    config: { writes: route.writes },
    schema: {
      ...toHeading(route),
      querystring: toParameters(route.request),
      response: { 200: route.response.object, ...failures },
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
  { app, engineOf }: Scope,
  route: ClientStreamRoute<Request, Response>,
): void {
  app.register(async streaming => {
    streaming.removeAllContentTypeParsers()
    streaming.addContentTypeParser('*', (_request, body, done) => done(null, body))
    add(streaming, route, {
      config: { patient: true, writes: route.writes },
      schema: { ...toSchema(route), response: { 200: route.response.object, ...failures } },
      validatorCompiler: () => body => ({ value: body }),
      async handler(request, reply) {
        const body = (request.body ?? null) as Readable | null
        const call = toCall(request, reply, engineOf(request), MINIMIZE_LATENCY)
        const finish = stopAtClosing(request, reply)
        body?.once('end', finish)
        try {
          return await beforeDeadline(request, reply, () => route.answer(body, call))
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
  { app, engineOf }: Scope,
  route: StreamRoute<Request, Response, Item>,
): void {
  add(app, route, {
    config: { streams: true, writes: route.writes },
    schema: {
      ...toSchema(route),
      response: { 200: toResultSchema(route.response), ...streamFailures },
    },
    validatorCompiler: () => decoderOf(route.request),
    handler: async (request, reply) => {
      const { body, consistency } = toQuestion(route.request, request.body)
      const call = toCall(request, reply, engineOf(request), consistency)
      stopAtClosing(request, reply)
      const { signal } = call
      const { items, toResult } = await opened(route.open(body, call), signal)
      const print = printerOf(reply)
      const options = {
        toLine: (item: Item) => `${print({ result: toResult(item) })}\n`,
        toError: (error: unknown) => report(error, request).body,
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
  <Request, Response>({ engineOf }: Scope, route: UnaryRoute<Request, Response>) =>
  (decoded: unknown, request: FastifyRequest, reply: FastifyReply): Promise<Response> => {
    const { body, consistency } = toQuestion(route.request, decoded)
    const call = toCall(request, reply, engineOf(request), consistency)
    return beforeDeadline(request, reply, () => route.answer(body, call))
  }

const toHeading = ({ tag, summary, description }: Route<unknown, unknown>) => ({
  tags: [tag],
  summary,
  description,
})

const toSchema = (route: Route<unknown, unknown>) => ({
  ...toHeading(route),
  body: route.request.object,
})

function toCall(
  request: FastifyRequest,
  reply: FastifyReply,
  engine: Engine,
  consistency: Consistency,
): Call {
  tellStaleness(request, reply, engine, consistency)
  return {
    engine,
    consistency,
    request,
    // Made when it is asked for: most requests are answered sooner than anybody could stop them.
    get signal() {
      return signalOf(request, reply)
    },
  }
}

/** One line of a stream. */
const toResultSchema = ({ name, object }: Message<unknown>): JsonSchema => ({
  title: `${name}Line`,
  description: 'A line of the answer, which is one such object after the other.',
  type: 'object',
  properties: { result: object },
})

/** The framework calls it where it would validate: the body's text becomes the message. */
const decoderOf = (message: Message<unknown>) => (body: string | undefined) => ({
  value: decodeBody(message, body ?? ''),
})

function toQuestion<Request>(message: Message<Request>, decoded: unknown) {
  const { consistency } = decoded as { readonly consistency?: WireConsistency | null }
  return { consistency: toConsistency(consistency), body: admit(message, decoded as Request) }
}

/** The serializer that the framework made of the route's schema. */
const printerOf = (reply: FastifyReply) =>
  reply.getSerializationFunction('200') as (value: unknown) => string
