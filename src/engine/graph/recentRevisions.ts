// The revisions before a graph on demand began. They are read back, the newest first, so that the
// graph knows which rows that other nodes have shared since then are still valid. Nobody waits for
// this. It ends early at a revision that is too large, such as an import, and at any failure,
// because all it saves is reading some rows.

import type { OnDemand } from '../../rows/index.js'
import { limits, toRevision } from '../../terms/index.js'
import { publishWarning } from '../channels.js'
import type { GraphSource } from './graphSource.js'

/** The number of revisions read at a time. */
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

/** Reads one step back. @returns whether there may be more */
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
