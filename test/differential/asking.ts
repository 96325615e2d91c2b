// How a suite asks a question: with a view of its own for each question and each page of a lookup,
// and as many attempts as the question takes.

import { settled } from '../../src/engine/graph/settle.js'
import { turns } from '../../src/engine/graph/turns.js'
import type { View } from '../../src/engine/graph/view.js'
import { inWindows, type WindowedQuestion } from '../../src/engine/graph/windows.js'

/** A view for each question. */
export type Views = () => View

export async function once<T>(views: Views, answer: (view: View) => T): Promise<T> {
  const view = views()
  return settled(view, () => answer(view))
}

/** The question of a lookup that continues after an id. */
export type Lookup<Found, Question> = (
  after: string | null,
) => Pick<WindowedQuestion<Found, Question>, 'evaluate' | 'question'>

export async function* inPages<Found extends { readonly id: string }, Question extends object>(
  views: Views,
  size: number,
  lookup: Lookup<Found, Question>,
): AsyncGenerator<Found, void> {
  let after: string | null = null
  for (;;) {
    let left = size
    for await (const each of inWindows(
      views,
      { ...lookup(after), room: 2 },
      { turn: turns.begin('test') },
    )) {
      yield each
      after = each.id
      if (--left === 0) break
    }
    if (left > 0) return
  }
}
