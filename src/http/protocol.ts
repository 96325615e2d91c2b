// A protocol: what is spoken over HTTP beside other protocols, each as an encapsulated plugin of the
// framework. It has routes, and a shape of its own for whatever goes wrong on the way to them and in
// them. The node has no routes of a protocol itself, and knows none by name.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Engine, Stores } from '../engine/index.js'
import type { JsonSchema, Message } from '../messages/index.js'
import type { Consistency } from '../terms/index.js'
import { type HttpFailure, report } from './faults.js'
import { type Gate, requireUnbound } from './plugins/auth.js'
import { enterStore } from './plugins/store.js'

export interface Protocol {
  readonly name: string
  /** The headings of its routes in the OpenAPI document. */
  readonly tags: readonly RouteTag[]
  readonly errors: ErrorShape
  readonly lines: LineShape
  /**
   * As of when a decoded message asks to be answered.
   * @throws Refusal before any rule of the message is held
   */
  readonly consistencyOf: (message: unknown) => Consistency
  /** Adds the routes about one store: the one that a request's header names, or the default one. */
  readonly inStore: (scope: RouteScope) => void
  /** Adds the routes about all stores, for keys that open all of them. */
  readonly acrossStores?: (scope: RouteScope, stores: Stores) => void
}

export interface RouteTag {
  readonly name: string
  readonly description: string
}

/** How a failure is told. Whatever stands before a route, such as its key and its store, fails so too. */
export interface ErrorShape {
  /**
   * The answer to a request that failed.
   * @param streamed whether the answer would have been a stream, and has not begun
   */
  answer(
    failure: HttpFailure,
    streamed: boolean,
  ): { readonly status: number; readonly body: unknown }
  /** The last line of a stream that ends early, as JSON. */
  line(failure: HttpFailure): unknown
  /** What the OpenAPI document says of refusals, by HTTP status. */
  readonly responses: Readonly<Record<string, JsonSchema>>
  /** The same of streams. */
  readonly streamResponses: Readonly<Record<string, JsonSchema>>
}

/** How the results of a stream are told, each in a line. */
export interface LineShape {
  toLine(result: unknown): unknown
  toSchema(result: Message<unknown>): JsonSchema
}

/** Where routes are added, in which protocol, and who answers their requests. */
export interface RouteScope {
  readonly app: FastifyInstance
  readonly protocol: Protocol
  readonly engineOf: (request: FastifyRequest) => Engine
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route is about one store. */
    inStore?: boolean
    /** Whether the answer is a stream. */
    streams?: boolean
  }
}

interface MountOptions {
  readonly stores: Stores
  readonly pass: Gate
}

/** Registers the protocol as a plugin of its own, so that nothing of it holds for another. */
export async function mount(
  app: FastifyInstance,
  protocol: Protocol,
  { stores, pass }: MountOptions,
): Promise<void> {
  await app.register(async own => {
    own.setErrorHandler(failing(protocol.errors))
    await own.register(async managing => {
      managing.addHook('onRequest', requireUnbound(pass))
      const scope = { app: managing, protocol, engineOf: () => stores.home }
      protocol.acrossStores?.(scope, stores)
    })
    await own.register(async guarded => {
      guarded.addHook('onRequest', enterStore(pass, stores))
      guarded.addHook('onRoute', route => {
        route.config = { ...route.config, inStore: true }
      })
      const engineOf = ({ storeLease }: FastifyRequest): Engine =>
        storeLease === null ? stores.home : storeLease.engine
      protocol.inStore({ app: guarded, protocol, engineOf })
    })
  })
}

const UNAVAILABLE = 503
/** What is away for a moment is back by then; who asks sooner only asks more. */
const RETRY_AFTER_SECONDS = 1

/** The handler that answers errors in the shape given. */
export const failing =
  ({ answer }: ErrorShape) =>
  (error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const streamed = request.routeOptions.config.streams === true && !isAboutBody(error)
    const { status, body } = answer(report(error, request), streamed)
    if (status === UNAVAILABLE) reply.header('retry-after', RETRY_AFTER_SECONDS)
    const text = JSON.stringify(body)
    return reply.code(status).type('application/json; charset=utf-8').send(text)
  }

/** A body that cannot be read is refused before the stream begins, so without the stream's form. */
const isAboutBody = (error: Error): boolean => 'validationContext' in error
