// Load over HTTP from a thread of its own: many connections, each asking again once it is answered.

import cannon from 'autocannon'

export interface Load {
  readonly url: string
  readonly key: string
  readonly bodies: readonly string[]
  readonly roundMs: number
}

const CONNECTIONS = 32
/** Distinct requests that the connections go through: enough to not repeat one question. */
const REQUESTS_MAX = 1000

/** Answers per second. @throws Error when an answer was not a 200 */
export async function autocannon({ url, key, bodies, roundMs }: Load): Promise<number> {
  const result = await cannon({
    url,
    connections: CONNECTIONS,
    duration: roundMs / 1000,
    workers: 1,
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    requests: bodies.slice(0, REQUESTS_MAX).map(body => ({ body })),
  })
  if (result.non2xx + result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were not 200, ${result.errors} failed`)
  }
  return result['2xx'] / result.duration
}
