// Lookups with very many results, on a node with an on-demand graph in PostgreSQL. They find what a
// node with a resident graph finds, in the same order, whole and in pages, and keep little of it in
// memory.

import t, { type Test } from 'tap'
import { turns } from '../../src/engine/graph/turns.js'
import { type Evaluate, inWindows, passing, roomFor } from '../../src/engine/graph/windows.js'
import {
  check,
  type Engine,
  lookupResources,
  lookupSubjects,
  writeRelationships,
  writeSchema,
} from '../../src/engine/index.js'
import {
  lookupResources as evaluateResources,
  lookupSubjects as evaluateSubjects,
} from '../../src/evaluator/index.js'
import { OnDemand, type WorkingSet } from '../../src/rows/index.js'
import { openDatabase } from '../../src/storage/index.js'
import { OPEN } from '../../src/storage/record.js'
import { limits, NO_NOTE, parseRelationship, Refusal } from '../../src/terms/index.js'
import { openHome } from '../home.js'
import { provisionPostgres } from '../provision.js'
import { toItem } from '../world.js'

const SCHEMA = `definition user {}
definition group {
  relation member: user | group#member
}
definition document {
  relation viewer: user | group#member
  relation banned: user
  permission view = viewer
  permission read = viewer - banned
}`
const MANY = 100_000
/** A schema in which each document needs a check. */
const SOME = 5_000
const BANNED = 100
const PAGE = limits.lookupLimitMax
const STRIDE = 24_500
const HELD_MAX = 16 * 2 ** 20

const { depthMax, workMax } = limits
const COMMON = { consistency: { kind: 'minimize-latency' }, context: {} } as const
const SUBJECTS = {
  ...COMMON,
  resource: { type: 'document', id: 'open' },
  permission: 'view',
  subjectType: 'user',
  subjectRelation: '',
  wildcard: true,
}
const resourcesOf = (permission: string, id: string) => ({
  ...COMMON,
  resourceType: 'document',
  permission,
  subject: { type: 'user', id, relation: '' },
  within: null,
})

/** A node with a resident graph, and one with an on-demand graph. */
async function openNodes(t: Test) {
  const postgres = await provisionPostgres()
  const location = await postgres.freshDatabase()
  const writer = await openHome({ database: await openDatabase(location), graph: 'on-demand' })
  await writeSchema(writer, { text: SCHEMA, note: NO_NOTE })
  const few = [
    'document:open#viewer@group:all#member',
    'group:all#member@group:few#member',
    'group:few#member@user:ann',
    // Documents that are reached twice, and in another order.
    'group:few#member@user:70000',
  ].map(parseRelationship)
  const updates = few.map(relationship => ({ operation: 'touch', relationship }) as const)
  await writeRelationships(writer, { updates, preconditions: [], note: NO_NOTE })
  const fill = (columns: string, count: number, step = 1) =>
    writer.database.query(
      `insert into relationship (store, resource_type, resource_id, relation, subject_type,
         subject_id, subject_relation, created_revision, deleted_revision)
       select 'default', ${columns}, '', 1, ${OPEN} from generate_series(1, $1::int, $2::int) as n`,
      [count, step],
    )
  await fill(`'group', 'all', 'member', 'user', n::text`, MANY)
  await fill(`'document', n::text, 'viewer', 'user', 'keen'`, MANY)
  await fill(`'document', n::text, 'viewer', 'user', 'kim'`, SOME)
  await fill(`'document', n::text, 'banned', 'user', 'kim'`, SOME, BANNED)
  await writer.close()
  const [whole, part] = [
    await openHome({ database: await openDatabase(location) }),
    await openHome({ database: await openDatabase(location), graph: 'on-demand' }),
  ]
  t.teardown(async () => {
    await Promise.all([whole.close(), part.close()])
    await postgres.stop()
  })
  return { whole, part }
}

interface Item {
  readonly id: string
  readonly cursor: string
}
type Page = (
  engine: Engine,
  cursor: string | null,
  limit: number,
) => Promise<{ readonly items: AsyncIterable<Item> }>

