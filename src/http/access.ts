// Access of read-only keys. Each route declares whether it writes; a route without a declaration
// counts as writing.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal } from '../terms/index.js'

/** Whether a route writes. For some routes it depends on the message's `dryRun`. */
export type Writes = boolean | 'unless-dry-run'

declare module 'fastify' {
  interface FastifyContextConfig {
    writes?: Writes
  }
}

/** Checks what can be known before the body has arrived. @throws Refusal `forbidden` */
export function requireAccess(request: FastifyRequest, readsOnly: boolean): void {
  if (!readsOnly) return
  const { writes = true } = request.routeOptions.config
  if (writes === true) throw readOnly()
}

/** Adds the check of `dryRun` to the routes that are declared afterwards. */
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
