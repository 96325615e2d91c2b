// How the verbs ask: a view for each question, as many attempts as it takes, and each page of a lookup
// with a view of its own.

import { paced } from '../../src/engine/pace.js'
import { settled, settledItems } from '../../src/engine/settle.js'
import type { View } from '../../src/engine/view.js'

/** A view for each question. */
export type Views = () => View

export async function once<T>(views: Views, answer: (view: View) => T): Promise<T> {
  const view = views()
  return settled(view, () => answer(view))
}

/** What a lookup finds after an id; null where it may pause. */
export type Lookup<Found> = (view: View, after: string | null) => Iterable<Found | null>

export async function* inPages<Found extends { readonly id: string }>(
  views: Views,
  size: number,
  lookup: Lookup<Found>,
): AsyncGenerator<Found, void> {
  let after: string | null = null
  for (;;) {
    let left = size
    for await (const each of pageFrom(views(), after, lookup)) {
      yield each
      after = each.id
      if (--left === 0) break
    }
    if (left > 0) return
  }
}

const pageFrom = <Found extends { readonly id: string }>(
  view: View,
  after: string | null,
  lookup: Lookup<Found>,
): AsyncGenerator<Found, void> =>
  settledItems<Found>(view, last => paced(lookup(view, last?.id ?? after)))
