// The parser of CEL: precedence climbing over tokens, with macros recognized on the way. The CEL
// library's parser is not used, because it reports neither what it expected nor where, and lacks
// the optional syntax (`m[?k]`, `a.?b`) that SpiceDB accepts. The tree is never deeper than
// `limits.caveatDepthMax`, as in SpiceDB's CEL, so that the later steps can recurse.

import { limits } from '../../terms/index.js'
import type { Element, Expression, MapEntry, TextRange } from './expression.js'
import { toFold, toOptionalElse, toOptionalMap } from './macro.js'
import { SyntaxFault } from './syntaxFault.js'
import { type CaveatToken, tokenize, tooLarge } from './token.js'

/** The result of parsing. */
type Parsed =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly fault: SyntaxFault }

/** The result of the lexer. */
type Lexed =
  | { readonly ok: true; readonly tokens: readonly CaveatToken[] }
  | { readonly ok: false; readonly fault: SyntaxFault }

/** Splits an expression into tokens, the first half of parsing. */
export function readTokens(text: string, max: number): Lexed {
  try {
    return { ok: true, tokens: tokenize(text, max) }
  } catch (error) {
    if (error instanceof SyntaxFault) return { ok: false, fault: error }
    throw error
  }
}

/** Parses tokens, the second half. */
export function parseTokens(tokens: readonly CaveatToken[]): Parsed {
  try {
    return { ok: true, expression: new Parser(tokens).parse() }
  } catch (error) {
    if (error instanceof SyntaxFault) return { ok: false, fault: error }
    throw error
  }
}

/**
 * The binary operators from loosest to tightest. The logical operators are looser than all of them.
 */
const LEVELS: readonly (readonly string[])[] = [
  ['<', '<=', '>', '>=', '==', '!=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
]
const KEYWORDS = new Set(['true', 'false', 'null', 'in'])
const RESERVED = new Set([
  ...'as break const continue else for function if import let'.split(' '),
  ...'loop package namespace return var void while'.split(' '),
])
/** Words that users write for operators, for suggestions. */
const OPERATOR_WORDS = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['is', '=='],
])
const INT_MAX = 2n ** 63n - 1n

/** A node without its range and depth. */
type NodeFields<T> = T extends Expression ? Omit<T, 'start' | 'end' | 'depth'> : never

/** The parser of one expression. Its methods throw `SyntaxFault` at the first mistake. */
class Parser {
  readonly #tokens: readonly CaveatToken[]
  /** The index of the current token. */
  #position = 0
  /** The number of enclosing expressions. */
  #nesting = 0

  constructor(tokens: readonly CaveatToken[]) {
    this.#tokens = tokens
  }

  /** Parses the whole text. */
  parse(): Expression {
    const expression = this.#expression()
    if (this.#token.kind !== 'end') {
      const meant = OPERATOR_WORDS.get(this.#token.text)
      throw this.#unexpected(meant === undefined ? 'an operator or the end' : `\`${meant}\``)
    }
    return expression
  }

  #expression(): Expression {
    if (++this.#nesting > limits.caveatDepthMax) throw tooDeep(this.#token)
    const condition = this.#logic('||', () => this.#logic('&&', () => this.#binary(0)))
    const expression = this.#take('?') ? this.#conditional(condition) : condition
    this.#nesting--
    return expression
  }

  #conditional(condition: Expression): Expression {
    const then = this.#logic('||', () => this.#logic('&&', () => this.#binary(0)))
    this.#expect(':', 'to go on after `?`')
    const otherwise = this.#expression()
    const parts = [condition, then, otherwise]
    return this.#node({ kind: 'conditional', condition, then, otherwise }, condition.start, parts)
  }

  #logic(operator: '&&' | '||', operand: () => Expression): Expression {
    const operands = [operand()]
    while (this.#take(operator)) operands.push(operand())
    if (operands.length === 1) return operands[0]
    return this.#node({ kind: 'logic', operator, operands }, operands[0].start, operands)
  }

