// Diagnostics: what is wrong with a user's text, as values, all at once. Nothing is thrown for it.

/** A place in the text: lines and columns from 1, `end` exclusive, offsets in UTF-16 units from 0. */
export interface Span {
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
  readonly span: Span
  /** The text at the span. */
  readonly source: string
  /** Facts by SpiceDB's keys: `definition_name`, `relation_or_permission_name`, … */
  readonly metadata: Readonly<Record<string, string>>
}
