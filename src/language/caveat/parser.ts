// Reads CEL: precedence climbing over tokens, macros recognised on the way. Written here because the
// CEL library's own parser tells neither what it expected nor where, and lacks the optional syntax
// (`m[?k]`, `a.?b`) that SpiceDB admits. The tree is never deeper than `limits.caveatDepthMax`, the
// bound of SpiceDB's CEL, so that walking it can recurse.

import { limits } from '../../terms/index.js'
import type { Element, Expression, MapEntry, TextRange } from './expression.js'
import { toFold, toOptionalElse, toOptionalMap } from './macro.js'
import { SyntaxFault } from './syntaxFault.js'
import { type CaveatToken, tokenize, tooLarge } from './token.js'

type Parsed =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly fault: SyntaxFault }

type Words =
  | { readonly ok: true; readonly tokens: readonly CaveatToken[] }
  | { readonly ok: false; readonly fault: SyntaxFault }

/** The first half of reading. */
export function readTokens(text: string, max: number): Words {
  try {
    return { ok: true, tokens: tokenize(text, max) }
  } catch (error) {
    if (error instanceof SyntaxFault) return { ok: false, fault: error }
    throw error
  }
}

/** The other half. */
export function parseTokens(tokens: readonly CaveatToken[]): Parsed {
  try {
    return { ok: true, expression: new Parser(tokens).whole() }
  } catch (error) {
    if (error instanceof SyntaxFault) return { ok: false, fault: error }
    throw error
  }
}

/** Binary operators from loose to tight; logic comes before them. */
const LEVELS: readonly (readonly string[])[] = [
  ['<', '<=', '>', '>=', '==', '!=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
]
const KEYWORDS = new Set(['true', 'false', 'null', 'in'])
const RESERVED = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)
const WORDS_FOR_SIGNS = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['is', '=='],
])
const INT_MAX = 2n ** 63n - 1n

/** A node still without place and depth. */
type Bare<T> = T extends Expression ? Omit<T, 'start' | 'end' | 'depth'> : never

class Parser {
  readonly #tokens: readonly CaveatToken[]
  #at = 0
  #nesting = 0

  constructor(tokens: readonly CaveatToken[]) {
    this.#tokens = tokens
  }

  whole(): Expression {
    const expression = this.#expression()
    if (this.#token.kind !== 'end') {
      const meant = WORDS_FOR_SIGNS.get(this.#token.text)
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
    this.#need(':', 'to go on after `?`')
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

  /** A sign twice in a row undoes itself. */
  #unary(): Expression {
    const { start, text: sign } = this.#token
    let count = 0
    while ((sign === '!' || sign === '-') && this.#take(sign)) count++
    const odd = count % 2 === 1
    if (odd && sign === '-' && typeof this.#token.value === 'bigint') {
      return this.#members(this.#integer(start))
    }
    const operand = this.#members(this.#primary())
    return odd ? this.#call('operator', sign, start, [operand]) : operand
  }

  #members(primary: Expression): Expression {
    let operand = primary
    for (;;) {
      if (this.#take('.')) operand = this.#member(operand)
      else if (this.#take('[')) operand = this.#index(operand)
      else if (this.#isMessage(operand)) throw this.#unexpected('an operator', MESSAGE_HINT)
      else return operand
    }
  }

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

  #index(operand: Expression): Expression {
    const optional = this.#take('?')
    const key = this.#expression()
    this.#need(']', 'to close `[`')
    return this.#node({ kind: 'index', operand, key, optional }, operand.start, [operand, key])
  }

  #primary(): Expression {
    const token = this.#token
    if (this.#take('(')) {
      const inner = this.#expression()
      this.#need(')', 'to close `(`')
      return inner
    }
    if (this.#take('[')) return this.#listLiteral(token)
    if (this.#take('{')) return this.#mapLiteral(token)
    if (token.kind === 'literal') {
      if (typeof token.value === 'bigint') return this.#integer(token.start)
      this.#at++
      return this.#node({ kind: 'literal', value: token.value }, token.start, [])
    }
    if (token.text === '.') this.#at++
    return this.#named(token)
  }

  #named({ start }: CaveatToken): Expression {
    const { text: name } = this.#token
    if (name === 'true' || name === 'false' || name === 'null') {
      this.#at++
      const value = name === 'null' ? null : name === 'true'
      return this.#node({ kind: 'literal', value }, start, [])
    }
    if (this.#token.kind !== 'word' || KEYWORDS.has(name)) {
      throw this.#unexpected(this.#at === 0 ? 'an expression' : `an expression ${this.#after()}`)
    }
    if (RESERVED.has(name)) throw this.#unexpected('another name', ' (it is a reserved word)')
    this.#at++
    if (!this.#take('(')) return this.#node({ kind: 'name', name }, start, [])
    const operands = this.#list(')', () => this.#expression())
    return name === 'has'
      ? this.#has(start, operands)
      : this.#call('function', name, start, operands)
  }

  #has(start: number, operands: readonly Expression[]): Expression {
    const [select] = operands
    if (operands.length !== 1 || select.kind !== 'select' || select.mode !== 'value') {
      const place = { start, end: this.#before.end }
      throw new SyntaxFault('`has` takes one field, such as `has(a.b)`', place)
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
      this.#need(':', 'after the key')
      return { key, value: this.#expression(), optional }
    })
    const parts = entries.flatMap(({ key, value }) => [key, value])
    return this.#node({ kind: 'map', entries }, start, parts)
  }

  /** Items up to the closing sign, which is taken; a comma may stand after the last. */
  #list<Item>(closing: string, item: () => Item): readonly Item[] {
    const opening = this.#before.text
    const items: Item[] = []
    while (!this.#take(closing)) {
      items.push(item())
      if (this.#take(',')) continue
      this.#need(closing, `or \`,\` after what stands in \`${opening}\``)
      break
    }
    return items
  }

  /** An integer literal, with the minus sign at `start` if there is one. */
  #integer(start: number): Expression {
    const token = this.#token
    const sign = start === token.start ? 1n : -1n
    const value = sign * BigInt(token.value as bigint)
    if (value > INT_MAX || value < -INT_MAX - 1n) throw tooLarge(token, 'int')
    this.#at++
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

  #node(bare: Bare<Expression>, start: number, parts: readonly Expression[]): Expression {
    const place = { start, end: this.#before.end }
    const depth = parts.reduce((deepest, part) => Math.max(deepest, part.depth + 1), 0)
    if (depth > limits.caveatDepthMax) throw tooDeep(place)
    return { ...bare, ...place, depth } as Expression
  }

  get #token(): CaveatToken {
    return this.#tokens[this.#at]
  }

  get #before(): CaveatToken {
    return this.#tokens[Math.max(0, this.#at - 1)]
  }

  #after(): string {
    return `after \`${this.#before.text}\``
  }

  #take(text: string): boolean {
    const { kind } = this.#token
    const taken = this.#token.text === text && (kind === 'symbol' || kind === 'word')
    if (taken) this.#at++
    return taken
  }

  #need(text: string, why: string): void {
    if (!this.#take(text)) throw this.#unexpected(`\`${text}\` ${why}`)
  }

  #field(): CaveatToken {
    const token = this.#token
    if (token.kind !== 'word' && token.kind !== 'quoted') {
      throw this.#unexpected('a field or a method after `.`')
    }
    this.#at++
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
