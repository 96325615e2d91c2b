// A Redis with failures of every kind: reads from it return empty soon, and it is used again after
// the failure, without an operator.

import t from 'tap'
import { openRedis, type SharedRedis } from '../../src/rows/index.js'
import { startRedisServer } from '../cluster/redis.js'
import { openWay } from '../way.js'

const BYTES = Buffer.from('a row')

const rest = (): Promise<void> => new Promise(done => setTimeout(done, 10))

async function untilKept(redis: SharedRedis, name: string): Promise<void> {
  while ((await redis.get([name]))[0] === null) {
    redis.put([[name, BYTES]])
    await rest()
  }
}

t.test('one server', async t => {
  const server = await startRedisServer()
  const way = await openWay(`redis://${server.host}`)
  const troubles: string[] = []
  await server.daemon.kill()
  const redis = openRedis(way.url, error => troubles.push(error.message))
  t.teardown(async () => {
    await redis.close()
    await way.shut()
    await server.daemon.remove()
  })
  const isThere = async (name: string) => (await redis.get([name]))[0] !== null
  const untilTrouble = async (trouble: RegExp): Promise<void> => {
    troubles.length = 0
    while (!troubles.some(each => trouble.test(each))) {
      redis.put([['other', BYTES]])
      await redis.get(['other'])
      await rest()
    }
  }

  t.test('that is away at first, and killed later', async t => {
    t.notOk(await isThere('a'))
    await server.daemon.start()
    await untilKept(redis, 'a')
    await server.daemon.kill()
    t.notOk(await isThere('a'))
    await server.daemon.start()
    t.notOk(await isThere('a'), 'it has forgotten all')
    await untilKept(redis, 'a')
  })

  t.test('that stands still', async t => {
    server.daemon.freeze()
    await untilTrouble(/has not answered within/)
    const pauses = redis.pauses()
    let found = 0
    for (let i = 0; i < 10_000; i++) if (await isThere('a')) found++
    t.equal(found, 0)
    t.ok(redis.pauses() - pauses < 10, 'hardly anybody waited for it')
    server.daemon.thaw()
    await untilKept(redis, 'a')
  })

  t.test('that is full can still be read', async t => {
    await untilKept(redis, 'a')
    await server.run('CONFIG', 'SET', 'maxmemory', '1')
    await untilTrouble(/OOM/)
    t.ok(await isThere('a'))
    await server.run('CONFIG', 'SET', 'maxmemory', '0')
    await untilKept(redis, 'b')
  })

  t.test('that has become a replica can still be read', async t => {
    await server.run('REPLICAOF', '127.0.0.1', '1')
    await untilTrouble(/READONLY/)
    t.ok(await isThere('a'))
    await server.run('REPLICAOF', 'NO', 'ONE')
    await untilKept(redis, 'c')
  })

  t.test('that holds something else under a name', async t => {
    await server.run('DEL', 'a')
    await server.run('RPUSH', 'a', 'x')
    t.strictSame(await redis.get(['a', 'c']), [null, BYTES])
    await untilKept(redis, 'a')
  })

  t.test('that is slow is left alone, and used again once it is not', async t => {
    way.delay(15)
    await untilTrouble(/take longer than/)
    t.ok(redis.pauses() > 0)
    way.delay(0)
    await untilKept(redis, 'a')
    await untilKept(redis, 'd')
  })

  t.test('that is slow, and the database slower, is used all the same', async t => {
    for (let i = 0; i < 100; i++) redis.elsewhere(1000)
    const pauses = redis.pauses()
    way.delay(15)
    for (let i = 0; i < 10; i++) t.ok(await isThere('d'))
    t.equal(redis.pauses(), pauses)
    way.delay(0)
  })
})
