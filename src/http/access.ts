// Whether a route writes, and who may then ask it. Each route says so in its declaration; one that does
// not is taken to.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal } from '../terms/index.js'

/** Of some it depends on the message's `dryRun`. */
export type Writes = boolean | 'unless-dry-run'

declare module 'fastify' {
  interface FastifyContextConfig {
    writes?: Writes
  }
}

/** What is known before the body is there. @throws Refusal `forbidden` */
export function requireAccess(request: FastifyRequest, readsOnly: boolean): void {
  if (!readsOnly) return
  const { writes = true } = request.routeOptions.config
  if (writes === true) throw readOnly()
}

/** Adds the rest of it to the routes that are declared from here on. */
export function requireDryRun(app: FastifyInstance): void {
  app.addHook('onRoute', route => {
    if (route.config?.writes !== 'unless-dry-run') return
    route.preHandler = (request, _reply, done) => {
      const { dryRun } = request.body as { readonly dryRun?: boolean }
      const mayWrite = request.keyHolder?.readsOnly === false
      done(mayWrite || dryRun === true ? undefined : readOnly())
    }
  })
}

const readOnly = (): Refusal =>
  new Refusal('forbidden', 'the key can only read, expected one that can write')
