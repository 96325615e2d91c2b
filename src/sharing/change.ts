// The operation that changes a sheet. It makes any number of changes in one revision, and decides
// them and the rights to make them at the revision that the write follows.

import { type Engine, type RowChanges, requireOurs, type Stop } from '../engine/index.js'
import { inSlices } from '../evaluator/index.js'
import { printIdentity, Refusal, type Relationship, type Token } from '../terms/index.js'
import type { ChangeContext } from './changeContext.js'
import { type ActingWithNote, writeDecided } from './decide.js'
import { requireShared } from './declared.js'
import type { Graph } from './graph.js'
import { type Differences, type Plan, requireHolders, requireSize } from './plan.js'
import { plan as planChange } from './planChanges.js'
import { mayDo } from './rights.js'
import type { ChangeAnswer, ChangeRequest, SharingChange } from './types.js'

/**
 * @throws Refusal the reason why a change cannot be made, or `sharing-stale` when the sheet is not
 *   as the actor saw it; then nothing is written
 */
export async function changeSharing(
  engine: Engine,
  request: ChangeRequest & ActingWithNote,
  stop?: Stop,
): Promise<ChangeAnswer> {
  const { actor, resource, changes, expected } = request
  if (expected !== null) requireOurs(engine, expected)
  const decide = async (graph: Graph, plan: Plan): Promise<Differences> => {
    const declaration = requireShared(graph.view.schema, resource.type)
    const changeContext: ChangeContext = { graph, actor, resource, declaration, plan }
    const { refused, seesSheet } = await graph.finished(planned(changeContext, changes), stop)
    // A changed sheet may be why a change cannot be made, so that is the more useful refusal. An
    // actor without the right to act learns neither.
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

/** The maximum number of changes that a refusal lists. */
const LISTED_MAX = 50

/**
 * Requires that no grant of the sheet was written or deleted since the actor read it. The refusal
 * lists the changes only for an actor who may read the sheet.
 * @throws Refusal `sharing-stale`
 */
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
  const listed = [...created.map(printCreated), ...deleted.map(printDeleted)].slice(0, LISTED_MAX)
  return new Refusal(
    'sharing-stale',
    `the sheet has changed since it was read${seesSheet ? `: ${listed.join(', ')}` : ''}`,
    seesSheet ? { changed: listed.join(' ') } : {},
  )
}

const printCreated = (relationship: Relationship): string => `+${printIdentity(relationship)}`
const printDeleted = (relationship: Relationship): string => `-${printIdentity(relationship)}`
