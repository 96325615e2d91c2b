// The input and output of a caveat's compilation: source text in, a caveat or all of its faults
// out. Offsets are relative to the expression; `conditions.ts` converts them to offsets in the
// schema.

import type { Caveat, CaveatParameter } from './caveat.js'

/** A caveat as text. */
export interface CaveatSource {
  readonly name: string
  readonly comment: string
  /** The parameters, their types in canonical form such as `list<string>`. */
  readonly parameters: readonly CaveatParameter[]
  /** The raw CEL text between the braces, not trimmed. */
  readonly expression: string
}

/** A mistake in a caveat. */
export interface CaveatFault {
  /** The class of the error that SpiceDB answers. */
  readonly class: 'parse' | 'type'
  readonly code: string
  readonly message: string
  /** The offset of the mistake in the expression, UTF-16 units. */
  readonly offset: number
  /** The length of the mistake, UTF-16 units. */
  readonly length: number
  readonly metadata: Readonly<Record<string, string>>
}

/** The result of a compilation. */
export type CaveatCompilation =
  | { readonly ok: true; readonly caveat: Caveat }
  | { readonly ok: false; readonly faults: readonly CaveatFault[] }
