// Diagnostics: what is wrong with a user's text, as values, all at once. Nothing is thrown for it; only
// who refuses the text as a whole makes one refusal of them.

import { Refusal, type RefusalMetadata } from '../terms/index.js'

/** A place in the text: lines and columns from 1, `end` exclusive, offsets in UTF-16 units from 0. */
export interface SourceSpan {
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export interface Diagnostic {
  /** `parse`: the text is no schema; `type`: it is one, but its parts do not fit. */
  readonly class: 'parse' | 'type'
  /** Which mistake, as a word that stays: `duplicate-relation`, `unexpected-token`. */
  readonly code: string
  /** What was found and what was expected; lower case, user's words in backticks. */
  readonly message: string
  readonly span: SourceSpan
  /** The text at the span. */
  readonly source: string
  /** Facts by name: `definition_name`, `relation_or_permission_name`, … */
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * What a schema with these diagnostics, at least one, is refused with: `schema-parse` if any of them
 * is of that class, else `schema-type`. Its facts are those of the first one that made it so.
 */
export function schemaRefusal(diagnostics: readonly Diagnostic[]): Refusal {
  const first = diagnostics.find(each => each.class === 'parse') ?? diagnostics[0]
  const told = [first, ...diagnostics.filter(each => each !== first)]
  const message = told.map(printDiagnostic).join('\n')
  const code = first.class === 'parse' ? 'schema-parse' : 'schema-type'
  return new Refusal(code, message, { ...first.metadata, ...placeOf(first) })
}

const printDiagnostic = ({ class: kind, span, message }: Diagnostic): string =>
  `${kind} error in \`schema\`, line ${span.line}, column ${span.column}: ${message}`

/** Facts of a place in the text, from 0. */
const placeOf = ({ span, source }: Diagnostic): RefusalMetadata => ({
  start_line_number: `${span.line - 1}`,
  start_column_position: `${span.column - 1}`,
  end_line_number: `${span.endLine - 1}`,
  end_column_position: `${span.endColumn - 1}`,
  source_code: source,
})
