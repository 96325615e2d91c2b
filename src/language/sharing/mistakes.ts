// The mistakes of a declaration of sharing, told at the name of the relation or permission.

import type { Mistake } from '../report.js'
import type { SourceRange } from '../source.js'

/** Where it stands. */
export interface Spot {
  readonly definition: string
  /** Null for what concerns the definition as a whole. */
  readonly member: string | null
  readonly at: SourceRange
}

/** @param code a word that stays, after `sharing-` */
export const mistake = (
  { definition, member, at }: Spot,
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