  #binary(level: number): Expression {
    if (level === LEVELS.length) return this.#unary()
    let left = this.#binary(level + 1)
    for (;;) {
      const operator = LEVELS[level].find(sign => this.#take(sign))
      if (operator === undefined) return left
      const operands = [left, this.#binary(level + 1)]
      left = this.#call('operator', operator, left.start, operands)
    }
  }

  /** Parses a run of one prefix operator. Two in a row cancel out. */
  #unary(): Expression {
    const { start, text: sign } = this.#token
    let count = 0
    while ((sign === '!' || sign === '-') && this.#take(sign)) count++
    const odd = count % 2 === 1
    if (odd && sign === '-' && typeof this.#token.value === 'bigint') {
      return this.#postfix(this.#integer(start))
    }
    const operand = this.#postfix(this.#primary())
    return odd ? this.#call('operator', sign, start, [operand]) : operand
  }

  /** Parses the accesses, calls and macros that follow a primary expression. */
  #postfix(primary: Expression): Expression {
    let operand = primary
    for (;;) {
      if (this.#take('.')) operand = this.#member(operand)
      else if (this.#take('[')) operand = this.#indexAccess(operand)
      else if (this.#isMessage(operand)) throw this.#unexpected('an operator', MESSAGE_HINT)
      else return operand
    }
  }

  /** Whether a message literal follows, which caveats cannot use. */
  #isMessage({ kind }: Expression): boolean {
    return this.#token.text === '{' && (kind === 'name' || kind === 'select')
  }

  #member(operand: Expression): Expression {
    const optional = this.#take('?')
    const name = this.#field()
    if (optional || name.kind === 'quoted' || !this.#take('(')) {
      const mode = optional ? 'optional' : 'value'
      const field = name.text.replaceAll('`', '')
      return this.#node({ kind: 'select', operand, field, mode }, operand.start, [operand])
    }
    const operands = this.#list(')', () => this.#expression())
    if (operand.kind === 'name' && operand.name === 'optional') {
      return this.#call('function', `optional.${name.text}`, operand.start, operands)
    }
    const macro =
      toFold(name, operand, operands) ??
      toOptionalMap(name, operand, operands) ??
      toOptionalElse(name, operand, operands)
    if (macro !== null) return this.#node(macro, operand.start, [operand, ...operands])
    return this.#call('method', name.text, operand.start, [operand, ...operands])
  }

  #indexAccess(operand: Expression): Expression {
    const optional = this.#take('?')
    const key = this.#expression()
    this.#expect(']', 'to close `[`')
    return this.#node({ kind: 'index', operand, key, optional }, operand.start, [operand, key])
  }

  #primary(): Expression {
    const token = this.#token
    if (this.#take('(')) {
      const inner = this.#expression()
      this.#expect(')', 'to close `(`')
      return inner
    }
    if (this.#take('[')) return this.#listLiteral(token)
    if (this.#take('{')) return this.#mapLiteral(token)
    if (token.kind === 'literal') {
      if (typeof token.value === 'bigint') return this.#integer(token.start)
      this.#position++
      return this.#node({ kind: 'literal', value: token.value }, token.start, [])
    }
    if (token.text === '.') this.#position++
    return this.#named(token)
  }

  #named({ start }: CaveatToken): Expression {
    const { text: name } = this.#token
    if (name === 'true' || name === 'false' || name === 'null') {
      this.#position++
      const value = name === 'null' ? null : name === 'true'
      return this.#node({ kind: 'literal', value }, start, [])
    }
    if (this.#token.kind !== 'word' || KEYWORDS.has(name)) {
      throw this.#unexpected(
        this.#position === 0 ? 'an expression' : `an expression ${this.#after()}`,
      )
    }
    if (RESERVED.has(name)) throw this.#unexpected('another name', ' (it is a reserved word)')
    this.#position++
    if (!this.#take('(')) return this.#node({ kind: 'name', name }, start, [])
    const operands = this.#list(')', () => this.#expression())
    return name === 'has'
      ? this.#has(start, operands)
      : this.#call('function', name, start, operands)
  }

