import t from 'tap'
import { world } from '../world.js'
import { answer, ask } from './answer.js'

const GROUPS = `
  caveat low(p int) { p < 10 }
  caveat same(p int, q int) { p == q }
  definition user {}
  definition group {
    relation member: user | user with low | group#member | group#member with same | group#allowed
    relation banned: user | group#member | group#allowed
    relation parent: group
    permission allowed = member - banned
    permission inherited = member + parent->inherited
    permission all_up = parent.all(all_up)
    permission itself = itself + member
  }`

const RING =
  'group:a#member@group:b#member group:b#member@group:c#member group:c#member@group:a#member'

t.test('a cycle of groups contains whoever was put into one of them', async t => {
  const ring = world(`${RING} group:c#member@user:ann`, GROUPS)
  for (const group of ['a', 'b', 'c']) {
    t.equal(answer(ring, `group:${group}#member@user:ann`), 'yes')
    t.equal(answer(ring, `group:${group}#member@user:bob`), 'no')
    t.equal(answer(ring, `group:${group}#member@group:b#member`), 'yes')
  }
})

t.test('a group that contains itself has no members by that', async t => {
  const narcissus = world('group:a#member@group:a#member', GROUPS)
  t.equal(answer(narcissus, 'group:a#member@user:ann'), 'no')
})

t.test('a cycle of parents ends, and so does a permission that names itself', async t => {
  const ring = world(
    'group:a#parent@group:b group:b#parent@group:a group:b#member@user:ann',
    GROUPS,
  )
  t.equal(answer(ring, 'group:a#inherited@user:ann'), 'yes')
  t.equal(answer(ring, 'group:a#inherited@user:bob'), 'no')
  t.equal(answer(ring, 'group:b#itself@user:ann'), 'yes')
  t.equal(answer(ring, 'group:b#itself@user:bob'), 'no')
  t.equal(answer(ring, 'group:unheard_of#itself@user:bob'), 'no')
})

t.test('an `all` arrow around a cycle that nothing supports is a no', async t => {
  const ring = world('group:a#parent@group:b group:b#parent@group:a', GROUPS)
  t.equal(answer(ring, 'group:a#all_up@user:ann'), 'no')
})

t.test('conditions pass around a cycle with their missing names', async t => {
  const ring = world(
    `group:a#member@group:b#member[same:{"p":1}] group:b#member@group:a#member
     group:b#member@user:ann[low]`,
    GROUPS,
  )
  t.equal(answer(ring, 'group:b#member@user:ann'), 'conditional on p, q')
  t.equal(answer(ring, 'group:a#member@user:ann', { context: { p: 1 } }), 'conditional on q')
  t.equal(answer(ring, 'group:b#member@user:ann', { context: { p: 1 } }), 'yes')
  t.equal(answer(ring, 'group:b#member@user:ann', { context: { p: 10 } }), 'no')
})

t.test(
  'a caveat in a circle that cannot be evaluated matters only if the verdict does',
  async t => {
    const ring = world(
      `group:a#member@group:b#member[same] group:b#member@group:a#member
     group:c#member@group:a#member group:c#member@group:b#member group:b#member@user:ann`,
      GROUPS,
    )
    const wrong = { context: { p: 'one', q: 1 } }
    t.equal(answer(ring, 'group:a#member@user:bob', wrong), 'no')
    t.equal(answer(ring, 'group:c#member@user:ann', wrong), 'yes')
    t.throws(() => ask(ring, 'group:a#member@user:ann', wrong), { code: 'caveat-parameter-type' })
  },
)

t.test('a cycle through an exclusion that the data decides has a definite verdict', async t => {
  const settled = world(
    `group:a#member@user:ann group:a#banned@group:b#allowed
     group:b#member@user:ann group:b#banned@group:a#allowed group:b#banned@user:ann`,
    GROUPS,
  )
  const a = ask(settled, 'group:a#allowed@user:ann')
  t.match(a, { verdict: 'yes', diagnostic: null })
  t.match(ask(settled, 'group:b#allowed@user:ann'), { verdict: 'no', diagnostic: null })
})

t.test(
  'a circle through an exclusion that nothing settles is denied, and said to be one',
  async t => {
    const paradox = world('group:a#member@user:ann group:a#banned@group:a#allowed', GROUPS)
    t.match(ask(paradox, 'group:a#allowed@user:ann'), {
      verdict: 'no',
      missing: [],
      diagnostic: 'cycle-through-exclusion',
    })
    t.match(ask(paradox, 'group:a#allowed@user:bob'), { verdict: 'no', diagnostic: null })
    t.match(ask(paradox, 'group:a#member@user:ann'), { verdict: 'yes', diagnostic: null })
  },
)

t.test('two subjects that exclude one another are both denied', async t => {
  const rivals = world(
    `group:a#member@user:ann group:a#banned@group:b#allowed
     group:b#member@user:ann group:b#banned@group:a#allowed`,
    GROUPS,
  )
  for (const group of ['a', 'b']) {
    t.match(ask(rivals, `group:${group}#allowed@user:ann`), {
      verdict: 'no',
      diagnostic: 'cycle-through-exclusion',
    })
  }
})

t.test('what does not depend on the cycle is not affected by it', async t => {
  const beside = world(
    `group:a#member@user:ann group:a#banned@group:a#allowed
     group:b#member@group:a#allowed group:b#member@user:ann
     group:c#member@group:a#allowed group:c#member@user:ann[low]`,
    GROUPS,
  )
  t.match(ask(beside, 'group:b#member@user:ann'), { verdict: 'yes', diagnostic: null })
  t.match(ask(beside, 'group:c#member@user:ann'), {
    verdict: 'conditional',
    missing: ['p'],
    diagnostic: 'cycle-through-exclusion',
  })
})

t.test('a verdict found while a cycle was cut is not kept for its other members', async t => {
  // From a, the walk cuts b's way back to a; b's own verdict must not be what it looked like then.
  const crossed = world(
    `group:a#member@group:b#member group:b#member@group:a#member group:a#member@user:ann
     group:top#member@group:a#member group:top#banned@group:b#member`,
    GROUPS,
  )
  t.equal(answer(crossed, 'group:top#allowed@user:ann'), 'no')
  t.equal(answer(crossed, 'group:b#member@user:ann'), 'yes')
})

t.test('a cycle larger than the stack is solved without recursion', async t => {
  const length = 2000
  const ring = Array.from(
    { length },
    (_, i) => `group:g${i}#member@group:g${(i + 1) % length}#member`,
  )
  const circle = world(`${ring.join(' ')} group:g${length - 1}#member@user:bob`, GROUPS)
  t.equal(answer(circle, 'group:g0#member@user:ann', { depthMax: length }), 'no')
  t.equal(answer(circle, 'group:g0#member@user:bob', { depthMax: length }), 'yes')
})
