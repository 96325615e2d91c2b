// Where in a list there is something for who reads only a span of it: whether a relationship is within,
// and if not, behind which position the next one is that may be.

import type { ListRange } from '../evaluator/index.js'
import { compareTexts, type Position } from '../terms/index.js'

type Object = Pick<Position, 'type' | 'id'>

export function isInRange({ types, idRange }: ListRange, { type, id }: Object): boolean {
  if (!types.includes(type)) return false
  if (idRange === null || idRange.type !== type) return true
  const { after, until } = idRange
  return (
    (after === null || compareTexts(id, after) > 0) &&
    (until === null || compareTexts(id, until) <= 0)
  )
}

/** Behind which position to read on after this one; null when nothing behind it is within. */
export function readOn(range: ListRange, last: Position): Position | null {
  const { types, idRange } = range
  const { type, id } = last
  if (types.includes(type)) {
    if (idRange === null || idRange.type !== type) return last
    const { after, until } = idRange
    if (after !== null && compareTexts(id, after) < 0) return { type, id: after, relation: '' }
    if (until === null || compareTexts(id, until) <= 0) return last
  }
  const next = types.find(each => compareTexts(each, type) > 0)
  if (next === undefined) return null
  // No object has an empty id: all of the type come behind it.
  const from = idRange !== null && idRange.type === next ? (idRange.after ?? '') : ''
  return { type: next, id: from, relation: '' }
}
