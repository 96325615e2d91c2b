// Protocols over HTTP, each an encapsulated plugin of the framework. A protocol has its routes and
// its own error shape, which also holds for failures before a route is reached. The HTTP floor
// knows no protocol by name.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Engine, Stores } from '../engine/index.js'
import type { JsonSchema, Message } from '../messages/index.js'
import type { Consistency } from '../terms/index.js'
import { type HttpFailure, report } from './faults.js'
import { type Gate, requireUnbound } from './plugins/auth.js'
import { enterStore } from './plugins/store.js'

/** A protocol, as the service registers it. */
export interface Protocol {
  readonly name: string
  /** The headings of its routes in the OpenAPI document. */
  readonly tags: readonly RouteTag[]
  readonly errors: ErrorShape
  readonly lines: LineShape
  /**
   * The consistency that a decoded message asks for.
   * @throws Refusal for a bad token, before the rules of the message's fields are checked
   */
  readonly consistencyOf: (message: unknown) => Consistency
  /**
   * Adds the routes about one store, which a request's header names; without it, the default one.
   */
  readonly inStore: (scope: RouteScope) => void
  /** Adds the routes about all stores, for keys that open all of them. */
  readonly acrossStores?: (scope: RouteScope, stores: Stores) => void
}

export interface RouteTag {
  readonly name: string
  readonly description: string
}

/** The form of failures. Checks before a route, such as those of key and store, use it as well. */
export interface ErrorShape {
  /**
   * The answer to a request that failed.
   * @param streamed whether the answer would have been a stream, which has not begun
   */
  answer(
    failure: HttpFailure,
    streamed: boolean,
  ): { readonly status: number; readonly body: unknown }
  /** The last line of a stream that ends early, as JSON. */
  line(failure: HttpFailure): unknown
  /** The refusals in the OpenAPI document, by HTTP status. */
  readonly responses: Readonly<Record<string, JsonSchema>>
  /** The refusals of streams in the OpenAPI document, by HTTP status. */
  readonly streamResponses: Readonly<Record<string, JsonSchema>>
}

/** The form of the results in a stream, each of which is a line. */
export interface LineShape {
  toLine(result: unknown): unknown
  toSchema(result: Message<unknown>): JsonSchema
}

/** The place where a protocol adds routes: an app, with the engine for each request. */
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

/** Registers the protocol as an encapsulated plugin, so that its hooks affect no other protocol. */
export async function mount(
  app: FastifyInstance,
  protocol: Protocol,
  { stores, pass }: MountOptions,
): Promise<void> {
  await app.register(async own => {
    own.setErrorHandler(errorHandlerOf(protocol.errors))
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
/** Short outages are over by then, and clients that retry sooner only add load. */
const RETRY_AFTER_SECONDS = 1

/** The framework's error handler for an error shape. */
export const errorHandlerOf =
  ({ answer }: ErrorShape) =>
  (error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const streamed = request.routeOptions.config.streams === true && !isAboutBody(error)
    const { status, body } = answer(report(error, request), streamed)
    if (status === UNAVAILABLE) reply.header('retry-after', RETRY_AFTER_SECONDS)
    const text = JSON.stringify(body)
    return reply.code(status).type('application/json; charset=utf-8').send(text)
  }

/** Whether the body is malformed. Such a request is refused without the form of streams. */
const isAboutBody = (error: Error): boolean => 'validationContext' in error
