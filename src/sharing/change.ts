// Changes a sheet: any number of changes in one revision, decided together at the revision that they
// follow, by who may make them then.

import { type Engine, type RowChanges, requireOurs, type Stop } from '../engine/index.js'
import { inSlices } from '../evaluator/index.js'
import { printIdentity, Refusal, type Relationship, type Token } from '../terms/index.js'
import type { ChangeContext } from './changeContext.js'
import { type Noted, writeDecided } from './decide.js'
import { requireShared } from './declared.js'
import type { Graph } from './graph.js'
import { type Differences, type Plan, requireHolders, requireSize } from './plan.js'
import { plan as planChange } from './planChanges.js'
import { mayDo } from './rights.js'
import type { ChangeAnswer, ChangeRequest, SharingChange } from './types.js'

/**
 * @throws Refusal why one of the changes cannot be, `sharing-stale` when the sheet is no longer what
 *   the actor saw; then nothing is written
 */
export async function changeSharing(
  engine: Engine,
  request: ChangeRequest & Noted,
  stop?: Stop,
): Promise<ChangeAnswer> {
  const { actor, resource, changes, expected } = request
  if (expected !== null) requireOurs(engine, expected)
  const decide = async (graph: Graph, plan: Plan): Promise<Differences> => {
    const declaration = requireShared(graph.view.schema, resource.type)
    const changeContext: ChangeContext = { graph, actor, resource, declaration, plan }
    const { refused, seesSheet } = await graph.finished(planned(changeContext, changes), stop)
    // What cannot be done may be so because the sheet has changed; who may not act learns neither.
    const isForbidden = refused?.code === 'sharing-forbidden'
    if (expected !== null && !isForbidden) {
      await requireFresh(engine, changeContext, { expected, seesSheet })
    }
    if (refused !== null) throw refused
    if (!seesSheet) return { added: [], removed: [] }
    return graph.finished(plan.differences(declaration), stop)
  }
  const { revision, answer } = await writeDecided(engine, request, decide, stop)
  return { revision, ...answer }
}

interface Planned {
  readonly refused: Refusal | null
  readonly seesSheet: boolean
}

function* planned(
  changeContext: ChangeContext,
  changes: readonly SharingChange[],
): Generator<null, Planned> {
  const { graph, plan, resource, declaration } = changeContext
  let refused: Refusal | null = null
  try {
    for (const change of changes) {
      yield* planChange(changeContext, change)
      if (graph.isDue()) yield null
    }
    yield* requireHolders(graph, plan)
    requireSize(plan, resource)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    refused = error
  }
  const seesSheet = yield* inSlices(() => mayDo(changeContext, declaration.sheet))
  return { refused, seesSheet }
}

/** Changes that a refusal tells of. */
const TOLD_MAX = 50

/** What was given or taken here since the actor looked, told to those who may read the sheet. */
async function requireFresh(
  { records, resourceWrites }: Engine,
  { graph, resource, declaration }: ChangeContext,
  { expected, seesSheet }: { readonly expected: Token; readonly seesSheet: boolean },
): Promise<void> {
  const { revision: until } = graph.view
  const since = expected.revision
  if (resourceWrites.same(resource, since, until)) return
  const rows = declaration.roles.map(({ name }) => ({ resource, relation: name }))
  const changed = await records.rowChanges({ rows, since, until })
  if (changed.created.length > 0 || changed.deleted.length > 0) throw stale(changed, seesSheet)
}

function stale({ created, deleted }: RowChanges, seesSheet: boolean): Refusal {
  const told = [...created.map(printGiven), ...deleted.map(printTaken)].slice(0, TOLD_MAX)
  return new Refusal(
    'sharing-stale',
    `the sheet has changed since it was read${seesSheet ? `: ${told.join(', ')}` : ''}`,
    seesSheet ? { changed: told.join(' ') } : {},
  )
}

const printGiven = (relationship: Relationship): string => `+${printIdentity(relationship)}`
const printTaken = (relationship: Relationship): string => `-${printIdentity(relationship)}`
