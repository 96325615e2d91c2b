// A node whose feed does not advance. It still honours a token of another node, by reading the
// database, whether its graph is resident or on demand.

import t from 'tap'
import { check, lookupSubjects } from '../../src/engine/index.js'
import type { DatabaseRow } from '../../src/storage/database.js'
import { type Database, openDatabase } from '../../src/storage/index.js'
import { type Consistency, toRevision } from '../../src/terms/index.js'
import { define, FAST, FULL, write } from '../engines.js'
import { openHome } from '../home.js'
import { freshDatastore } from '../service.js'
import { toItem } from '../world.js'

const SCHEMA = (more: string) => `definition user {}
definition group {
  relation member: user
}
definition doc {
  relation viewer: user | group#member
  permission view = viewer${more}
}`

/** The same database, in which a test can delay the reading of changes. */
function held(database: Database) {
  let release = (): void => {}
  let onWait = (): void => {}
  let wait: Promise<void> | null = null
  return {
    database: {
      concurrent: database.concurrent,
      query: async <R extends DatabaseRow>(sql: string, parameters?: readonly unknown[]) => {
        if (wait !== null && sql.includes('schema_changed')) {
          onWait()
          await wait
        }
        return database.query<R>(sql, parameters)
      },
      script: sql => database.script(sql),
      transaction: work => database.transaction(work),
      snapshot: work => database.snapshot(work),
      listen: (channel, onNotify) => database.listen(channel, onNotify),
      onConnect: prove => database.onConnect(prove),
      close: () => database.close(),
    } satisfies Database,
    /** Resolves once a reading of changes is delayed, when no other one runs. */
    hold(): Promise<void> {
      wait = new Promise(done => {
        release = done
      })
      return new Promise(done => {
        onWait = done
      })
    },
    release: () => release(),
  }
}

for (const graph of ['resident', 'on-demand'] as const) {
  t.test(`a node that is behind, its graph ${graph}`, async t => {
    const { datastore, remove } = await freshDatastore('postgres')
    const writer = await openHome({ database: await openDatabase(datastore) })
    const { database, hold, release } = held(await openDatabase(datastore))
    const node = await openHome({ database, graph })
    t.teardown(async () => {
      release()
      await node.close()
      await writer.close()
      await remove()
    })
    const at = async (consistency: Consistency, question: string) => {
      const item = toItem(question)
      const { answer, revision } = await check(node, { consistency, item })
      return { kind: answer.kind, revision }
    }
    await define(writer, SCHEMA(''))
    const first = await write(writer, 'doc:1#viewer@user:ann', 'group:g#member@user:bob')
    t.match(await at(first, 'doc:1#view@user:ann'), { kind: 'yes' })
    const before = node.live.graph.head

    const isHeld = hold()
    node.live.nudge()
    await isHeld
    const second = await write(writer, 'doc:1#viewer@group:g#member')
    t.match(await at(second, 'doc:1#view@user:bob'), { kind: 'yes', revision: before + 1 })
    t.match(await at(FULL, 'doc:1#view@user:bob'), { kind: 'yes', revision: before + 1 })
    t.match(await at(FAST, 'doc:1#view@user:bob'), { kind: 'no', revision: before })
    const found: string[] = []
    const question = {
      consistency: second,
      resource: { type: 'doc', id: '1' },
      permission: 'view',
      subjectType: 'user',
      subjectRelation: '',
      context: {},
      wildcard: true,
      limit: 0,
      cursor: null,
    }
    for await (const { id } of (await lookupSubjects(node, question)).items) {
      found.push(id)
    }
    t.strictSame(found, ['ann', 'bob'])
    const third = await define(writer, SCHEMA(' - viewer'))
    t.match(await at(third, 'doc:1#view@user:ann'), { kind: 'no' }, 'by the schema of then')
    t.equal(node.live.graph.head, before, 'while it is behind')

    release()
    t.ok(await node.live.reached(toRevision(before + 2), 10_000))
    t.match(await at(FAST, 'doc:1#view@user:ann'), { kind: 'no' })
    t.match(await at({ ...second, kind: 'exact' } as Consistency, 'doc:1#view@user:bob'), {
      kind: 'yes',
    })
  })
}
