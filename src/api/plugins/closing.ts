// How the service ends for those who use it: what is short is answered, streams are told to go on
// elsewhere, and what comes later on connections that are still open is refused.

import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import { UnderWay } from '../underWay.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly underWay: UnderWay
  }
}

export function closing(app: FastifyInstance): void {
  const underWay = new UnderWay()
  app.decorate('underWay', underWay)
  app.addHook('preClose', done => {
    underWay.end()
    done()
  })
}

/** @throws Refusal `shutting-down`; the framework says then that the connection ends, too */
export const refuseWhenClosing: onRequestHookHandler = ({ server }, _reply, done) => {
  const { refusal } = server.underWay
  if (refusal !== null) throw refusal
  done()
}
