// The view that answers a request: from the requested consistency to a snapshot, its schema and its
// revision. A graph that is behind costs time but never correctness. A question waits for the
// revision that it needs, and if the graph does not reach it, the question is answered from the
// database as of that revision.

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
  /**
   * The rows behind the snapshot if it is read on demand, which takes several attempts; null for a
   * resident graph.
   */
  readonly workingSet: WorkingSet | null
}

/** The time within which a token of a write on this node is nearly always reached, ms. */
const GRACE_MS = 50

/**
 * Returns the view for a consistency.
 * @param stop ends the wait for a revision
 * @throws Refusal `revision-unavailable` for a revision that is not retained or does not exist yet
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

/** Returns the newest view of this node. @throws Refusal `replica-behind` while there is none */
export const newestView = (engine: Engine): Promise<View> => viewAt(engine, engine.live.graph.head)

/** Returns the least revision that satisfies the consistency; for `exact`, the revision itself. */
export async function revisionFor(engine: Engine, consistency: Consistency): Promise<Revision> {
  switch (consistency.kind) {
    case 'minimize-latency':
      return engine.live.graph.head
    case 'full':
      return headOf(engine)
    case 'at-least':
      // A token of another datastore says nothing about this one, so use the head, which is as
      // fresh as possible.
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

/**
 * Returns a view of a revision that the graph does not answer at: one before it began, or one that
 * it has not reached.
 */
async function pastView(engine: Engine, revision: Revision): Promise<View> {
  const { schema } = await engine.catalog.past(revision)
  const workingSet = engine.live.past(revision)
  return { snapshot: workingSet, schema, revision, workingSet }
}

const toWorkingSet = (snapshot: Snapshot): WorkingSet | null =>
  snapshot instanceof WorkingSet ? snapshot : null

/**
 * Waits until the graph has reached the revision.
 * @returns whether it has in time
 * @throws Refusal `revision-unavailable` when the datastore does not have it
 */
async function reach(engine: Engine, revision: Revision, { signal }: Stop): Promise<boolean> {
  engine.live.nudge()
  if (await engine.live.reached(revision, GRACE_MS)) return true
  await requireWritten(engine, revision)
  return unlessStopped(engine.live.reached(revision, limits.reachWaitMs), signal)
}

/** Requires a revision that has been written. @throws Refusal `revision-unavailable` */
async function requireWritten(engine: Engine, revision: Revision): Promise<void> {
  if (revision > (await headOf(engine))) {
    throw new Refusal('revision-unavailable', 'invalid revision: it is ahead of the datastore')
  }
}

const headOf = async (engine: Engine): Promise<Revision> => (await engine.headReader.ask()).revision

const isOurs = (engine: Engine, token: Token): boolean =>
  token.datastore === engine.datastore && token.store === engine.store

/** Requires a token of this store. @throws Refusal `token-foreign` */
export function requireOurs(engine: Engine, token: Token): void {
  if (isOurs(engine, token)) return
  throw new Refusal('token-foreign', 'the token is of another datastore or store')
}

const laterOf = (a: Revision, b: Revision): Revision => (a > b ? a : b)

/**
 * Returns the consistency for exactly this revision of the engine's store, as a cursor needs it.
 */
export const exactly = ({ datastore, store }: Engine, revision: Revision): Consistency => ({
  kind: 'exact',
  token: { datastore, store, revision },
})
