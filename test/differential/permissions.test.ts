// Lists of permissions against single checks of each, over random worlds: the same verdicts and the
// same refusals, in any order of the permissions, with contextual or stored relationships.

import t from 'tap'
import { type CheckOutcome, check, overlay, type Snapshot } from '../../src/evaluator/index.js'
import { listPermissions } from '../../src/evaluator/listPermissions.js'
import { type CheckItem, limits, orRefusal, Refusal } from '../../src/terms/index.js'
import { snapshotOf } from '../replica/supplier.js'
import { TestSnapshot } from '../snapshot.js'
import { type Case, NOW } from './cases.js'
import { overCases } from './suite.js'

/** The number of cases, each of which is asked several times. */
const RUNS = 200
const ORDERS = [
  ['alpha', 'beta', 'one', 'two'],
  ['two', 'beta', 'one', 'alpha', 'beta'],
]
const { depthMax, workMax } = limits

t.test('a list of permissions is the checks of each', async t => {
  overCases(t, RUNS, world => {
    const half = world.relationships.length >> 1
    const stored = snapshotOf(world.relationships.slice(0, half))
    const contextual = overlay(stored, world.schema, world.relationships.slice(half))
    for (const item of world.items) {
      compare(world, item, snapshotOf(world.relationships))
      compare(world, item, contextual)
    }
  })
})

t.test('a list in which caveats fail is the checks of each, refusals too', async t => {
  let refused = 0
  overCases(t, RUNS, world => {
    const snapshot = snapshotOf(world.relationships)
    for (const item of world.items) {
      refused += compare(world, { ...item, context: { ...item.context, p: 'text' } }, snapshot)
    }
  })
  t.ok(refused > 0, 'some were refused')
})

t.test('a list that loads its world row by row has the same answers', async t => {
  overCases(t, RUNS, world => {
    for (const item of world.items) {
      const rows = new TestSnapshot(world.relationships, { partial: true })
      const whole = print(list(world, item, snapshotOf(world.relationships)))
      let found = list(world, item, rows)
      while (found.some(each => !(each instanceof Refusal) && each.verdict === 'pending')) {
        if (rows.load() === 0) throw new Error('pending, but no row was asked for')
        found = list(world, item, rows)
      }
      if (print(found) !== whole) throw new Error(`${print(found)}, not ${whole}`)
    }
  })
})

const list = (
  { schema }: Case,
  { resource, subject, context }: CheckItem,
  snapshot: Snapshot,
  permissions: readonly string[] = ORDERS[0],
): readonly (CheckOutcome | Refusal)[] => {
  const circumstances = { context, now: NOW, depthMax, workMax }
  return listPermissions(snapshot, schema, { resource, subject, permissions, ...circumstances })
}

/** The number of answers that both refused. */
function compare(world: Case, item: CheckItem, snapshot: Snapshot): number {
  let refused = 0
  for (const permissions of ORDERS) {
    const single = permissions.map(permission => {
      const question = { ...item, permission, now: NOW, depthMax, workMax }
      return orRefusal(() => check(snapshot, world.schema, question))
    })
    const [found, expected] = [print(list(world, item, snapshot, permissions)), print(single)]
    if (found !== expected) throw new Error(`${JSON.stringify(item)}: ${found}, not ${expected}`)
    refused += single.filter(answer => answer instanceof Refusal).length
  }
  return refused
}

const print = (answers: readonly (CheckOutcome | Refusal)[]): string =>
  answers
    .map(answer =>
      answer instanceof Refusal ? answer.message : JSON.stringify({ ...answer, work: undefined }),
    )
    .join('\n')
