// The parser of permission expressions: recursive descent with one function per precedence level.
// The precedence from tightest to loosest is arrow, `+`, `&`, `-`, as in SpiceDB: `a - b + c` means
// `a - (b + c)`, and `a - b - c` means `(a - b) - c`. Loops parse the chains of one operator, so
// recursion is only as deep as the parentheses.

import { limits } from '../terms/index.js'
import type { SourceRange } from './source.js'
import {
  type ArrowNode,
  type AtomNode,
  depthOf,
  type ExpressionNode,
  type ListNode,
  type Name,
} from './syntax.js'
import { type TokenStream, Unexpected } from './tokenStream.js'

/**
 * Parses an expression.
 * @param nesting the number of parentheses around this expression
 */
export function parseExpression(tokens: TokenStream, nesting = 0): ExpressionNode {
  let base = parseIntersection(tokens, nesting)
  while (tokens.eat('-')) {
    const excluded = parseIntersection(tokens, nesting)
    const depth = 1 + Math.max(depthOf(base), depthOf(excluded))
    const range = tokens.rangeFrom(base)
    requireDepth(tokens, depth, range)
    base = { kind: 'exclusion', base, excluded, depth, ...range }
  }
  return base
}

const parseIntersection = (tokens: TokenStream, nesting: number): ExpressionNode =>
  parseList(tokens, { kind: 'intersection', sign: '&' }, () => parseUnion(tokens, nesting))

const parseUnion = (tokens: TokenStream, nesting: number): ExpressionNode =>
  parseList(tokens, { kind: 'union', sign: '+' }, () => parseAtom(tokens, nesting))

/**
 * Parses a chain of one operator. Both operators are associative, so operands of the same kind in
 * parentheses join the list.
 */
function parseList(
  tokens: TokenStream,
  { kind, sign }: { readonly kind: ListNode['kind']; readonly sign: string },
  parseOperand: () => ExpressionNode,
): ExpressionNode {
  const first = parseOperand()
  const parts = [first]
  while (tokens.eat(sign)) parts.push(parseOperand())
  if (parts.length === 1) return first
  const operands = parts.flatMap(operand => (operand.kind === kind ? operand.operands : operand))
  const depth = operands.reduce((max, operand) => Math.max(max, depthOf(operand)), 0) + 1
  const range = tokens.rangeFrom(first)
  requireDepth(tokens, depth, range)
  return { kind, operands, depth, ...range }
}

function parseAtom(tokens: TokenStream, nesting: number): ExpressionNode {
  const { token } = tokens
  let atom: ExpressionNode
  if (tokens.eat('(')) {
    requireDepth(tokens, nesting + 1, token)
    const inner = parseExpression(tokens, nesting + 1)
    tokens.expect(')', 'to close the parenthesis')
    atom = { ...inner, ...tokens.rangeFrom(token) }
  } else if (tokens.at('nil') || tokens.at('self')) {
    tokens.advance()
    atom = { kind: token.text === 'nil' ? 'nil' : 'self', ...tokens.rangeFrom(token) }
  } else {
    return parseNameOrArrow(tokens)
  }
  if (atArrow(tokens)) tokens.fail('an operator; only the name of a relation can begin an arrow')
  return atom
}

const atArrow = (tokens: TokenStream): boolean => tokens.at('->') || tokens.at('.')

function parseNameOrArrow(tokens: TokenStream): AtomNode {
  const relation = tokens.name('a relation, a permission, `nil` or `(`')
  if (!atArrow(tokens)) return { kind: 'name', ...relation }
  const arrow = parseArrow(tokens, relation)
  if (atArrow(tokens)) {
    while (atArrow(tokens)) parseArrow(tokens, relation)
    const message = 'found an arrow after an arrow, expected one at a time: give the first a name'
    tokens.report('nested-arrow', `${message} as a permission of its own`, tokens.rangeFrom(arrow))
  }
  return arrow
}

function parseArrow(tokens: TokenStream, relation: Name): ArrowNode {
  if (tokens.eat('->')) {
    const target = tokens.name('the name of a relation or permission after `->`')
    return { kind: 'arrow', relation, target, all: false, ...tokens.rangeFrom(relation) }
  }
  tokens.expect('.', 'or `->`')
  if (!tokens.atWord('any') && !tokens.atWord('all')) tokens.fail('`any` or `all` after `.`')
  const all = tokens.advance().text === 'all'
  tokens.expect('(', 'and the name of a relation or permission')
  const target = tokens.name('the name of a relation or permission')
  tokens.expect(')', 'after the name')
  return { kind: 'arrow', relation, target, all, ...tokens.rangeFrom(relation) }
}

/**
 * Reports an expression that is nested too deeply.
 * @throws Unexpected
 */
function requireDepth(tokens: TokenStream, depth: number, at: SourceRange): void {
  const max = limits.expressionDepthMax
  if (depth <= max) return
  tokens.report('expression-too-deep', `found operations nested over ${max} deep`, at)
  throw new Unexpected()
}
