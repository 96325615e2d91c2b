// A datastore whose URL names several servers: the primary is found among them, and found again when
// another has become it.

import t from 'tap'
import {
  check,
  openEngine,
  token,
  writeRelationships,
  writeSchema,
} from '../../src/engine/index.js'
import { openDatabase } from '../../src/storage/index.js'
import { NO_NOTE, parseRelationship, parseToken } from '../../src/terms/index.js'
import { PostgresServer } from '../cluster/postgres.js'
import { toItem } from '../world.js'

const SCHEMA = `definition user {}
definition doc {
  relation viewer: user
  permission view = viewer
}`

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
  const engine = await openEngine({
    database: await openDatabase(`postgres://postgres@${hosts.join(',')}/postgres`),
    pollMs: 100,
  })
  t.teardown(() => engine.close())
  await writeSchema(engine, { text: SCHEMA, note: NO_NOTE })
  const write = async (user: string): Promise<string> => {
    const relationship = parseRelationship(`doc:1#viewer@user:${user}`)
    const updates = [{ operation: 'touch', relationship } as const]
    const written = await writeRelationships(engine, { updates, preconditions: [], note: NO_NOTE })
    return token(engine, written.revision)
  }
  const ask = async (user: string, since: string): Promise<string> => {
    const consistency = { kind: 'at-least', token: parseToken(since) } as const
    const item = toItem(`doc:1#view@user:${user}`)
    return (await check(engine, { consistency, item })).answer.kind
  }

  t.equal(await ask('ann', await write('ann')), 'yes')
  await primary.waitForStandby()
  const last = await write('bob')
  t.equal(await ask('bob', last), 'yes')
  await primary.daemon.kill()
  await t.rejects(write('cid'), { code: 'storage-unavailable' })
  t.equal(await ask('bob', last), 'yes', 'what is known is answered meanwhile')
  await standby.promote()
  const since = await untilThere(() => write('dan'))
  for (const user of ['ann', 'bob', 'dan']) t.equal(await ask(user, since), 'yes', user)
  t.equal(await ask('cid', since), 'no')
  const full = { kind: 'full' } as const
  const { answer } = await check(engine, { consistency: full, item: toItem('doc:1#view@user:dan') })
  t.equal(answer.kind, 'yes')
})

t.test('a malformed list of hosts is refused without being told', async t => {
  for (const url of ['postgres://u:secret@a:x,b/db', 'postgres://u:secret@a,b:99999999/db']) {
    const refusal = await openDatabase(url).then(
      () => t.fail(url),
      (error: Error) => error,
    )
    t.match(refusal, { code: 'invalid-argument', message: /malformed datastore/ })
    t.notMatch(refusal, /secret/)
  }
})

async function untilThere<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if ((error as { code?: string }).code !== 'storage-unavailable') throw error
      await new Promise(done => setTimeout(done, 50))
    }
  }
}
