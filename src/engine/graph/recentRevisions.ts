// What happened before a graph that is looked up began: the last revisions are read back, the newest
// first, so that rows that other nodes have shared since then are known to be good or not. Nobody waits
// for it; it ends early at a revision that is too large, as an import is, and when anything fails, since all
// it gives is fewer rows to read.

import type { OnDemand } from '../../rows/index.js'
import { limits, toRevision } from '../../terms/index.js'
import { publishWarning } from '../channels.js'
import type { GraphSource } from './graphSource.js'

/** Revisions at a time. */
const STEP = 128

interface RecallOptions {
  readonly source: GraphSource
  readonly isOver: () => boolean
}

export async function recall(graph: OnDemand, options: RecallOptions): Promise<void> {
  const least = graph.since - limits.recallRevisionsMax
  try {
    while (!options.isOver() && (await recallStep(graph, least, options))) {}
  } catch (error) {
    publishWarning('recall', error as Error)
  }
}

/** Whether there may be more. */
async function recallStep(
  graph: OnDemand,
  least: number,
  { source }: RecallOptions,
): Promise<boolean> {
  const { oldest } = await source.head()
  const after = toRevision(Math.max(graph.since - STEP, least, oldest))
  const limit = graph.since - after
  if (limit <= 0) return false
  const changes = (await source.rows?.changesAfter(after, limit)) ?? null
  if (changes === null) return false
  graph.recall(changes)
  return true
}
