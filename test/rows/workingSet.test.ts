// Working sets answer as whole graphs do, whatever rows are at hand and however large the usersets
// are. A question fetches all that it can at once.

import t from 'tap'
import { turns } from '../../src/engine/graph/turns.js'
import { inWindows } from '../../src/engine/graph/windows.js'
import {
  check,
  type Found,
  lookupResources,
  lookupSubjects,
  Unloaded,
} from '../../src/evaluator/index.js'
import { limits } from '../../src/terms/index.js'
import { type Case, NOW } from '../differential/cases.js'
import { agreeWithOracle, overCasesAwaited } from '../differential/suite.js'
import { snapshotOf } from '../replica/supplier.js'
import { toItem, world } from '../world.js'
import { MemoryRows } from './memory.js'

const { depthMax, workMax } = limits
const BOUNDS = { now: NOW, depthMax, workMax }
const pace = { turn: turns.begin('test') }

for (const prefix of [1, 2, 64]) {
  t.test(`checks with chunks of up to ${prefix} agree with the oracle`, async t => {
    const rows = new WeakMap<Case, MemoryRows>()
    agreeWithOracle(t, (world, item) => {
      const supply = rows.get(world) ?? new MemoryRows(world.relationships, prefix)
      rows.set(world, supply)
      return supply.settle(set => {
        const outcome = check(set, world.schema, { ...item, ...BOUNDS })
        if (outcome.verdict === 'pending') throw new Unloaded()
        return outcome
      })
    })
  })
}

t.test('lookups find what they find in the whole graph, in windows of any size', async t => {
  await overCasesAwaited(t, 150, async ({ schema, relationships, items }) => {
    const whole = snapshotOf(relationships)
    for (const [index, { resource, permission, subject, context }] of items.entries()) {
      const common = { context, ...BOUNDS, after: null, permission }
      const resources = { ...common, resourceType: resource.type, subject, within: null }
      const subjects = {
        ...common,
        resource,
        subjectType: subject.type,
        subjectRelation: subject.relation,
        wildcard: true,
      }
      const supply = new MemoryRows(relationships, 1)
      const views = () => {
        const workingSet = supply.open().passing({ stretchRows: 1, roomBytes: 0, isHasty: false })
        return { snapshot: workingSet, schema, revision: whole.revision, workingSet }
      }
      const room = 1 + ((relationships.length + index) % 3)
      const found = inWindows(views, { evaluate: lookupResources, question: resources, room }, pace)
      compare(await gather(found), allOf(lookupResources(whole, schema, resources)))
      const who = inWindows(views, { evaluate: lookupSubjects, question: subjects, room }, pace)
      compare(await gather(who), allOf(lookupSubjects(whole, schema, subjects)))
    }
  })
})

t.test('a cycle beyond which rows are missing is not taken for a fault', async t => {
  const { schema, relationships } = world(
    'team:a#one@user:b#beta team:b#one@team:a#alpha',
    `definition user {
      relation one: user
      relation two: user
      permission alpha = two.all(one) + one
      permission beta = alpha & beta
    }
    definition team {
      relation one: team#alpha | user | user#beta
      relation two: user
      permission alpha = (one - beta) + one + alpha
      permission beta = two->one + one + two->one
    }`,
  )
  const subject = { type: 'user', id: 'b', relation: 'alpha' }
  const common = { context: {}, ...BOUNDS, after: null, within: null }
  const question = { ...common, resourceType: 'team', permission: 'one', subject }
  const supply = new MemoryRows(relationships, 1)
  const views = () => {
    const workingSet = supply.open()
    return { snapshot: workingSet, schema, revision: workingSet.revision, workingSet }
  }
  const found = inWindows(views, { evaluate: lookupResources, question, room: 1 }, pace)
  t.strictSame(
    await gather(found),
    allOf(lookupResources(snapshotOf(relationships), schema, question)),
  )
})

async function gather<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

const allOf = <Row extends Found>(rows: Iterable<Row | null>): readonly Row[] =>
  [...rows].filter(row => row !== null)

function compare(found: unknown, expected: unknown): void {
  const [a, b] = [found, expected].map(each => JSON.stringify(each))
  if (a !== b) throw new Error(`${a}, not ${b}`)
}

const NESTED = `
  definition user {}
  definition group { relation member: user | group#member }
  definition folder {
    relation parent: folder
    relation viewer: user | group#member
    permission view = viewer + parent->view
  }`
  .replaceAll('{ relation', '{\n relation')
  .replaceAll('#member }', '#member\n}')

t.test('a path of d steps takes d + 1 batches at most, and then none', async t => {
  for (const depth of [1, 3, 7]) {
    const steps = Array.from({ length: depth }, (_, i) => `folder:${i}#parent@folder:${i + 1}`)
    const others = Array.from({ length: 5 }, (_, i) => `folder:${depth}#viewer@group:${i}#member`)
    const texts = [...steps, ...others, 'group:4#member@user:ann'].join(' ')
    const { schema, relationships } = world(texts, NESTED)
    const supply = new MemoryRows(relationships, 64)
    const item = toItem('folder:0#view@user:ann')
    const ask = () =>
      supply.settle(set => {
        const { verdict } = check(set, schema, { ...item, ...BOUNDS })
        if (verdict === 'pending') throw new Unloaded()
        return verdict
      })
    t.equal(ask(), 'yes')
    // One step for each folder, and one from the last folder's groups to their members.
    t.ok(supply.batches <= depth + 2, `${supply.batches} batches for ${depth} folders and a group`)
    const cold = supply.batches
    t.equal(ask(), 'yes')
    t.equal(supply.batches, cold, 'a hot question loads nothing')
  }
})

t.test('a check of one member of a huge set does not load the set', async t => {
  const members = Array.from({ length: 300 }, (_, i) => `group:all#member@user:u${i}`)
  const texts = [...members, 'group:all#member@group:some#member', 'group:some#member@user:ann']
  const { schema, relationships } = world(texts.join(' '), NESTED)
  const supply = new MemoryRows(relationships, 10)
  const set = supply.open()
  const ask = (text: string) => check(set, schema, { ...toItem(text), ...BOUNDS }).verdict
  for (const [question, verdict] of [
    ['group:all#member@user:u299', 'yes'],
    ['group:all#member@user:ann', 'yes'],
    ['group:all#member@user:nobody', 'no'],
  ] as const) {
    while (ask(question) === 'pending') await set.load()
    t.equal(ask(question), verdict)
  }
  const seen = new Set<string>()
  for (let i = 0; i < 300; i++) {
    const node = set.node(set.object('user', `u${i}`), set.kinds.find('user', ''))
    const group = set.node(set.object('group', 'all'), set.kinds.find('group', 'member'))
    if (set.edge(group, node) >= 0) seen.add(`u${i}`)
  }
  t.equal(seen.size, 10, 'the first nine behind the set, and the one that was asked for')
})
