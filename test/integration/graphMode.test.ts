// A node in the mode `auto`: a graph is resident as long as it fits, and then on demand, visibly
// and without a wrong answer.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import t from 'tap'
import {
  check,
  NOTICE,
  readiness,
  token,
  writeRelationships,
  writeSchema,
} from '../../src/engine/index.js'
import { openDatabase } from '../../src/storage/index.js'
import { NO_NOTE, parseRelationship, parseToken } from '../../src/terms/index.js'
import { DOCS } from '../engines.js'
import { openHome } from '../home.js'
import { freshDatastore } from '../service.js'
import { toItem } from '../world.js'

const ROOM = 400_000

t.test('a graph that outgrows its room is on demand from then on', async t => {
  const { datastore, remove } = await freshDatastore('embedded')
  const open = async () =>
    openHome({
      database: await openDatabase(datastore),
      graph: 'auto',
      graphBytesMax: ROOM,
    })
  const told: unknown[] = []
  const listen = (news: unknown) => told.push(news)
  subscribe(NOTICE, listen)
  const engine = await open()
  const stateOf = (node: typeof engine) => readiness(node).parts.graph
  await writeSchema(engine, { text: DOCS, note: NO_NOTE })
  t.equal(stateOf(engine), 'resident')
  let asked = 0
  for (let round = 0; round < 12; round++) {
    const updates = Array.from({ length: 1000 }, (_, i) => ({
      operation: 'touch' as const,
      relationship: parseRelationship(`doc:${round}#viewer@user:someone-of-round-${round}-${i}`),
    }))
    const written = await writeRelationships(engine, { updates, preconditions: [], note: NO_NOTE })
    const since = parseToken(token(engine, written.revision))
    const answers = await Promise.all(
      [0, 500, 999, 1000].map(async i => {
        const item = toItem(`doc:${round}#view@user:someone-of-round-${round}-${i}`)
        const { answer } = await check(engine, {
          consistency: { kind: 'at-least', token: since },
          item,
        })
        return answer.kind
      }),
    )
    if (answers.join() !== 'yes,yes,yes,no') t.fail(`round ${round}: ${answers}`)
    asked += answers.length
  }
  t.equal(asked, 48)
  t.match(stateOf(engine), /^looked up on demand since 2.*Z: it takes 1 MiB of 1 MiB$/)
  t.match(told, [{ part: 'graph', text: /looked up on demand from here on/ }])
  t.equal(told.length, 1)
  await engine.close()

  const again = await open()
  t.match(
    stateOf(again),
    /^looked up on demand since 2.*Z: it would take more than 1 MiB$/,
    'one that is too large is not begun with',
  )
  const item = toItem('doc:3#view@user:someone-of-round-3-7')
  const { answer } = await check(again, { consistency: { kind: 'full' }, item })
  t.equal(answer.kind, 'yes')
  await again.close()
  unsubscribe(NOTICE, listen)
  await remove()
})
