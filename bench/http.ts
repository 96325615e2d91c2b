// The HTTP check route compared with routes that do nothing, in one process and one run. Rounds
// alternate, so that other work on the machine affects all routes alike. The load comes from
// another thread, with questions about the world.

import type { AddressInfo } from 'node:net'
import { type FastifyInstance, fastify } from 'fastify'
import { pino } from 'pino'
import { type Engine, readiness, type Stores, token } from '../src/engine/index.js'
import { buildApp, type Protocol, type RouteScope, unary } from '../src/http/index.js'
import { CheckPermissionRequest, CheckPermissionResponse } from '../src/messages/index.js'
import { protocols } from '../src/protocols/index.js'
import { spicedb } from '../src/protocols/spicedb/index.js'
import type { CheckItem } from '../src/terms/index.js'
import { autocannon } from './load.js'
import { median } from './sample.js'

const KEY = 'bench'
/** The answer of the routes that do nothing, as long as a real answer. */
const toConstant = (engine: Engine) =>
  ({
    checkedAt: { token: token(engine, engine.live.graph.head) },
    permissionship: 'PERMISSIONSHIP_HAS_PERMISSION',
    partialCaveatInfo: null,
    debugTrace: null,
    optionalExpiresAt: null,
  }) as const

type Constant = ReturnType<typeof toConstant>

export interface HttpReport {
  readonly checkPerSecond: number
  /** Rate of a route of Pemba with the same messages that answers a constant. */
  readonly noopPerSecond: number
  /** Rate of the framework alone, which validates and serializes by the same JSON schemas. */
  readonly barePerSecond: number
  /** Median over rounds of the rate of checks divided by that of the no-op. */
  readonly ratio: number
  readonly bareRatio: number
}

export interface HttpOptions {
  readonly rounds: number
  readonly roundMs: number
}

export async function benchHttp(
  stores: Stores,
  items: readonly CheckItem[],
  { rounds, roundMs }: HttpOptions,
): Promise<HttpReport> {
  const constant = toConstant(stores.home)
  const app = await buildApp({
    stores,
    keys: [KEY],
    logger: pino({ level: 'silent' }),
    readiness: () => readiness(stores.home),
    protocols: [...protocols, toNoop(constant)],
  })
  const bare = buildBare(constant)
  const [ours, theirs] = [await listen(app), await listen(bare)]
  const bodies = items.map(toBody)
  const measured = { check: [] as number[], noop: [] as number[], bare: [] as number[] }
  for (let round = 0; round <= rounds; round++) {
    const check = await autocannon({
      url: `${ours}/v1/permissions/check`,
      key: KEY,
      bodies,
      roundMs,
    })
    const noop = await autocannon({ url: `${ours}/noop`, key: KEY, bodies, roundMs })
    const bareRate = await autocannon({ url: `${theirs}/noop`, key: KEY, bodies, roundMs })
    if (round === 0) continue
    measured.check.push(check)
    measured.noop.push(noop)
    measured.bare.push(bareRate)
  }
  await app.close()
  await bare.close()
  return {
    checkPerSecond: median(measured.check),
    noopPerSecond: median(measured.noop),
    barePerSecond: median(measured.bare),
    ratio: median(measured.check.map((rate, round) => rate / measured.noop[round])),
    bareRatio: median(measured.check.map((rate, round) => rate / measured.bare[round])),
  }
}

const toNoop = (constant: Constant): Protocol => ({
  ...spicedb,
  name: 'bench',
  inStore: scope => addNoop(scope, constant),
})

function addNoop(scope: RouteScope, constant: Constant): void {
  unary(scope, {
    path: '/noop',
    writes: false,
    tag: 'bench',
    summary: 'Nothing',
    description: 'Answers a constant.',
    request: CheckPermissionRequest,
    response: CheckPermissionResponse,
    answer: async () => constant,
  })
}

function buildBare(constant: Constant): FastifyInstance {
  const app = fastify()
  app.post('/noop', {
    schema: {
      body: CheckPermissionRequest.object,
      response: { 200: CheckPermissionResponse.object },
    },
    handler: async () => constant,
  })
  return app
}

async function listen(app: FastifyInstance): Promise<string> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

function toBody({ resource, permission, subject }: CheckItem): string {
  return JSON.stringify({
    resource: { objectType: resource.type, objectId: resource.id },
    permission,
    subject: {
      object: { objectType: subject.type, objectId: subject.id },
      optionalRelation: subject.relation,
    },
  })
}
