// The syntax tree of CEL. Operators, functions and methods are one kind of node; what can be decided
// without all of its operands (logic, conditional, fold, optional chains) has a kind of its own.
// Macros are nodes, never expanded, so that messages and evaluation keep their words.

import type { Value } from './value.js'

/** A stretch of the expression, UTF-16 units, `end` exclusive. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

interface Node extends TextRange {
  /** Steps on the longest way down. */
  readonly depth: number
}

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

/** `a.b`, `a.?b`, or, as a test, `has(a.b)`. */
export interface Select {
  readonly kind: 'select'
  readonly operand: Expression
  readonly field: string
  readonly mode: 'value' | 'optional' | 'test'
}

/** `a[b]`, `a[?b]`. */
export interface Index {
  readonly kind: 'index'
  readonly operand: Expression
  readonly key: Expression
  readonly optional: boolean
}

export type CallForm = 'operator' | 'function' | 'method'

export interface Call {
  readonly kind: 'call'
  readonly form: CallForm
  /** `+`, `size`, `optional.of`. */
  readonly name: string
  /** A method's target is the first. */
  readonly operands: readonly Expression[]
}

/** `optional` (written `?e`): left out when there is no value. */
export interface Element {
  readonly value: Expression
  readonly optional: boolean
}

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

export type FoldMacro = 'all' | 'exists' | 'exists_one' | 'filter' | 'map'

/** `range.macro(variable, body)`, or `range.map(variable, condition, body)`. */
export interface Fold {
  readonly kind: 'fold'
  readonly macro: FoldMacro
  readonly range: Expression
  readonly variable: string
  readonly condition: Expression | null
  readonly body: Expression
}

/** `target.optMap(variable, body)`; flat (`optFlatMap`): the body is an optional itself. */
export interface OptionalMap {
  readonly kind: 'optionalMap'
  readonly target: Expression
  readonly variable: string
  readonly body: Expression
  readonly flat: boolean
}

/** `target.or(otherwise)`, both optional, or `target.orValue(otherwise)`. */
export interface OptionalElse {
  readonly kind: 'optionalElse'
  readonly target: Expression
  readonly otherwise: Expression
  readonly method: 'or' | 'orValue'
}

/** How a call is written: `int + string`, `size(int)`, `string.matches(string)`. */
export function printCall(form: CallForm, name: string, operands: readonly string[]): string {
  if (form === 'function') return `${name}(${operands.join(', ')})`
  if (form === 'method') return `${operands[0]}.${name}(${operands.slice(1).join(', ')})`
  return operands.length === 1 ? name + operands[0] : operands.join(` ${name} `)
}

const NAMES_MAX = 10

/** Names as a choice: `a`, `b`, and no more than fit in a message. */
export function printNames(names: readonly string[]): string {
  const printed = names.slice(0, NAMES_MAX).map(name => `\`${name}\``)
  return [...printed, ...(names.length > NAMES_MAX ? ['…'] : [])].join(', ')
}
