// The mistakes of sharing declarations. A report points at the name of the relation or permission
// that carries the clause.

import type { Mistake } from '../report.js'
import type { SourceRange } from '../source.js'

/** The location of a mistake. */
export interface MistakeLocation {
  readonly definition: string
  /** The relation or permission. Null for a mistake of the definition as a whole. */
  readonly member: string | null
  readonly at: SourceRange
}

/**
 * The mistake at that location.
 * @param code a stable word, without the prefix `sharing-`
 */
export const mistake = (
  { definition, member, at }: MistakeLocation,
  code: string,
  message: string,
  hint?: () => string,
): Mistake => ({
  class: 'type',
  code: `sharing-${code}`,
  message: `in \`@sharing\`${member === null ? '' : ` of \`${member}\``}: ${message}`,
  ...(hint !== undefined && { hint }),
  at,
  metadata: {
    definition_name: definition,
    ...(member !== null && { relation_or_permission_name: member }),
  },
})
