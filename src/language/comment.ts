// Comments as documentation. The stored form has no comment markers, no blanks around its lines,
// and no empty lines at either end.

/** Converts comments as they stand in the text, markers included, to their stored form. */
export function toComment(raw: readonly string[]): string {
  if (raw.length === 0) return ''
  return raw
    .flatMap(linesOf)
    .join('\n')
    .replace(/^\n+|\n+$/g, '')
}

/** The comment as a schema spells it, without a newline at its end. */
export const printComment = (comment: string): string =>
  comment === ''
    ? ''
    : comment
        .split('\n')
        .map(line => `// ${line}`.trimEnd())
        .join('\n')

function linesOf(comment: string): readonly string[] {
  if (comment.startsWith('//')) return [comment.slice(2).trim()]
  return comment
    .slice(2, -2)
    .replace(/^\*+|\*+$/g, '')
    .split(/\r\n?|\n/)
    .map(line => line.trim().replace(/^\*+(?!\S)\s*/, ''))
}
