// The text of a schema, and where things stand in it. Syntax nodes carry offsets only; lines and
// columns are worked out when a diagnostic needs them.

import type { SourceSpan } from './diagnostic.js'

/** A stretch of the text in UTF-16 units, `end` exclusive. */
export interface SourceRange {
  readonly start: number
  readonly end: number
}

export interface Source {
  readonly text: string
  span(range: SourceRange): SourceSpan
}

const NEWLINE = 10
const RETURN = 13

export function toSource(text: string): Source {
  const lines = [0]
  let seen = 0
  const place = (offset: number) => {
    seen = addLineStarts(text, { lines, from: seen, to: offset })
    const line = lastAtOrBefore(lines, offset)
    return { line: line + 1, column: offset - lines[line] + 1 }
  }
  return {
    text,
    span({ start, end }) {
      const from = place(start)
      const to = place(end)
      return { start, end, ...from, endLine: to.line, endColumn: to.column }
    },
  }
}

/**
 * Adds the offsets at which lines begin, of newlines that begin before `to`; `\n`, `\r\n` and `\r`
 * end one. How far it has got: texts of nothing but newlines are long, and few places are asked for.
 */
function addLineStarts(
  text: string,
  { lines, from, to }: { readonly lines: number[]; readonly from: number; readonly to: number },
): number {
  let at = from
  for (; at < to; at++) {
    const sign = text.charCodeAt(at)
    if (sign !== NEWLINE && sign !== RETURN) continue
    if (sign === RETURN && text.charCodeAt(at + 1) === NEWLINE) at++
    lines.push(at + 1)
  }
  return at
}

/** Position of the last number that is not above `limit`; the first one never is. */
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
