// What goes into the compilation of a caveat, and what comes out: the caveat or all of its faults.
// Places are offsets into the expression; whoever knows where the body stands in a schema adds that.

import type { Caveat, CaveatParameter } from './caveat.js'

export interface CaveatSource {
  readonly name: string
  readonly comment: string
  /** Types as canonical text: `list<string>`. */
  readonly parameters: readonly CaveatParameter[]
  /** The CEL body as it stands between the braces, not trimmed. */
  readonly expression: string
}

export interface CaveatFault {
  /** `parse` where SpiceDB answers a parse error, `type` where it answers a type error. */
  readonly class: 'parse' | 'type'
  readonly code: string
  readonly message: string
  /** Into the expression, UTF-16 units. */
  readonly offset: number
  readonly length: number
  readonly metadata: Readonly<Record<string, string>>
}

export type CaveatCompilation =
  | { readonly ok: true; readonly caveat: Caveat }
  | { readonly ok: false; readonly faults: readonly CaveatFault[] }
