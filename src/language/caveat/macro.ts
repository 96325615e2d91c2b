// The methods that are not ordinary calls: macros, whose first operand is a variable that the other
// operands may use, and the alternatives of optionals.

import type { Expression, Fold, FoldMacro, OptionalElse, OptionalMap } from './expression.js'
import { SyntaxFault } from './syntaxFault.js'
import type { CaveatToken } from './token.js'

const FOLDS: readonly FoldMacro[] = ['all', 'exists', 'exists_one', 'filter', 'map']

/** The names of these methods, for suggestions. */
export const MACROS: readonly string[] = [...FOLDS, 'optMap', 'optFlatMap', 'or', 'orValue']

/**
 * The comprehension that a method call denotes, or null if it is none.
 * @throws SyntaxFault
 */
export function toFold(
  method: CaveatToken,
  range: Expression,
  operands: readonly Expression[],
): Fold | null {
  const macro = FOLDS.find(name => name === method.text)
  if (macro === undefined) return null
  const max = macro === 'map' ? 3 : 2
  if (operands.length < 2 || operands.length > max) {
    const what = max === 3 ? 'a variable, if need be a condition, and an expression' : PAIR
    throw wrongOperandCount(method, operands, what)
  }
  const [variable, ...bodies] = operands
  const body = bodies[bodies.length - 1]
  const condition = bodies.length === 2 ? bodies[0] : null
  return { kind: 'fold', macro, range, variable: variableOf(variable), condition, body }
}

const PAIR = 'a variable and an expression'

/**
 * The mapping of an optional that a method call denotes, or null if it is none.
 * @throws SyntaxFault
 */
export function toOptionalMap(
  method: CaveatToken,
  target: Expression,
  operands: readonly Expression[],
): OptionalMap | null {
  const flat = method.text === 'optFlatMap'
  if (!flat && method.text !== 'optMap') return null
  if (operands.length !== 2) throw wrongOperandCount(method, operands, PAIR)
  const [variable, body] = operands
  return { kind: 'optionalMap', target, variable: variableOf(variable), body, flat }
}

/** The alternative of an optional that a method call denotes, or null if it is none. */
export function toOptionalElse(
  { text: method }: CaveatToken,
  target: Expression,
  operands: readonly Expression[],
): OptionalElse | null {
  if ((method !== 'or' && method !== 'orValue') || operands.length !== 1) return null
  return { kind: 'optionalElse', target, otherwise: operands[0], method }
}

function wrongOperandCount(
  method: CaveatToken,
  { length }: readonly Expression[],
  expected: string,
): SyntaxFault {
  const count = length === 1 ? '1 operand' : `${length} operands`
  return new SyntaxFault(`found \`${method.text}\` with ${count}, expected ${expected}`, method)
}

/**
 * The name of a macro's variable.
 * @throws SyntaxFault
 */
function variableOf(expression: Expression): string {
  if (expression.kind === 'name') return expression.name
  throw new SyntaxFault('expected a variable: a plain name', expression)
}
