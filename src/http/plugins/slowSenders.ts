// The refusal of requests that take too long to arrive, so that slow senders cannot occupy sockets
// forever. Imports are exempt, as long as they keep sending (arrival.ts). Node's own timeout knows
// no exceptions, so this is a sweep over the few requests whose bodies are still arriving.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { limits } from '../../terms/index.js'
import { refuseConnection } from '../clientError.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the body may take any time to arrive. */
    patient?: boolean
  }
}

/** Sweeps in the time that a request may take. */
const SWEEPS = 4

export function slowSenders(app: FastifyInstance, waitMs: number = limits.requestWaitMs): void {
  const arriving = new Map<FastifyRequest, number>()
  const timer = setInterval(() => {
    const latest = performance.now() - waitMs
    for (const [request, since] of arriving) {
      if (since > latest && !request.raw.destroyed) return
      arriving.delete(request)
      const error = Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
      if (!request.raw.complete) refuseConnection(error, request.raw.socket)
    }
  }, waitMs / SWEEPS)
  timer.unref()
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.config.patient !== true) arriving.set(request, performance.now())
    done()
  })
  app.addHook('preValidation', (request, _reply, done) => {
    arriving.delete(request)
    done()
  })
  app.addHook('onResponse', (request, _reply, done) => {
    arriving.delete(request)
    done()
  })
  app.addHook('onClose', (_app, done) => {
    clearInterval(timer)
    done()
  })
}
