// Plans of sharing go in slices: a clock that says so ends one after each look, what was found out
// by then is known, and a plan whose caller is gone is given up.

import t from 'tap'
import { Turns } from '../../src/engine/graph/turns.js'
import { inSlices } from '../../src/evaluator/index.js'
import { Graph } from '../../src/sharing/graph.js'
import { Plan } from '../../src/sharing/plan.js'
import { takeAll } from '../../src/sharing/remove.js'
import { limits, Refusal, toRevision } from '../../src/terms/index.js'
import { NOW } from '../differential/cases.js'
import { TestSnapshot } from '../snapshot.js'
import { world } from '../world.js'

const DOCS = 200
const DOC = { type: 'doc', id: '1' }

const { schema, relationships } = world(
  Array.from({ length: DOCS }, (_, i) => `doc:1#viewer@user:u${i} group:a#member@user:u${i}`).join(
    ' ',
  ),
  `definition user {}
   definition group { relation member: user; }
   definition doc {
     relation viewer: user | group#member
     permission view = viewer
   }`,
)

/**
 * A graph whose clock goes on by a slice at each look, and how many turns of the loop there were.
 */
function slow() {
  let time = 0
  const counts = { turns: 0 }
  const turns = new Turns({
    now: () => {
      time += limits.sliceMs
      return time
    },
    soon: call => {
      counts.turns++
      setImmediate(call)
    },
  })
  const view = {
    revision: toRevision(1),
    schema,
    snapshot: new TestSnapshot(relationships),
    workingSet: null,
  }
  return { graph: new Graph(view, NOW, {}, turns.begin('test')), counts }
}

t.test('a plan over many relationships takes more than one turn', async t => {
  const { graph, counts } = slow()
  const plan = new Plan(graph)
  await graph.finished(takeAll(plan, DOC, graph.about(DOC)))
  t.equal(plan.size, DOCS)
  t.ok(counts.turns > 10, `${counts.turns} turns`)
})

t.test('checks of one plan are each made once, however often it pauses', async t => {
  const { graph, counts } = slow()
  let attempts = 0
  function* people(): Generator<null, number> {
    return yield* inSlices(() => {
      attempts++
      return Array.from({ length: DOCS }, (_, i) => ({ type: 'user', id: `u${i}`, relation: '' }))
        .map(user => graph.may(DOC, 'view', user))
        .filter(may => may).length
    })
  }
  t.equal(await graph.finished(people()), DOCS)
  t.ok(attempts > 10 && attempts <= DOCS + 1, `${attempts} attempts`)
  t.ok(counts.turns >= attempts - 1, `${counts.turns} turns`)
})

t.test('a caller that has left stops it', async t => {
  const { graph } = slow()
  const controller = new AbortController()
  const plan = new Plan(graph)
  const taking = graph.finished(takeAll(plan, DOC, graph.about(DOC)), controller)
  controller.abort(new Refusal('cancelled', 'the client is gone'))
  await t.rejects(taking, { code: 'cancelled' })
  t.ok(plan.size < DOCS, `${plan.size} planned`)
})
