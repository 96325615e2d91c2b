// The text of a schema, with lines and columns. Syntax nodes carry only offsets. Lines and columns
// are computed when a diagnostic needs them.

import type { SourceSpan } from './diagnostic.js'

/** A range of the text in UTF-16 units, `end` exclusive. */
export interface SourceRange {
  readonly start: number
  readonly end: number
}

/** A schema text that can convert offsets to lines and columns. */
export interface Source {
  readonly text: string
  /** The range with its lines and columns. */
  span(range: SourceRange): SourceSpan
}

const NEWLINE = 10
const RETURN = 13

/** A source for the text. It scans the text only as far as the spans that are asked for. */
export function toSource(text: string): Source {
  const lines = [0]
  let scanned = 0
  const positionOf = (offset: number) => {
    scanned = addLineStarts(text, { lines, from: scanned, to: offset })
    const line = lastAtOrBefore(lines, offset)
    return { line: line + 1, column: offset - lines[line] + 1 }
  }
  return {
    text,
    span({ start, end }) {
      const from = positionOf(start)
      const to = positionOf(end)
      return { start, end, ...from, endLine: to.line, endColumn: to.column }
    },
  }
}

/**
 * Adds the offsets at which lines begin, for newlines that begin before `to`. A line ends with
 * `\n`, `\r\n` or `\r`. Returns how far it has scanned, so that the next call continues there: a
 * hostile text may consist of newlines only.
 */
function addLineStarts(
  text: string,
  { lines, from, to }: { readonly lines: number[]; readonly from: number; readonly to: number },
): number {
  let at = from
  for (; at < to; at++) {
    const char = text.charCodeAt(at)
    if (char !== NEWLINE && char !== RETURN) continue
    if (char === RETURN && text.charCodeAt(at + 1) === NEWLINE) at++
    lines.push(at + 1)
  }
  return at
}

/** The index of the last number that is not above `limit`. The first number never is. */
function lastAtOrBefore(ascending: readonly number[], limit: number): number {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (ascending[middle] <= limit) low = middle
    else high = middle - 1
  }
  return low
}
