// Acts of sharing are decided in the writer's turn, at the very revision that they follow: the rules
// hold for what is there then, and what is given and taken is worked out from it. So two administrators
// at once cannot slip past each other. Other writes to the store wait meanwhile; nobody else does, since
// plans go in slices, and one whose client is gone is given up.

import type { Engine, Stop } from '../engine/index.js'
import { guardBy, requireNote, turns, viewFor } from '../engine/index.js'
import { assert, printObject, type Revision, type RevisionNote } from '../terms/index.js'
import { Graph } from './graph.js'
import { Plan } from './plan.js'
import type { Acting } from './types.js'

export interface Noted extends Acting {
  /** The actor becomes its actor. */
  readonly note: RevisionNote
}

/**
 * Writes the plan that `decide` makes of the graph, and gives its answer.
 * @throws Refusal what `decide` throws, and as every write does; then nothing is written
 */
export async function writeDecided<Answer>(
  engine: Engine,
  { actor, context, note }: Noted,
  decide: (graph: Graph, plan: Plan) => Promise<Answer>,
  stop?: Stop,
): Promise<{ readonly revision: Revision; readonly answer: Answer }> {
  requireNote(note)
  // A node that is behind holds up those who ask it here, rather than all writes in their turn.
  await viewFor(engine, { kind: 'full' }, stop)
  const answers: Answer[] = []
  const guard = guardBy(engine, async view => {
    const graph = new Graph(view, engine.clock(), context, turns.begin(`${engine.store} write`))
    const plan = new Plan(graph)
    answers.push(await decide(graph, plan))
    const { revision: schemaRevision } = await engine.catalog.at(view.revision)
    return { schemaRevision, updates: plan.updates }
  })
  const { revision } = await engine.writer.write({
    kind: 'relationships',
    schemaRevision: (await engine.catalog.newest()).revision,
    updates: [],
    deletions: [],
    preconditions: [],
    guard,
    note: { ...note, actor: printObject(actor) },
  })
  const answer = answers.at(-1)
  assert(answer !== undefined, 'what was written was decided')
  return { revision, answer }
}
