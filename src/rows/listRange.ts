// The range of a list that a scan reads: whether an object is within it, and if not, from which
// position the scan continues.

import type { ListRange } from '../evaluator/index.js'
import { compareTexts, type Position } from '../terms/index.js'

type Object = Pick<Position, 'type' | 'id'>

/**
 * Whether the object has one of the range's types and, if ids are bounded, lies within the bounds.
 */
export function isInRange({ types, idRange }: ListRange, { type, id }: Object): boolean {
  if (!types.includes(type)) return false
  if (idRange === null || idRange.type !== type) return true
  const { after, until } = idRange
  return (
    (after === null || compareTexts(id, after) > 0) &&
    (until === null || compareTexts(id, until) <= 0)
  )
}

/**
 * Returns the position after which a scan continues when it has read up to `last`. Null if nothing
 * after `last` is in the range.
 */
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
  // No object has an empty id, so all objects of the type come after it.
  const from = idRange !== null && idRange.type === next ? (idRange.after ?? '') : ''
  return { type: next, id: from, relation: '' }
}
