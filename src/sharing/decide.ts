// The writes of sharing. The writer calls back to plan each write at the very revision that the
// write follows, so the rules are checked and the changes computed against the same data. Two
// administrators who act at once therefore cannot evade a rule together. Other writes to the store
// wait meanwhile. Reads do not, because plans go in slices. The plan of a client that has gone is
// abandoned.

import type { Engine, Stop } from '../engine/index.js'
import { guardBy, requireNote, turns, viewFor } from '../engine/index.js'
import { assert, printObject, type Revision, type RevisionNote } from '../terms/index.js'
import { Graph } from './graph.js'
import { Plan } from './plan.js'
import type { Acting } from './types.js'

export interface ActingWithNote extends Acting {
  /** The note of the revision, in which the actor replaces that of the note. */
  readonly note: RevisionNote
}

/**
 * Writes the plan that `decide` makes from the graph. Returns the answer of `decide`.
 * @throws Refusal that of `decide`, or of any write; then nothing is written
 */
export async function writeDecided<Answer>(
  engine: Engine,
  { actor, context, note }: ActingWithNote,
  decide: (graph: Graph, plan: Plan) => Promise<Answer>,
  stop?: Stop,
): Promise<{ readonly revision: Revision; readonly answer: Answer }> {
  requireNote(note)
  // A node that is behind catches up here, where only this caller waits, and not in the writer's
  // turn, where all writes would.
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
