// A node that reads rows from a real standby: however far that is behind, whether it is there at all,
// and when it has become a primary with a history of its own, the node answers rightly.

import t from 'tap'
import {
  check,
  type Engine,
  openEngine,
  token,
  writeRelationships,
  writeSchema,
} from '../../src/engine/index.js'
import { OnDemand } from '../../src/rows/index.js'
import { openDatabase, openReplica } from '../../src/storage/index.js'
import { NO_NOTE, parseRelationship, parseToken } from '../../src/terms/index.js'
import { PostgresServer } from '../cluster/postgres.js'
import { toItem } from '../world.js'

const SCHEMA = `definition user {}
definition doc {
  relation viewer: user
  permission view = viewer
}`

async function write(engine: Engine, requestId: string, ...texts: readonly string[]) {
  const updates = texts.map(text => ({
    operation: 'touch' as const,
    relationship: parseRelationship(text),
  }))
  const note = { ...NO_NOTE, requestId }
  const { revision } = await writeRelationships(engine, { updates, preconditions: [], note })
  return { kind: 'at-least', token: parseToken(token(engine, revision)) } as const
}
type Since = Awaited<ReturnType<typeof write>>

const ask = async (engine: Engine, consistency: Since, doc: string, user: string) => {
  const item = toItem(`doc:${doc}#view@user:${user}`)
  return (await check(engine, { consistency, item })).answer.kind
}

function countsOf({ live }: Engine) {
  if (!(live.graph instanceof OnDemand)) throw new Error('it holds the whole graph')
  return live.graph.counts
}

t.test('a node beside a standby', async t => {
  const primary = await PostgresServer.primary()
  const standby = await primary.standby()
  const database = await openDatabase(primary.url('postgres'))
  const engine = await openEngine({
    database,
    graph: 'on-demand',
    replicas: [openReplica(standby.url('postgres'))],
  })
  t.teardown(async () => {
    await engine.close()
    for (const { daemon } of [standby, primary]) await daemon.remove()
  })
  await writeSchema(engine, { text: SCHEMA, note: NO_NOTE })
  const docs = Array.from({ length: 60 }, (_, i) => `${i}`)
  await primary.waitForStandby()
  let since = await write(engine, 'first', ...docs.map(id => `doc:${id}#viewer@user:ann`))
  await primary.goAlone()

  t.test('reads what the standby has there', async t => {
    for (const id of docs.slice(0, 10)) t.equal(await ask(engine, since, id, 'ann'), 'yes')
    const { replicated, loaded } = countsOf(engine)
    t.ok(replicated > 0, `${replicated} of ${loaded}`)
  })

  t.test('and from the primary what that does not have yet', async t => {
    await standby.replay(false)
    since = await write(engine, 'paused', 'doc:new#viewer@user:ann', 'doc:10#viewer@user:bob')
    t.equal(await ask(engine, since, 'new', 'ann'), 'yes')
    t.equal(await ask(engine, since, '10', 'bob'), 'yes')
    const before = countsOf(engine)
    for (const id of docs.slice(11, 20)) t.equal(await ask(engine, since, id, 'ann'), 'yes')
    const { loaded, replicated } = countsOf(engine)
    t.equal(replicated - before.replicated, loaded - before.loaded, 'though it is behind')
    await standby.replay(true)
  })

  t.test('goes on without it', async t => {
    await standby.daemon.kill()
    for (const id of docs.slice(20, 30)) t.equal(await ask(engine, since, id, 'ann'), 'yes')
    await standby.daemon.start()
    const { replicated } = countsOf(engine)
    for (let i = 0; countsOf(engine).replicated === replicated; i++) {
      t.equal(await ask(engine, since, `none-${i}`, 'ann'), 'no')
      await new Promise(done => setTimeout(done, 20))
    }
  })

  t.test('and does not believe it once it goes its own way', async t => {
    await standby.promote()
    const other = await openEngine({ database: await openDatabase(standby.url('postgres')) })
    t.teardown(() => other.close())
    // As many revisions in each of the two histories.
    await write(other, 'its own', ...docs.map(id => `doc:${id}#viewer@user:eve`))
    since = await write(engine, 'ours', 'doc:40#viewer@user:bob')
    const { replicated } = countsOf(engine)
    for (const id of docs.slice(40)) t.equal(await ask(engine, since, id, 'eve'), 'no')
    t.equal(countsOf(engine).replicated, replicated)
  })
})
