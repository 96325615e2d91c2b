// From the consistency that was asked to what answers it: a snapshot, its schema, its revision. A graph
// that is behind costs time, never truth: a question waits for the revision it needs, and is then
// answered from the database as of that.

import type { Snapshot } from '../../evaluator/index.js'
import type { Schema } from '../../language/index.js'
import { WorkingSet } from '../../rows/index.js'
import { type Consistency, limits, Refusal, type Revision, type Token } from '../../terms/index.js'
import type { Engine } from '../engine.js'
import { NEVER, type Stop, unlessStopped } from '../stop.js'

export interface View {
  readonly snapshot: Snapshot
  readonly schema: Schema
  readonly revision: Revision
  /** Below the snapshot, where it does not hold the whole graph; questions then take several attempts. */
  readonly workingSet: WorkingSet | null
}

/** A token of a write on this node is nearly always reached within this time, ms. */
const GRACE_MS = 50

/**
 * @param stop ends the waiting for a revision
 * @throws Refusal `revision-unavailable` for a revision that is not retained or not there yet
 */
export async function viewFor(
  engine: Engine,
  consistency: Consistency,
  stop: Stop = NEVER,
): Promise<View> {
  const { graph } = engine.live
  const revision = await revisionFor(engine, consistency)
  if (revision > graph.head && !(await reach(engine, revision, stop))) {
    return pastView(engine, revision)
  }
  if (consistency.kind === 'exact') return viewAt(engine, revision)
  return newestView(engine)
}

/** What the node has. @throws Refusal `replica-behind` while it has nothing */
export const newestView = (engine: Engine): Promise<View> => viewAt(engine, engine.live.graph.head)

/** The least revision (for `exact`: the revision) that answers the consistency asked. */
export async function revisionFor(engine: Engine, consistency: Consistency): Promise<Revision> {
  switch (consistency.kind) {
    case 'minimize-latency':
      return engine.live.graph.head
    case 'full':
      return headOf(engine)
    case 'at-least':
      // A token of another datastore says nothing about this one: the head is as fresh as can be.
      if (!isOurs(engine, consistency.token)) return headOf(engine)
      return laterOf(consistency.token.revision, engine.live.graph.head)
    case 'exact':
      requireOurs(engine, consistency.token)
      return consistency.token.revision
  }
}

async function viewAt(engine: Engine, revision: Revision): Promise<View> {
  const snapshot = engine.live.graph.at(revision)
  if (snapshot === null) return pastView(engine, revision)
  const version = engine.catalog.at(revision)
  const { schema } = version instanceof Promise ? await version : version
  return { snapshot, schema, revision, workingSet: toWorkingSet(snapshot) }
}

/** Of a revision that the graph does not answer at: one before it began, or that it has not reached. */
async function pastView(engine: Engine, revision: Revision): Promise<View> {
  const { schema } = await engine.catalog.past(revision)
  const workingSet = engine.live.past(revision)
  return { snapshot: workingSet, schema, revision, workingSet }
}

const toWorkingSet = (snapshot: Snapshot): WorkingSet | null =>
  snapshot instanceof WorkingSet ? snapshot : null

/**
 * Waits until the graph has come to `revision`; whether it has, in time.
 * @throws Refusal `revision-unavailable` when the datastore has not
 */
async function reach(engine: Engine, revision: Revision, { signal }: Stop): Promise<boolean> {
  engine.live.nudge()
  if (await engine.live.reached(revision, GRACE_MS)) return true
  await requireWritten(engine, revision)
  return unlessStopped(engine.live.reached(revision, limits.reachWaitMs), signal)
}

/** @throws Refusal `revision-unavailable` for a revision that nobody has written yet */
async function requireWritten(engine: Engine, revision: Revision): Promise<void> {
  if (revision > (await headOf(engine))) {
    throw new Refusal('revision-unavailable', 'invalid revision: it is ahead of the datastore')
  }
}

const headOf = async (engine: Engine): Promise<Revision> => (await engine.headReader.ask()).revision

const isOurs = (engine: Engine, token: Token): boolean =>
  token.datastore === engine.datastore && token.store === engine.store

/** @throws Refusal `token-foreign` */
export function requireOurs(engine: Engine, token: Token): void {
  if (isOurs(engine, token)) return
  throw new Refusal('token-foreign', 'the token is of another datastore or store')
}

const laterOf = (a: Revision, b: Revision): Revision => (a > b ? a : b)

/** At just this revision of the engine's own store: where a cursor goes on. */
export const exactly = ({ datastore, store }: Engine, revision: Revision): Consistency => ({
  kind: 'exact',
  token: { datastore, store, revision },
})
