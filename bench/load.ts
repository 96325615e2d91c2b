// Load over HTTP from another thread, over many connections. Each sends its next request as soon as
// it has an answer.

import cannon from 'autocannon'

export interface Load {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Bodies that the connections send in turn. */
  readonly bodies: readonly string[]
  readonly roundMs: number
}

/** The figures of one round. */
export interface Volley {
  readonly perSecond: number
  readonly p99Ms: number
}

const CONNECTIONS = 32

/** Sends load for one round. @throws Error when an answer was not a 200 */
export async function cannonade({ url, headers, bodies, roundMs }: Load): Promise<Volley> {
  const result = await cannon({
    url,
    connections: CONNECTIONS,
    duration: roundMs / 1000,
    workers: 1,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    requests: bodies.map(body => ({ body })),
  })
  if (result.non2xx + result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were not 200, ${result.errors} failed`)
  }
  return { perSecond: result['2xx'] / result.duration, p99Ms: result.latency.p99 }
}

/** Distinct requests of a round, enough that no single question dominates. */
const REQUESTS_MAX = 1000

/** Answers per second of a route with a key. @throws Error when an answer was not a 200 */
export async function autocannon({
  key,
  bodies,
  ...load
}: Omit<Load, 'headers'> & { readonly key: string }): Promise<number> {
  const headers = { authorization: `Bearer ${key}` }
  return (await cannonade({ ...load, headers, bodies: bodies.slice(0, REQUESTS_MAX) })).perSecond
}
