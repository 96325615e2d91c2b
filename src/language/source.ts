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

export function toSource(text: string): Source {
  let lines: readonly number[] | null = null
  const place = (offset: number) => {
    lines ??= lineStarts(text)
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

/** The offsets at which lines begin; `\n`, `\r\n` and `\r` end one. */
function lineStarts(text: string): number[] {
  const starts = [0]
  for (const newline of text.matchAll(/\r\n?|\n/g)) starts.push(newline.index + newline[0].length)
  return starts
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
