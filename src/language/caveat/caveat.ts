// A compiled caveat: a named condition with typed parameters, evaluated over a context that may lack
// some of them.

import type { JsonObject } from '../../terms/index.js'

export interface Caveat {
  readonly name: string
  readonly comment: string
  readonly parameters: readonly CaveatParameter[]
  /** The CEL body as written, trimmed. */
  readonly expression: string
  /**
   * Decides the condition. Names absent from `context` leave it undecided unless the expression is
   * decided without them; keys that are not parameters are ignored. `charge` is told of the steps
   * that it took, whatever it comes to.
   * @throws Refusal `caveat-parameter-type` when a value does not fit its parameter, naming both the
   * caveat and the parameter (metadata `caveat_name`, `parameter_name`)
   * @throws Refusal `caveat-evaluation` when the expression fails at run time (metadata `caveat_name`)
   */
  evaluate(context: JsonObject, charge?: (steps: number) => void): CaveatOutcome
  /**
   * What is wrong with a context that is to be stored on a relationship, or null: an unknown
   * parameter, or a value that does not fit its parameter.
   */
  contextFault(context: JsonObject): string | null
}

export interface CaveatParameter {
  readonly name: string
  /** In the schema's words: `int`, `list<string>`, `ipaddress`. */
  readonly type: string
}

export type CaveatOutcome =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no' }
  /** Undecided: the parameters that are needed and absent, sorted, at least one. */
  | { readonly kind: 'undecided'; readonly missing: readonly string[] }
