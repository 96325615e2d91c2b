// What operations cost beside the one step that each takes, so that a step is 100 ns at the most,
// whatever the operands: measured for each family with operands that make it slow.

import type { CallForm } from './expression.js'
import { CaveatFailure, type Outcome, type Result, Unknown, type Value } from './value.js'

/** Steps before the operation is done. */
type Cost = (operands: readonly Value[]) => number

/** An operation of the library: operands are bound by name, and the overload is looked for. */
const LIBRARY = 5
/** What is not the library's, and says by itself what it takes. */
const OURS = new Set(['==', '!=', 'in', 'dyn', 'isSubtreeOf', 'hasValue', 'value'])
/** A failure, of which nearly all is the trace of an error that is thrown underneath. */
const FAILURE = 200
/** A time zone that is none, which the runtime finds out slowly. */
const UNKNOWN_ZONE = 700

export const costOf = (form: CallForm, name: string): Cost => {
  const own = COSTS.get(name) ?? (name.startsWith('get') && form === 'method' ? field : undefined)
  const base = OURS.has(name) ? 0 : LIBRARY
  return operands =>
    base + (base === 0 ? 0 : reading(operands)) + (own === undefined ? 0 : own(operands))
}

/** Reading all texts and bytes once, slowly: some compare or count them code point by code point. */
function reading(operands: readonly Value[]): number {
  let steps = 0
  for (const operand of operands) steps += lengthOf(operand) / 3
  return steps
}

const lengthOf = (value: Value | undefined): number =>
  typeof value === 'string' || value instanceof Uint8Array ? value.length : 0

/** A part of a moment; in a zone by name, it is asked of the runtime. */
const field: Cost = ([, zone]) => (zone === undefined ? 20 : 80)

const COSTS: ReadonlyMap<string, Cost> = new Map<string, Cost>([
  ['timestamp', ([text]) => 20 + lengthOf(text) / 8],
  ['duration', ([text]) => 25 + 2 * lengthOf(text)],
  ['double', ([text]) => 20 + lengthOf(text)],
  ['int', ([text]) => 10 + lengthOf(text) / 4],
  ['uint', ([text]) => 10 + lengthOf(text) / 4],
  ['string', () => 20],
  ['bytes', () => 8],
  ['type', () => 8],
  ['in_cidr', ([, prefix]) => 15 + 4 * lengthOf(prefix)],
  ['matches', ([text, pattern]) => matching(text, pattern)],
])

/** Linear in the text, but the library takes the square of a pattern's length to read it. */
function matching(text: Value, pattern: Value): number {
  if (typeof text !== 'string' || typeof pattern !== 'string') return 0
  const size = patternSize(pattern)
  return 300 + (size * (size + text.length)) / 20
}

const PIECE = /\\[pP]|\\.|\[(?:\\.|[^\]\\])+\]|\{\d+(?:,(\d*))?\}|[\s\S]/g
/** A class of Unicode is a table to search. */
const CLASS = 16

/** Of a pattern when what is repeated so many times is written out so many times. */
function patternSize(pattern: string): number {
  const outer: number[] = []
  let [whole, last] = [0, 0]
  for (const [piece, most] of pattern.matchAll(PIECE)) {
    if (piece === '(') {
      outer.push(whole)
      whole = 0
    } else if (piece === ')') {
      last = whole
      whole += outer.pop() ?? 0
    } else if (piece.length > 2 && piece.startsWith('{')) {
      whole += last * Math.max(0, (Number(most) || Number.parseInt(piece.slice(1), 10)) - 1)
    } else if (last > 1 && /^[*+?]$/.test(piece)) {
      // Each nested repetition is one more way through everything that it repeats.
      whole += last
      last *= 2
    } else {
      last = /[pP]/.test(piece) && piece.length > 1 ? CLASS : piece.length
      whole += last
    }
  }
  return outer.reduce((sum, size) => sum + size, whole)
}

/** What an operation came to, if that is more than a value. */
export function costOfOutcome(outcome: Outcome, operands: readonly Value[]): number {
  if (!(outcome instanceof CaveatFailure)) return 0
  return operands.length > 1 && /time zone$/.test(outcome.message) ? UNKNOWN_ZONE : FAILURE
}

/** What an operation that lacks an operand comes to. */
export const costOfLack = (result: Result): number =>
  result instanceof Unknown ? 4 + result.names.size : 1
