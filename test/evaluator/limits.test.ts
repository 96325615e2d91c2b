import t from 'tap'
import { limits, Refusal } from '../../src/terms/index.js'
import { type World, world } from '../world.js'
import { answer, ask } from './answer.js'

const SCHEMA = `
  definition user {}
  definition group {
    relation member: user | group#member
    relation banned: user
  }
  definition folder {
    relation parent: folder
    relation viewer: user
    permission view = viewer + parent->view
  }`

const links = (length: number, print: (from: number, to: number) => string): string =>
  Array.from({ length }, (_, i) => print(i, i + 1)).join(' ')

const groups = (depth: number): World =>
  world(
    `${links(depth, (from, to) => `group:${from}#member@group:${to}#member`)}
     group:${depth}#member@user:ann`,
    SCHEMA,
  )

/** The last folder's `viewer` is a sub-question too. */
const folders = (depth: number): World =>
  world(
    `${links(depth - 1, (from, to) => `folder:${from}#parent@folder:${to}`)}
     folder:${depth - 1}#viewer@user:ann`,
    SCHEMA,
  )

t.test('sub-questions nest as deep as the limit, without harm to the stack', async t => {
  t.equal(answer(groups(limits.depthMax), 'group:0#member@user:ann'), 'yes')
  t.equal(answer(folders(limits.depthMax), 'folder:0#view@user:ann'), 'yes')
})

t.test('one level more is refused, never a silent no', async t => {
  for (const [deep, question] of [
    [groups(limits.depthMax + 1), 'group:0#member@user:ann'],
    [folders(limits.depthMax + 1), 'folder:0#view@user:ann'],
  ] as const) {
    t.throws(() => ask(deep, question), {
      code: 'depth-exceeded',
      message: /^max depth exceeded: /,
    })
  }
})

t.test('each question has a depth limit of its own', async t => {
  t.equal(answer(groups(3), 'group:0#member@user:ann', { depthMax: 3 }), 'yes')
  t.throws(() => ask(groups(4), 'group:0#member@user:ann', { depthMax: 3 }), {
    code: 'depth-exceeded',
  })
})

t.test('what is too deep does not hide what is near', async t => {
  const { schema, relationships } = groups(10)
  const near = world('group:0#member@group:near#member group:near#member@user:ann', SCHEMA)
  for (const both of [
    [...relationships, ...near.relationships],
    [...near.relationships, ...relationships],
  ]) {
    const verdict = answer({ schema, relationships: both }, 'group:0#member@user:ann', {
      depthMax: 3,
    })
    t.equal(verdict, 'yes')
  }
})

t.test('depth is that of the shortest path: a detour is no deeper', async t => {
  const detour = world(
    `${links(4, (from, to) => `group:${from}#member@group:${to}#member`)}
     group:0#member@group:4#member group:4#member@group:5#member group:5#member@user:ann`,
    SCHEMA,
  )
  t.equal(answer(detour, 'group:0#member@user:ann', { depthMax: 4 }), 'yes')
})

t.test('expressions nested as deep as the language allows do not exhaust the stack', async t => {
  const operators = 100
  const deep = world(
    `${links(200, (from, to) => `folder:${from}#parent@folder:${to}`)} folder:200#viewer@user:ann`,
    `definition user {}
     definition folder {
       relation parent: folder
       relation viewer: user
       permission view = ${'(viewer + (viewer & '.repeat(operators / 2)}viewer${'))'.repeat(operators / 2)} + viewer + parent->view
     }`,
  )
  t.equal(answer(deep, 'folder:0#view@user:ann'), 'yes')
})

t.test('work is counted and bounded', async t => {
  const wide = world(
    links(100, from => `group:all#member@group:${from}#member`),
    SCHEMA,
  )
  // The first question prepares the schema.
  ask(wide, 'group:all#member@user:ann')
  const { verdict, work } = ask(wide, 'group:all#member@user:ann')
  t.equal(verdict, 'no')
  t.ok(work >= 100 && work < 1000, `${work} for a hundred relationships`)
  t.equal(answer(wide, 'group:all#member@user:ann', { workMax: work }), 'no')
  t.throws(() => ask(wide, 'group:all#member@user:ann', { workMax: work - 1 }), {
    code: 'work-exceeded',
    message: /^work exceeded: /,
  })
})

t.test('the same sub-question is evaluated once', async t => {
  // Each level has two ways to the next: walked again each time, they would be 2^40.
  const diamond = world(
    links(40, (from, to) => {
      const step = (side: string): string =>
        `group:${from}#member@group:${from}${side}#member group:${from}${side}#member@group:${to}#member`
      return `${step('l')} ${step('r')}`
    }),
    SCHEMA,
  )
  t.ok(ask(diamond, 'group:0#member@user:ann').work < 1000)
})

const refused = (question: string): Refusal | undefined => {
  try {
    ask(groups(1), question)
  } catch (error) {
    if (error instanceof Refusal) return error
  }
  return undefined
}

t.test('an unknown definition is refused by name, of the resource and of the subject', async t => {
  for (const question of ['ghost:1#member@user:ann', 'group:1#member@ghost:1']) {
    t.match(refused(question), {
      code: 'unknown-definition',
      message: 'object definition `ghost` not found',
      metadata: { definition_name: 'ghost' },
    })
  }
})

t.test('an unknown relation is refused by name, of the resource and of the subject', async t => {
  for (const question of ['group:1#ghosts@user:ann', 'folder:1#view@group:1#ghosts']) {
    t.match(refused(question), {
      code: 'unknown-relation',
      message: 'relation/permission `ghosts` not found under definition `group`',
      metadata: { definition_name: 'group', relation_or_permission_name: 'ghosts' },
    })
  }
})

t.test('a type that cannot reach the permission is not refused, but answered no', async t => {
  t.equal(answer(groups(1), 'group:0#banned@folder:f'), 'no')
  t.equal(answer(groups(1), 'group:0#member@folder:f#view'), 'no')
})
