// Redis in every form of deployment: stored values are found, also after a failover.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openRedis, type SharedRedis } from '../../src/rows/index.js'
import {
  type RedisServer,
  startRedisCluster,
  startRedisSentinel,
  startRedisServer,
} from '../cluster/redis.js'
import { freePort } from '../provision.js'

const NAMES = Array.from({ length: 30 }, (_, i) => `name ${i}`)

function open(t: Test, url: string) {
  const troubles: string[] = []
  const redis = openRedis(url, error => troubles.push(error.message))
  t.teardown(() => redis.close())
  return { redis, troubles }
}

const removeAll = (t: Test, servers: readonly RedisServer[]): void =>
  t.teardown(async () => {
    for (const { daemon } of servers) await daemon.remove()
  })

/** Stores the values repeatedly until all are found, as readers of rows do. */
async function settle(redis: SharedRedis, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  for (;;) {
    redis.put(NAMES.map(name => [name, bytes] as const))
    const found = await redis.get(NAMES)
    if (found.every(each => each?.equals(bytes))) return
    await new Promise(done => setTimeout(done, 20))
  }
}

t.test('one server, by TLS, with a user and a number', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'pemba-certificates-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const [key, cert] = ['key.pem', 'cert.pem'].map(name => join(folder, name))
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject]
  execFileSync('openssl', [...made, '-keyout', key, '-out', cert], { stdio: 'pipe' })
  const port = await freePort()
  const server = await startRedisServer(
    {
      'tls-port': `${port}`,
      'tls-cert-file': cert,
      'tls-key-file': key,
      'tls-ca-cert-file': cert,
      'tls-auth-clients': 'no',
    },
    'p@ss/word',
  )
  removeAll(t, [server])
  await server.run('ACL', 'SETUSER', 'pemba', 'on', '>other:word', '~*', '+@all')
  const users = [':p%40ss%2Fword', 'pemba:other%3Aword']
  for (const [i, user] of users.entries()) {
    const { redis } = open(t, `rediss://${user}@127.0.0.1:${port}/${i + 3}?ca=${cert}`)
    await settle(redis, user)
  }
  t.match(await server.run('INFO', 'keyspace'), /db3:keys=30.*db4:keys=30/s)

  for (const [what, url, trouble] of [
    [
      'a certificate that nobody vouches for',
      `rediss://:p%40ss%2Fword@127.0.0.1:${port}`,
      /self-signed/,
    ],
    ['another password', `redis://:wrong@${server.host}`, /WRONGPASS/],
    ['no password', `redis://${server.host}`, /NOAUTH|not answered/],
  ] as const) {
    const { redis, troubles } = open(t, url)
    while (troubles.length === 0) {
      t.strictSame(await redis.get(NAMES.slice(0, 1)), [null], what)
      await new Promise(done => setTimeout(done, 20))
    }
    t.match(troubles[0], trouble, what)
    t.notMatch(troubles.join(), /ss.word|wrong\b/)
  }
  const missing = `rediss://127.0.0.1:${port}?ca=${folder}/none.pem`
  t.throws(() => openRedis(missing, () => {}), { code: 'invalid-argument', message: /none.pem/ })
})

t.test('a cluster, of which a master is lost', async t => {
  const { masters, servers } = await startRedisCluster()
  removeAll(t, servers)
  const { redis } = open(t, `redis-cluster://${masters[0].host},${masters[2].host}`)
  await settle(redis, 'before')
  for (const { run } of masters) t.ok(Number(await run('DBSIZE')) > 0, 'each has some')
  for (const { run } of masters) {
    // Only one of the masters accepts it.
    await run('DEL', NAMES[0])
      .then(() => run('RPUSH', NAMES[0], 'something else'))
      .catch(() => {})
  }
  const [none, ...others] = await redis.get(NAMES)
  t.equal(none, null)
  t.ok(others.every(each => each !== null))
  await masters[0].daemon.kill()
  await settle(redis, 'after')
})

t.test('a master that sentinels name, and another one after it', async t => {
  const { master, replica, sentinel } = await startRedisSentinel('rows')
  removeAll(t, [sentinel, replica, master])
  const { redis } = open(t, `redis-sentinel://${sentinel.host}/rows/2`)
  await settle(redis, 'before')
  await master.daemon.kill()
  await settle(redis, 'after')
  t.match(await replica.run('INFO', 'keyspace'), /db2:keys=30/)
})
