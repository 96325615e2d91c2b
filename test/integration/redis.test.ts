// The Redis that nodes share: its connection is reported, and no answer depends on it.

import t from 'tap'
import { provisionRedis } from '../provision.js'
import { openService, TEST_KEY, type TestService } from '../service.js'

async function statusOf({ url }: TestService): Promise<{ code: number; redis: string }> {
  const headers = { authorization: `Bearer ${TEST_KEY}` }
  const response = await fetch(`${url}/readyz`, { headers })
  const { parts } = (await response.json()) as { parts: Record<string, string> }
  return { code: response.status, redis: parts.redis }
}

/** The status once it is the wanted one, or the status after a second. */
async function statusComes(service: TestService, wanted: string): Promise<string> {
  for (let left = 100; left > 0; left--) {
    const { redis } = await statusOf(service)
    if (redis === wanted) return redis
    await new Promise(done => setTimeout(done, 10))
  }
  return (await statusOf(service)).redis
}

t.test('a Redis that is there is reported ready', async t => {
  const { url } = await provisionRedis()
  const service = await openService('embedded', ['--redis', url])
  t.teardown(() => service.close())
  t.equal(await statusComes(service, 'ready'), 'ready')
})

t.test('a Redis that is away is reported, and the node answers all the same', async t => {
  const service = await openService('embedded', ['--redis', 'redis://127.0.0.1:1'])
  t.teardown(() => service.close())
  const { code, redis } = await statusOf(service)
  t.equal(code, 200)
  t.not(redis, 'ready')
  const { token } = await service.client.writeSchema({ text: 'definition user {}' })
  t.ok(token)
})
