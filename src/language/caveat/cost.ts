// The cost of operations in steps, beyond the one step that each takes. The figures make a step at
// most 100 ns for any operands. They were measured for each family of operations with its slowest
// operands.

import type { CallForm } from './expression.js'
import { CaveatFailure, type Outcome, type Result, Unknown, type Value } from './value.js'

/** The steps that an operation will take with these operands. */
type Cost = (operands: readonly Value[]) => number

/** The cost of calling the CEL library, which binds operands by name and selects the overload. */
const LIBRARY_CALL = 5
/** Operations that are not the library's and account for their own cost. */
const OWN_OPERATIONS = new Set(['==', '!=', 'in', 'dyn', 'isSubtreeOf', 'hasValue', 'value'])
/**
 * The cost of a failure. Nearly all of it is the stack trace of the error that the library throws.
 */
const FAILURE = 200
/** The cost of an unknown time zone, which the runtime is slow to reject. */
const UNKNOWN_ZONE = 700

/** The cost function of an operation. */
export const costOf = (form: CallForm, name: string): Cost => {
  const own = COSTS.get(name) ?? (name.startsWith('get') && form === 'method' ? field : undefined)
  const base = OWN_OPERATIONS.has(name) ? 0 : LIBRARY_CALL
  return operands =>
    base + (base === 0 ? 0 : readingCost(operands)) + (own === undefined ? 0 : own(operands))
}

/**
 * The cost of reading all strings and bytes once. The figure is that of the slow operations, which
 * compare or count code point by code point.
 */
function readingCost(operands: readonly Value[]): number {
  let steps = 0
  for (const operand of operands) steps += lengthOf(operand) / 3
  return steps
}

const lengthOf = (value: Value | undefined): number =>
  typeof value === 'string' || value instanceof Uint8Array ? value.length : 0

/** The cost of a timestamp's field. A named zone requires a call to the runtime. */
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
  ['matches', ([text, pattern]) => matchingCost(text, pattern)],
])

/**
 * The cost of a regular expression. Matching is linear in the text, but the library takes quadratic
 * time to compile the pattern.
 */
function matchingCost(text: Value, pattern: Value): number {
  if (typeof text !== 'string' || typeof pattern !== 'string') return 0
  const size = patternSize(pattern)
  return 300 + (size * (size + text.length)) / 20
}

/** One element of a pattern. */
const PIECE = /\\[pP]|\\.|\[(?:\\.|[^\]\\])+\]|\{\d+(?:,(\d*))?\}|[\s\S]/g
/** The size of a Unicode class, which is a table to search. */
const CLASS = 16

/** The size of a pattern after its counted repetitions are expanded. */
function patternSize(pattern: string): number {
  const outer: number[] = []
  let [whole, last] = [0, 0]
  for (const [piece, maxCount] of pattern.matchAll(PIECE)) {
    if (piece === '(') {
      outer.push(whole)
      whole = 0
    } else if (piece === ')') {
      last = whole
      whole += outer.pop() ?? 0
    } else if (piece.length > 2 && piece.startsWith('{')) {
      whole += last * Math.max(0, (Number(maxCount) || Number.parseInt(piece.slice(1), 10)) - 1)
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

/** The additional cost of a failure, known only after the operation. */
export function costOfOutcome(outcome: Outcome, operands: readonly Value[]): number {
  if (!(outcome instanceof CaveatFailure)) return 0
  return operands.length > 1 && /time zone$/.test(outcome.message) ? UNKNOWN_ZONE : FAILURE
}

/** The cost of an operation that lacks an operand. */
export const costOfMissing = (result: Result): number =>
  result instanceof Unknown ? 4 + result.names.size : 1