  #has(start: number, operands: readonly Expression[]): Expression {
    const [select] = operands
    if (operands.length !== 1 || select.kind !== 'select' || select.mode !== 'value') {
      const range = { start, end: this.#previous.end }
      throw new SyntaxFault('`has` takes one field, such as `has(a.b)`', range)
    }
    return this.#node({ ...select, mode: 'test' }, start, [select.operand])
  }

  #listLiteral({ start }: CaveatToken): Expression {
    const elements = this.#list(']', (): Element => {
      const optional = this.#take('?')
      return { value: this.#expression(), optional }
    })
    const parts = elements.map(({ value }) => value)
    return this.#node({ kind: 'list', elements }, start, parts)
  }

  #mapLiteral({ start }: CaveatToken): Expression {
    const entries = this.#list('}', (): MapEntry => {
      const optional = this.#take('?')
      const key = this.#expression()
      this.#expect(':', 'after the key')
      return { key, value: this.#expression(), optional }
    })
    const parts = entries.flatMap(({ key, value }) => [key, value])
    return this.#node({ kind: 'map', entries }, start, parts)
  }

  /** Parses items up to and including the closing sign. A comma may follow the last one. */
  #list<Item>(closing: string, item: () => Item): readonly Item[] {
    const opening = this.#previous.text
    const items: Item[] = []
    while (!this.#take(closing)) {
      items.push(item())
      if (this.#take(',')) continue
      this.#expect(closing, `or \`,\` after what stands in \`${opening}\``)
      break
    }
    return items
  }

  /** Parses an integer literal, with the minus sign at `start` if there is one. */
  #integer(start: number): Expression {
    const token = this.#token
    const sign = start === token.start ? 1n : -1n
    const value = sign * BigInt(token.value as bigint)
    if (value > INT_MAX || value < -INT_MAX - 1n) throw tooLarge(token, 'int')
    this.#position++
    return this.#node({ kind: 'literal', value }, start, [])
  }

  #call(
    form: 'operator' | 'function' | 'method',
    name: string,
    start: number,
    operands: readonly Expression[],
  ): Expression {
    return this.#node({ kind: 'call', form, name, operands }, start, operands)
  }

  /** Adds the range and depth to a node. */
  #node(fields: NodeFields<Expression>, start: number, parts: readonly Expression[]): Expression {
    const range = { start, end: this.#previous.end }
    const depth = parts.reduce((deepest, part) => Math.max(deepest, part.depth + 1), 0)
    if (depth > limits.caveatDepthMax) throw tooDeep(range)
    return { ...fields, ...range, depth } as Expression
  }

  get #token(): CaveatToken {
    return this.#tokens[this.#position]
  }

  /** The token before the current one. */
  get #previous(): CaveatToken {
    return this.#tokens[Math.max(0, this.#position - 1)]
  }

  #after(): string {
    return `after \`${this.#previous.text}\``
  }

  /** Consumes this symbol or word if it is the current token. */
  #take(text: string): boolean {
    const { kind } = this.#token
    const taken = this.#token.text === text && (kind === 'symbol' || kind === 'word')
    if (taken) this.#position++
    return taken
  }

  /** Consumes this symbol or word, or throws. */
  #expect(text: string, why: string): void {
    if (!this.#take(text)) throw this.#unexpected(`\`${text}\` ${why}`)
  }

  /** Consumes the name of a field or method. */
  #field(): CaveatToken {
    const token = this.#token
    if (token.kind !== 'word' && token.kind !== 'quoted') {
      throw this.#unexpected('a field or a method after `.`')
    }
    this.#position++
    return token
  }

  #unexpected(expected: string, hint = ''): SyntaxFault {
    const { kind, text } = this.#token
    const found = kind === 'end' ? 'the end' : `\`${text}\``
    return new SyntaxFault(`found ${found}, expected ${expected}${hint}`, this.#token)
  }
}

const MESSAGE_HINT = ' (messages cannot be written out; `duration("1h")` and the like can)'

const tooDeep = ({ start, end }: TextRange): SyntaxFault =>
  new SyntaxFault(`the expression is nested over ${limits.caveatDepthMax} levels`, { start, end })
