// Lookups in windows. Where the graph is on demand, a lookup goes window by window, each in a
// working set of its own, so that it holds no more than one window in memory, however much it
// finds.

import type { Snapshot } from '../../evaluator/index.js'
import type { Schema } from '../../language/index.js'
import { limits } from '../../terms/index.js'
import { type Pace, paced } from './pace.js'
import type { View } from './view.js'

/** The number of candidates in the first window if all results are wanted. */
const ROOM = 1000
/** The room for candidates that turn out not to be results, beside those that are wanted. */
const SPARE = 100

/** Returns the size of the first window. @param limit the number of results wanted; 0 for all */
export const roomFor = (limit: number): number => (limit === 0 ? ROOM : limit + SPARE)

/**
 * A lookup that yields results, and null where it may pause. It returns the question for the next
 * window, or null if there is none.
 */
export type Evaluate<Found, Question> = (
  snapshot: Snapshot,
  schema: Schema,
  question: Question,
) => Generator<Found | null, Question | null>

export interface WindowedQuestion<Found, Question> {
  readonly evaluate: Evaluate<Found, Question>
  readonly question: Question
  /** The number of candidates in the first window; each further window has twice as many. */
  readonly room: number
}

/** Runs a lookup window by window. @param views returns the view anew, with no rows loaded */
export async function* inWindows<Found, Question extends object>(
  views: () => View,
  { evaluate, question, room }: WindowedQuestion<Found, Question>,
  pace: Pace,
): AsyncGenerator<Found, void> {
  let window = room
  let next: Question | null = question
  while (next !== null) {
    const { snapshot, schema, workingSet } = views()
    const windowed: Question = workingSet === null ? next : { ...next, window }
    next = yield* paced(evaluate(snapshot, schema, windowed), workingSet, pace)
    window = Math.min(2 * window, limits.lookupWindow)
  }
}

/** Returns the view for a reader that goes through lists once. */
export function passing(view: View): View {
  if (view.workingSet === null) return view
  const workingSet = view.workingSet.passing()
  return { ...view, snapshot: workingSet, workingSet }
}
