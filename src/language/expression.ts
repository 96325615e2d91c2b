// Permission expressions, by recursive descent, one function a level. Precedence from tightest to
// loosest: arrow, `+`, `&`, `-`. So `a - b + c` is `a - (b + c)`, and `a - b - c` is `(a - b) - c`.
// Chains of one operator are loops, so recursion is only as deep as parentheses are.

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

/** `nesting` counts the parentheses around this expression. */
export function parseExpression(cursor: TokenStream, nesting = 0): ExpressionNode {
  let base = parseIntersection(cursor, nesting)
  while (cursor.eat('-')) {
    const excluded = parseIntersection(cursor, nesting)
    const depth = 1 + Math.max(depthOf(base), depthOf(excluded))
    const range = cursor.rangeFrom(base)
    requireDepth(cursor, depth, range)
    base = { kind: 'exclusion', base, excluded, depth, ...range }
  }
  return base
}

const parseIntersection = (cursor: TokenStream, nesting: number): ExpressionNode =>
  parseList(cursor, { kind: 'intersection', sign: '&' }, () => parseUnion(cursor, nesting))

const parseUnion = (cursor: TokenStream, nesting: number): ExpressionNode =>
  parseList(cursor, { kind: 'union', sign: '+' }, () => parseAtom(cursor, nesting))

/** Both operators are associative: operands of the same kind in parentheses join the list. */
function parseList(
  cursor: TokenStream,
  { kind, sign }: { readonly kind: ListNode['kind']; readonly sign: string },
  parseOperand: () => ExpressionNode,
): ExpressionNode {
  const first = parseOperand()
  const found = [first]
  while (cursor.eat(sign)) found.push(parseOperand())
  if (found.length === 1) return first
  const operands = found.flatMap(operand => (operand.kind === kind ? operand.operands : operand))
  const depth = operands.reduce((most, operand) => Math.max(most, depthOf(operand)), 0) + 1
  const range = cursor.rangeFrom(first)
  requireDepth(cursor, depth, range)
  return { kind, operands, depth, ...range }
}

function parseAtom(cursor: TokenStream, nesting: number): ExpressionNode {
  const { token } = cursor
  let atom: ExpressionNode
  if (cursor.eat('(')) {
    requireDepth(cursor, nesting + 1, token)
    const inner = parseExpression(cursor, nesting + 1)
    cursor.expect(')', 'to close the parenthesis')
    atom = { ...inner, ...cursor.rangeFrom(token) }
  } else if (cursor.at('nil') || cursor.at('self')) {
    cursor.advance()
    atom = { kind: token.text === 'nil' ? 'nil' : 'self', ...cursor.rangeFrom(token) }
  } else {
    return parseNameOrArrow(cursor)
  }
  if (atArrow(cursor)) cursor.fail('an operator; only the name of a relation can begin an arrow')
  return atom
}

const atArrow = (cursor: TokenStream): boolean => cursor.at('->') || cursor.at('.')

function parseNameOrArrow(cursor: TokenStream): AtomNode {
  const relation = cursor.name('a relation, a permission, `nil` or `(`')
  if (!atArrow(cursor)) return { kind: 'name', ...relation }
  const arrow = parseArrow(cursor, relation)
  if (atArrow(cursor)) {
    while (atArrow(cursor)) parseArrow(cursor, relation)
    const message = 'found an arrow after an arrow, expected one at a time: give the first a name'
    cursor.report('nested-arrow', `${message} as a permission of its own`, cursor.rangeFrom(arrow))
  }
  return arrow
}

function parseArrow(cursor: TokenStream, relation: Name): ArrowNode {
  if (cursor.eat('->')) {
    const target = cursor.name('the name of a relation or permission after `->`')
    return { kind: 'arrow', relation, target, all: false, ...cursor.rangeFrom(relation) }
  }
  cursor.expect('.', 'or `->`')
  if (!cursor.atWord('any') && !cursor.atWord('all')) cursor.fail('`any` or `all` after `.`')
  const all = cursor.advance().text === 'all'
  cursor.expect('(', 'and the name of a relation or permission')
  const target = cursor.name('the name of a relation or permission')
  cursor.expect(')', 'after the name')
  return { kind: 'arrow', relation, target, all, ...cursor.rangeFrom(relation) }
}

function requireDepth(cursor: TokenStream, depth: number, at: SourceRange): void {
  const most = limits.expressionDepthMax
  if (depth <= most) return
  cursor.report('expression-too-deep', `found operations nested over ${most} deep`, at)
  throw new Unexpected()
}
