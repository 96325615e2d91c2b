// A datastore whose URL names several servers: the primary is found among them, also after a
// failover.

import t from 'tap'
import { openDatabase } from '../../src/storage/index.js'
import { PostgresServer } from '../cluster/postgres.js'
import { ask, DOCS, define, FULL, untilThere, write } from '../engines.js'
import { openHome } from '../home.js'

const SHARED = (user: string) => `doc:1#viewer@user:${user}`
const VIEW = (user: string) => `doc:1#view@user:${user}`

t.test('a node whose datastore has several hosts', async t => {
  const primary = await PostgresServer.primary()
  const standby = await primary.standby()
  t.teardown(async () => {
    for (const { daemon } of [standby, primary]) await daemon.remove()
  })
  const hosts = [standby, primary].map(server => new URL(server.url('postgres')).host)
  await t.rejects(openDatabase(standby.url('postgres')), {
    code: 'storage-unavailable',
    message: /it is a standby/,
  })
  const engine = await openHome({
    database: await openDatabase(`postgres://postgres@${hosts.join(',')}/postgres`),
    pollMs: 100,
  })
  t.teardown(() => engine.close())
  await define(engine, DOCS)
  t.equal(await ask(engine, await write(engine, SHARED('ann')), VIEW('ann')), 'yes')
  await primary.waitForStandby()
  const last = await write(engine, SHARED('bob'))
  t.equal(await ask(engine, last, VIEW('bob')), 'yes')
  await primary.daemon.kill()
  await t.rejects(write(engine, SHARED('cid')), { code: 'storage-unavailable' })
  t.equal(await ask(engine, last, VIEW('bob')), 'yes', 'what is known is answered meanwhile')
  await standby.promote()
  const since = await untilThere(() => write(engine, SHARED('dan')))
  for (const id of ['ann', 'bob', 'dan']) t.equal(await ask(engine, since, VIEW(id)), 'yes', id)
  t.equal(await ask(engine, since, VIEW('cid')), 'no')
  t.equal(await ask(engine, FULL, VIEW('dan')), 'yes')
})

t.test('a malformed list of hosts is refused, and not printed', async t => {
  for (const url of ['postgres://u:secret@a:x,b/db', 'postgres://u:secret@a,b:99999999/db']) {
    const refusal = await openDatabase(url).then(
      () => t.fail(url),
      (error: Error) => error,
    )
    t.match(refusal, { code: 'invalid-argument', message: /malformed datastore/ })
    t.notMatch(refusal, /secret/)
  }
})
