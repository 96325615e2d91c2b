// Questions whose slices end after every few units of work, over random worlds. Each gets the same
// answer at the same cost as without pauses, and checks get the answer of the oracle.

import t from 'tap'
import {
  check,
  expandInSlices,
  explainInSlices,
  listPermissionsInSlices,
  lookupResources,
  lookupSubjects,
  Rest,
  type Turn,
} from '../../src/evaluator/index.js'
import { atOnce } from '../../src/evaluator/sliced.js'
import { limits, Refusal } from '../../src/terms/index.js'
import { snapshotOf } from '../replica/supplier.js'
import { type Case, NOW } from './cases.js'
import { agreeWithOracle, overCases } from './suite.js'

const RUNS = 150
const STRIDES = [0, 1, 5]
const { depthMax, workMax } = limits

/** A clock by which every slice is over when it is first read. */
const always = (stride: number): Turn => ({ stride, isOver: () => true })

for (const stride of STRIDES) {
  t.test(`checks in slices of ${stride} units agree with the oracle`, async t => {
    const sliced = always(stride)
    const supply = new WeakMap<Case, ReturnType<typeof snapshotOf>>()
    agreeWithOracle(t, (world, item) => {
      const snapshot = supply.get(world) ?? snapshotOf(world.relationships)
      supply.set(world, snapshot)
      const question = { ...item, now: NOW, depthMax, workMax }
      const whole = check(snapshot, world.schema, question)
      const again = check(snapshot, world.schema, question)
      const found = check(snapshot, world.schema, { ...question, turn: sliced })
      if (found.work !== again.work) throw new Error(`work ${found.work}, not ${again.work}`)
      if (found.verdict !== whole.verdict) throw new Error(`${found.verdict}, not ${whole.verdict}`)
      return found
    })
  })

  t.test(`other questions in slices of ${stride} units are as without`, async t => {
    let pauses = 0
    overCases(t, RUNS, world => {
      for (const item of world.items) {
        for (const ask of questionsOf(world, item)) {
          const whole = outcomeOf(() => drained(ask(undefined)).items)
          const sliced = outcomeOf(() => {
            const { items, nulls } = drained(ask(always(stride)))
            pauses += nulls
            return items
          })
          if (sliced !== whole) throw new Error(`${sliced}, not ${whole}`)
        }
      }
    })
    t.ok(pauses > 0, `${pauses} pauses`)
  })
}

type Work = Generator<unknown, unknown>

function questionsOf(
  { schema, relationships }: Case,
  item: Case['items'][number],
): readonly ((turn: Turn | undefined) => Work)[] {
  const snapshot = snapshotOf(relationships)
  const { resource, permission, subject, context } = item
  const bounds = { context, now: NOW, depthMax, workMax }
  const extent = {
    nodesMax: limits.explanationNodesMax,
    depthMax: limits.explanationDepthMax,
    entriesMax: limits.explanationEntriesMax,
  }
  return [
    turn => explainInSlices(snapshot, schema, { ...item, ...bounds, turn }, extent),
    turn => expandInSlices(snapshot, schema, { resource, permission, ...bounds, turn }),
    turn =>
      listPermissionsInSlices(snapshot, schema, {
        resource,
        subject,
        permissions: ['alpha', 'beta', 'one', 'two'],
        ...bounds,
        turn,
      }),
    turn =>
      lookupResources(snapshot, schema, {
        resourceType: resource.type,
        permission,
        subject,
        within: null,
        after: null,
        ...bounds,
        turn,
      }),
    ...[true, false].map(
      wildcard => (turn: Turn | undefined) =>
        lookupSubjects(snapshot, schema, {
          resource,
          permission,
          subjectType: subject.type,
          subjectRelation: subject.relation,
          wildcard,
          after: null,
          ...bounds,
          turn,
        }),
    ),
  ]
}

/** The values that the work yields and returns, without its pauses. */
function drained(work: Work): { readonly items: readonly unknown[]; readonly nulls: number } {
  const items: unknown[] = []
  let nulls = 0
  for (;;) {
    const { done, value } = work.next()
    if (value === null && !done) nulls++
    else items.push(value)
    if (done) return { items, nulls }
  }
}

/** The work is left out, because it depends on what was prepared before. */
function outcomeOf(ask: () => unknown): string {
  try {
    return JSON.stringify(ask(), (key, value) => (key === 'work' || key === 'turn' ? 0 : value))
  } catch (error) {
    if (error instanceof Refusal) return `${error.code}: ${error.message}`
    throw error
  }
}

t.test('work that ends within its first slice returns a plain value', async t => {
  t.equal(atOnce(1), 1)
  const rest = new Rest(
    (function* () {
      yield null
      return 2
    })(),
  )
  t.equal(atOnce(rest), 2)
})
