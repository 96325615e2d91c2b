// Lookups, however much they find: where the graph is not held as a whole, they go window by window, each
// in a working set of its own, so that they hold no more than a window at a time.

import type { Snapshot } from '../../evaluator/index.js'
import type { Schema } from '../../language/index.js'
import { limits } from '../../terms/index.js'
import { type Pace, paced } from './pace.js'
import type { View } from './view.js'

/** Candidates of the first window, if all are wanted. */
const ROOM = 1000
/** For candidates that come to nothing, beside those that are wanted. */
const SPARE = 100

/** @param limit 0 for all there are */
export const roomFor = (limit: number): number => (limit === 0 ? ROOM : limit + SPARE)

/** Gives null where it may pause; returns what it is to go on with, if there is more. */
export type Evaluate<Found, Question> = (
  snapshot: Snapshot,
  schema: Schema,
  question: Question,
) => Generator<Found | null, Question | null>

export interface WindowedQuestion<Found, Question> {
  readonly evaluate: Evaluate<Found, Question>
  readonly question: Question
  /** Candidates of the first window; each of those that follow has twice as many. */
  readonly room: number
}

/** @param views the view, on nothing that was loaded so far */
export async function* inWindows<Found, Question extends object>(
  views: () => View,
  { evaluate, question, room }: WindowedQuestion<Found, Question>,
  pace: Pace,
): AsyncGenerator<Found, void> {
  let window = room
  let next: Question | null = question
  while (next !== null) {
    const { snapshot, schema, workingSet } = views()
    const asked: Question = workingSet === null ? next : { ...next, window }
    next = yield* paced(evaluate(snapshot, schema, asked), workingSet, pace)
    window = Math.min(2 * window, limits.lookupWindow)
  }
}

/** The same for who goes through lists once. */
export function passing(view: View): View {
  if (view.workingSet === null) return view
  const workingSet = view.workingSet.passing()
  return { ...view, snapshot: workingSet, workingSet }
}
