// Requests that take too long to arrive are refused, so that slow senders hold no sockets for good;
// all but imports, which may take as long as they go on (arrival.ts). The server's own bound knows no
// exceptions, hence this one: a sweep over the few requests whose bodies are still on their way.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { limits } from '../../terms/index.js'
import { refuseConnection } from '../clientError.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the body may take its time. */
    patient?: boolean
  }
}

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
