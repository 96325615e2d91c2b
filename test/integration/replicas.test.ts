// A node that reads rows from a real standby. Its answers are right however far the standby is
// behind, when it is unavailable, and when it has become a primary with a history of its own.

import t from 'tap'
import type { Engine } from '../../src/engine/index.js'
import { openDatabase, openReplica, readRowSecret } from '../../src/storage/index.js'
import type { Consistency } from '../../src/terms/index.js'
import { PostgresServer } from '../cluster/postgres.js'
import { ask, DOCS, define, lookedUp, noted } from '../engines.js'
import { openHome } from '../home.js'

const countsOf = (engine: Engine) => lookedUp(engine).counts

const mayView = (engine: Engine, since: Consistency, doc: string, user: string) =>
  ask(engine, since, `doc:${doc}#view@user:${user}`)

t.test('a node beside a standby', async t => {
  const primary = await PostgresServer.primary()
  const standby = await primary.standby()
  const database = await openDatabase(primary.url('postgres'))
  const engine = await openHome({
    database,
    graph: 'on-demand',
    replicas: [openReplica(standby.url('postgres'))],
  })
  t.teardown(async () => {
    await engine.close()
    for (const { daemon } of [standby, primary]) await daemon.remove()
  })
  await define(engine, DOCS)
  const docs = Array.from({ length: 60 }, (_, i) => `${i}`)
  await primary.waitForStandby()
  let since = await noted(engine, 'first', ...docs.map(id => `doc:${id}#viewer@user:ann`))
  await primary.goAlone()

  t.test('reads what the standby has there', async t => {
    for (const id of docs.slice(0, 10)) t.equal(await mayView(engine, since, id, 'ann'), 'yes')
    const { replicated, loaded } = countsOf(engine)
    t.ok(replicated > 0, `${replicated} of ${loaded}`)
  })

  t.test('has the secret by which rows are shared', async t => {
    const replica = openReplica(standby.url('postgres'))
    t.teardown(() => replica.close())
    const [ours, theirs] = await Promise.all([database, replica].map(readRowSecret))
    t.ok(ours.equals(theirs))
  })

  t.test('and from the primary what that does not have yet', async t => {
    await standby.replay(false)
    since = await noted(engine, 'paused', 'doc:new#viewer@user:ann', 'doc:10#viewer@user:bob')
    t.equal(await mayView(engine, since, 'new', 'ann'), 'yes')
    t.equal(await mayView(engine, since, '10', 'bob'), 'yes')
    const before = countsOf(engine)
    for (const id of docs.slice(11, 20)) t.equal(await mayView(engine, since, id, 'ann'), 'yes')
    const { loaded, replicated } = countsOf(engine)
    t.equal(replicated - before.replicated, loaded - before.loaded, 'though it is behind')
    await standby.replay(true)
  })

  t.test('goes on without it', async t => {
    await standby.daemon.kill()
    for (const id of docs.slice(20, 30)) t.equal(await mayView(engine, since, id, 'ann'), 'yes')
    await standby.daemon.start()
    const { replicated } = countsOf(engine)
    for (let i = 0; countsOf(engine).replicated === replicated; i++) {
      t.equal(await mayView(engine, since, `none-${i}`, 'ann'), 'no')
      await new Promise(done => setTimeout(done, 20))
    }
  })

  t.test('and does not believe it once it goes its own way', async t => {
    await standby.promote()
    const other = await openHome({ database: await openDatabase(standby.url('postgres')) })
    t.teardown(() => other.close())
    // The two histories have the same number of revisions.
    await noted(other, 'its own', ...docs.map(id => `doc:${id}#viewer@user:eve`))
    since = await noted(engine, 'ours', 'doc:40#viewer@user:bob')
    const { replicated } = countsOf(engine)
    for (const id of docs.slice(40)) t.equal(await mayView(engine, since, id, 'eve'), 'no')
    t.equal(countsOf(engine).replicated, replicated)
  })
})