async function read(
  page: Page,
  engine: Engine,
  cursor: string | null = null,
  limit = 0,
): Promise<readonly Item[]> {
  const found: Item[] = []
  for await (const item of (await page(engine, cursor, limit)).items) found.push(item)
  return found
}

const idsOf = (items: readonly Pick<Item, 'id'>[]): string => items.map(({ id }) => id).join()

const graphOf = ({ live }: Engine): OnDemand => {
  if (!(live.graph instanceof OnDemand)) throw new Error('it holds the whole graph')
  return live.graph
}

/** The results, and the maximum size of the lookup's working sets at any of them. */
async function watched<Found, Question extends object>(
  engine: Engine,
  evaluate: Evaluate<Found, Question>,
  question: Question,
) {
  const { schema } = await engine.catalog.at(graphOf(engine).head)
  let held: WorkingSet | null = null
  const views = () => {
    const workingSet = graphOf(engine).past(graphOf(engine).head)
    const view = passing({
      snapshot: workingSet,
      schema,
      revision: workingSet.revision,
      workingSet,
    })
    held = view.workingSet
    return view
  }
  const found: Found[] = []
  let peak = 0
  for await (const each of inWindows(
    views,
    { evaluate, question, room: roomFor(0) },
    { turn: turns.begin('test') },
  )) {
    peak = Math.max(peak, held!.bytes)
    found.push(each)
  }
  return { found, peak }
}

t.test('lookups of very many', async t => {
  const { whole, part } = await openNodes(t)
  const bounds = { after: null, now: Date.now(), depthMax, workMax }
  const subjects: Page = (engine, cursor, limit) =>
    lookupSubjects(engine, { ...SUBJECTS, cursor, limit })
  const resources =
    (permission: string, id: string): Page =>
    (engine, cursor, limit) =>
      lookupResources(engine, { ...resourcesOf(permission, id), cursor, limit })
  const watchedResources = (permission: string, id: string) =>
    watched(part, evaluateResources, { ...resourcesOf(permission, id), ...bounds })
  const lookups = [
    [subjects, MANY + 1, () => watched(part, evaluateSubjects, { ...SUBJECTS, ...bounds })],
    [resources('view', 'keen'), MANY, () => watchedResources('view', 'keen')],
    [resources('read', 'kim'), SOME - SOME / BANNED, () => watchedResources('read', 'kim')],
  ] as const
  const names = ['subjects', 'resources', 'resources, each of them checked,']
  for (const [place, [page, count, watch]] of lookups.entries()) {
    t.test(
      `${names[place]} are the same however the graph is held, and little is held`,
      async t => {
        const expected = await read(page, whole)
        t.equal(expected.length, count)
        const { found, peak } = await watch()
        t.ok(idsOf(found) === idsOf(expected), 'whole')
        t.ok(peak < HELD_MAX, `${Math.ceil(peak / 2 ** 20)} MiB held`)
        for (let from = 0; from < count; from += STRIDE) {
          const cursor = from === 0 ? null : expected[from - 1].cursor
          const some = await read(page, part, cursor, PAGE)
          t.ok(idsOf(some) === idsOf(expected.slice(from, from + PAGE)), `a page from ${from}`)
        }
      },
    )
  }

  t.test('a check of one among them asks for a handful of rows', async t => {
    for (const [who, kind] of [
      ['99999', 'yes'],
      ['nobody', 'no'],
    ]) {
      const before = graphOf(part).counts.loaded
      const item = { ...toItem(`group:all#member@user:${who}`), context: {} }
      const { answer } = await check(part, { ...COMMON, item })
      t.equal(answer.kind, kind)
      t.ok(graphOf(part).counts.loaded - before <= 6)
    }
  })

  t.test('the lookup of a client that leaves is stopped', async t => {
    const controller = new AbortController()
    const { items } = await lookupSubjects(
      part,
      { ...SUBJECTS, cursor: null, limit: 0 },
      controller,
    )
    let count = 0
    const readOn = async (): Promise<void> => {
      for await (const _ of items) {
        if (++count === 1) controller.abort(new Refusal('cancelled', 'the client is gone'))
      }
    }
    await t.rejects(readOn(), { code: 'cancelled' })
    t.ok(count < MANY / 10, `${count} of ${MANY}`)
  })
})
