// Diagnostics: the mistakes in a user's schema text, as values. The compiler collects them all and
// throws nothing for them. A caller that rejects the whole text combines them into one refusal.

import { Refusal, type RefusalMetadata } from '../terms/index.js'

/**
 * A range of the text. Lines and columns count from 1, offsets from 0 in UTF-16 units, and `end` is
 * exclusive.
 */
export interface SourceSpan {
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** One mistake in a schema text. */
export interface Diagnostic {
  /**
   * The class of the mistake. `parse`: the text is not a schema. `type`: it is a schema whose parts
   * do not fit together.
   */
  readonly class: 'parse' | 'type'
  /** The kind of mistake as a stable word, such as `duplicate-relation` or `unexpected-token`. */
  readonly code: string
  /** What was found and what was expected, in lower case, with the user's words in backticks. */
  readonly message: string
  readonly span: SourceSpan
  /** The text of the span. */
  readonly source: string
  /** Facts by name, such as `definition_name` or `relation_or_permission_name`. */
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * The refusal of a schema with these diagnostics, of which there is at least one. Its code is
 * `schema-parse` if any of them is of class `parse`, else `schema-type`. Its metadata is that of
 * the first diagnostic of that class.
 */
export function schemaRefusal(diagnostics: readonly Diagnostic[]): Refusal {
  const first = diagnostics.find(each => each.class === 'parse') ?? diagnostics[0]
  const ordered = [first, ...diagnostics.filter(each => each !== first)]
  const message = ordered.map(printDiagnostic).join('\n')
  const code = first.class === 'parse' ? 'schema-parse' : 'schema-type'
  return new Refusal(code, message, { ...first.metadata, ...positionOf(first) })
}

const printDiagnostic = ({ class: kind, span, message }: Diagnostic): string =>
  `${kind} error in \`schema\`, line ${span.line}, column ${span.column}: ${message}`

/** The position of a diagnostic as metadata, with lines and columns from 0. */
const positionOf = ({ span, source }: Diagnostic): RefusalMetadata => ({
  start_line_number: `${span.line - 1}`,
  start_column_position: `${span.column - 1}`,
  end_line_number: `${span.endLine - 1}`,
  end_column_position: `${span.endColumn - 1}`,
  source_code: source,
})
