// The signal that stops work on a request whose answer is no longer wanted. The client's deadline
// has passed (`grpc-timeout`, as gRPC's gateways read it), its connection is closed, its store is
// deleted, or, for a stream, the service closes or the key is revoked. The signal's reason is the
// refusal for the client.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { unlessStopped } from '../engine/index.js'
import { Refusal } from '../terms/index.js'
import { noticeDisconnect } from './disconnect.js'

export const TIMEOUT_HEADER = 'grpc-timeout'
const TIMEOUT = /^(\d{1,8})([HMSmun])$/
const UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
}
/** The longest time that a timer of Node can wait, ms. */
const TIMER_MS_MAX = 2 ** 31 - 1

const controllers = new WeakMap<FastifyRequest, AbortController>()

/**
 * The signal of a request. The deadline counts from the first call on.
 * @throws Refusal `invalid-argument` for a malformed timeout
 */
export const signalOf = (request: FastifyRequest, reply: FastifyReply): AbortSignal =>
  controllerOf(request, reply).signal

/**
 * Aborts the request's signal when the service closes or the key of the request is revoked. Returns
 * a function that ends this.
 */
export function stopAtClosing(request: FastifyRequest, reply: FastifyReply): () => void {
  const { server, keyHolder } = request
  const leave = server.inFlight.enter(controllerOf(request, reply), reply.raw, keyHolder)
  reply.raw.once('close', leave)
  return leave
}

function controllerOf(request: FastifyRequest, { raw: response }: FastifyReply): AbortController {
  const known = controllers.get(request)
  if (known !== undefined) return known
  const controller = new AbortController()
  const timeoutMs = timeoutOf(request)
  const timer =
    timeoutMs === null
      ? undefined
      : setTimeout(() => controller.abort(deadlineExceeded()), Math.min(timeoutMs, TIMER_MS_MAX))
  response.once('close', () => {
    clearTimeout(timer)
    if (!response.writableFinished) controller.abort(new Refusal('cancelled', 'the client is gone'))
  })
  noticeDisconnect(request.raw, response)
  request.storeLease?.whenDeleted(refusal => controller.abort(refusal))
  controllers.set(request, controller)
  return controller
}

/**
 * Waits for the answer, but no longer than the client's deadline.
 * @throws Refusal `deadline-exceeded`
 */
export function beforeDeadline<Answer>(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: () => Promise<Answer>,
): Promise<Answer> {
  if (request.headers[TIMEOUT_HEADER] === undefined) return answer()
  const signal = signalOf(request, reply)
  return unlessStopped(answer(), signal)
}

function timeoutOf({ headers }: FastifyRequest): number | null {
  const timeout = headers[TIMEOUT_HEADER]
  if (timeout === undefined) return null
  const parts = typeof timeout === 'string' ? TIMEOUT.exec(timeout) : null
  if (parts === null) {
    throw new Refusal(
      'invalid-argument',
      `invalid header \`${TIMEOUT_HEADER}\`: expected at most 8 digits and one of H, M, S, m, ` +
        `u, n, such as \`5S\``,
    )
  }
  return Number(parts[1]) * UNIT_MS[parts[2]]
}

const deadlineExceeded = (): Refusal =>
  new Refusal('deadline-exceeded', 'the deadline of the request has passed')
