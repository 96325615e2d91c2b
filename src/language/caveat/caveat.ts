// A compiled caveat: a named condition with typed parameters, evaluated over a context that may
// lack some of them.

import type { JsonObject } from '../../terms/index.js'

/** A compiled caveat. */
export interface Caveat {
  readonly name: string
  readonly comment: string
  readonly parameters: readonly CaveatParameter[]
  /** The CEL text of the condition, trimmed. */
  readonly expression: string
  /**
   * Evaluates the condition. A parameter that is absent from `context` leaves it undecided, unless
   * the other parameters decide it. Keys that are not parameters are ignored. `charge` receives the
   * steps that the evaluation took, even if it fails.
   * @throws Refusal `caveat-parameter-type` if a value does not fit its parameter (metadata
   * `caveat_name`, `parameter_name`)
   * @throws Refusal `caveat-evaluation` if the expression fails at run time (metadata
   * `caveat_name`)
   */
  evaluate(context: JsonObject, charge?: (steps: number) => void): CaveatOutcome
  /**
   * What is wrong with a context that is to be stored on a relationship, or null: an unknown
   * parameter, or a value that does not fit its parameter.
   */
  contextFault(context: JsonObject): string | null
}

/** A declared parameter. */
export interface CaveatParameter {
  readonly name: string
  /** The type as a schema spells it: `int`, `list<string>`, `ipaddress`. */
  readonly type: string
}

/** The result of an evaluation. */
export type CaveatOutcome =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no' }
  /** `missing` holds the absent parameters that are needed, sorted, at least one. */
  | { readonly kind: 'undecided'; readonly missing: readonly string[] }
