// The syntax tree of CEL. Operators, functions and methods are all `call` nodes. Whatever can be
// decided without all of its operands (logic, conditionals, comprehensions, optional chains) has a
// node kind of its own. Macros stay nodes and are not expanded, so that messages use the words of
// the text.

import type { Value } from './value.js'

/** A range of the expression in UTF-16 units, `end` exclusive. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/** What all nodes have. */
interface Node extends TextRange {
  /** The number of nodes on the longest path below this one. */
  readonly depth: number
}

/** A node of the tree. */
export type Expression = Node &
  (
    | { readonly kind: 'literal'; readonly value: Value }
    | { readonly kind: 'name'; readonly name: string }
    | Select
    | Index
    | Call
    | { readonly kind: 'list'; readonly elements: readonly Element[] }
    | { readonly kind: 'map'; readonly entries: readonly MapEntry[] }
    | Logic
    | Conditional
    | Fold
    | OptionalMap
    | OptionalElse
  )

/** `a.b`, `a.?b`, or `has(a.b)` with the mode `test`. */
export interface Select {
  readonly kind: 'select'
  readonly operand: Expression
  readonly field: string
  readonly mode: 'value' | 'optional' | 'test'
}

/** `a[b]` or `a[?b]`. */
export interface Index {
  readonly kind: 'index'
  readonly operand: Expression
  readonly key: Expression
  readonly optional: boolean
}

/** The way in which an operation is written. */
export type CallForm = 'operator' | 'function' | 'method'

/** An operator, a function call or a method call. */
export interface Call {
  readonly kind: 'call'
  readonly form: CallForm
  /** The name, such as `+`, `size` or `optional.of`. */
  readonly name: string
  /** The operands. The target of a method comes first. */
  readonly operands: readonly Expression[]
}

/**
 * An element of a list literal. An `optional` element (`?e`) is left out if it is an empty
 * optional.
 */
export interface Element {
  readonly value: Expression
  readonly optional: boolean
}

/** An entry of a map literal. */
export interface MapEntry extends Element {
  readonly key: Expression
}

interface Logic {
  readonly kind: 'logic'
  readonly operator: '&&' | '||'
  readonly operands: readonly Expression[]
}

interface Conditional {
  readonly kind: 'conditional'
  readonly condition: Expression
  readonly then: Expression
  readonly otherwise: Expression
}

/** The macros that iterate over a collection. */
export type FoldMacro = 'all' | 'exists' | 'exists_one' | 'filter' | 'map'

/** A comprehension: `range.macro(variable, body)` or `range.map(variable, condition, body)`. */
export interface Fold {
  readonly kind: 'fold'
  readonly macro: FoldMacro
  readonly range: Expression
  readonly variable: string
  readonly condition: Expression | null
  readonly body: Expression
}

/** `target.optMap(variable, body)`. For `optFlatMap` (`flat`), the body is itself an optional. */
export interface OptionalMap {
  readonly kind: 'optionalMap'
  readonly target: Expression
  readonly variable: string
  readonly body: Expression
  readonly flat: boolean
}

/** `target.or(otherwise)` with an optional on both sides, or `target.orValue(otherwise)`. */
export interface OptionalElse {
  readonly kind: 'optionalElse'
  readonly target: Expression
  readonly otherwise: Expression
  readonly method: 'or' | 'orValue'
}

/** The text of a call: `int + string`, `size(int)`, `string.matches(string)`. */
export function printCall(form: CallForm, name: string, operands: readonly string[]): string {
  if (form === 'function') return `${name}(${operands.join(', ')})`
  if (form === 'method') return `${operands[0]}.${name}(${operands.slice(1).join(', ')})`
  return operands.length === 1 ? name + operands[0] : operands.join(` ${name} `)
}

/** Bound on the names that a message lists. */
const NAMES_MAX = 10

/** A list of names for a message, shortened if it is long. */
export function printNames(names: readonly string[]): string {
  const printed = names.slice(0, NAMES_MAX).map(name => `\`${name}\``)
  return [...printed, ...(names.length > NAMES_MAX ? ['…'] : [])].join(', ')
}
