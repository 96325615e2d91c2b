// The token stream of the parser: the current token, the methods that consume it, and the recovery
// from mistakes. A mistake is reported where it is found and then thrown as `Unexpected`. The
// parser of an item or declaration catches it, skips the rest, and continues.

import { refuseExcess } from './bounds.js'
import type { Lexer, SchemaToken } from './lexer.js'
import type { Report } from './report.js'
import type { SourceRange } from './source.js'
import type { Name } from './syntax.js'

/** Returns to the parser that can continue. The thrower has already reported the mistake. */
export class Unexpected extends Error {}

/** Longest piece of the text that a message quotes, in UTF-16 units. */
const QUOTED_MAX = 40

/** The tokens of a schema text, with one token of lookahead. */
export class TokenStream {
  readonly #lexer: Lexer
  readonly #report: Report
  readonly #itemTokensMax: number
  #itemTokens = 0
  #token: SchemaToken
  /** The token before the current one. */
  #previous: SchemaToken | null = null
  /** Whether the current token is in a position where an item or declaration can begin. */
  #canBegin = true
  /** The offset of the last token that was reported as unexpected. */
  #failedAt = -1
  /**
   * Number of opening braces that were skipped. As many closing ones will follow without a
   * counterpart.
   */
  #strayBraces = 0

  /** @param itemTokensMax tokens from one `beginItem` to the next */
  constructor(lexer: Lexer, itemTokensMax: number, report: Report) {
    this.#lexer = lexer
    this.#itemTokensMax = itemTokensMax
    this.#report = report
    this.#token = lexer.next()
  }

  get token(): SchemaToken {
    return this.#token
  }

  /** The range from the start of a token or node to the end of the last consumed token. */
  rangeFrom({ start }: SourceRange): SourceRange {
    return { start, end: this.#previous?.end ?? start }
  }

  /** Restarts the count of tokens for the next item. */
  beginItem(): void {
    this.#itemTokens = 0
  }

  /**
   * Consumes the current token.
   * @throws OutOfBounds
   */
  advance(): SchemaToken {
    const consumed = this.#token
    if (++this.#itemTokens > this.#itemTokensMax) {
      const found = { max: this.#itemTokensMax, what: 'words and signs in one item' }
      refuseExcess(this.#report, 'item-too-long', found, consumed)
    }
    this.#previous = consumed
    this.#token = this.#lexer.next()
    this.#canBegin = this.#token.startsLine || consumed.text === '}' || consumed.text === ';'
    return consumed
  }

  /** Consumes the current token and makes these words keywords, from the very next token on. */
  advancePromoting(words: readonly string[]): SchemaToken {
    this.#lexer.promote(words)
    return this.advance()
  }

  /** Whether the current token is this sign or keyword. */
  at(text: string): boolean {
    const { kind } = this.#token
    return (kind === 'sign' || kind === 'keyword') && this.#token.text === text
  }

  /** Whether the current token is this word, as a keyword or an identifier. */
  atWord(text: string): boolean {
    return this.at(text) || (this.#token.kind === 'identifier' && this.#token.text === text)
  }

  /** Whether the current token begins a declaration or `use`, rather than being misplaced. */
  atDeclaration(): boolean {
    return (
      this.#canBegin && ['definition', 'caveat', 'partial', 'use'].some(word => this.atWord(word))
    )
  }

  /** Consumes this sign or keyword if it is the current token. */
  eat(text: string): boolean {
    if (!this.at(text)) return false
    this.advance()
    return true
  }

  /**
   * Consumes this sign or keyword.
   * @throws Unexpected
   */
  expect(text: string, where: string): SchemaToken {
    if (!this.at(text)) this.fail(`\`${text}\` ${where}`)
    return this.advance()
  }

  /**
   * Consumes a name.
   * @throws Unexpected
   */
  name(what: string): Name {
    if (this.#token.kind !== 'identifier') this.fail(what)
    const { text, start, end } = this.advance()
    return { text, start, end }
  }

  /**
   * Consumes names joined by `/`.
   * @throws Unexpected
   */
  path(what: string): Name {
    const first = this.name(what)
    let text = first.text
    while (this.eat('/')) text += `/${this.name('a name after `/`').text}`
    return { text, ...this.rangeFrom(first) }
  }

  /**
   * Consumes the end of a statement. After `...` the lexer yields no terminator for a newline,
   * because `...` can also begin a statement; here such a newline ends one.
   * @throws Unexpected
   */
  endStatement(): void {
    if (this.#token.kind === 'terminator') this.advance()
    else if (
      this.#token.kind !== 'end' &&
      !(this.#previous?.text === '...' && this.#token.startsLine)
    ) {
      this.fail('the end of the line or `;`')
    }
  }

  skipTerminators(): void {
    while (this.#token.kind === 'terminator') this.advance()
  }

  /**
   * The raw body of a caveat whose `{` is the current token, which is consumed. Null for an
   * unclosed body.
   */
  body(): Name | null {
    const body = this.#lexer.body(this.#token)
    this.advance()
    return body
  }

  report(code: string, message: string, at: SourceRange): void {
    this.#report.add({ class: 'parse', code, message, at })
  }

  /**
   * Reports what was expected instead of the current token, and gives up the current item.
   * @throws Unexpected
   */
  fail(expected: string): never {
    this.miss(expected)
    throw new Unexpected()
  }

  /** Reports what was expected instead of the current token, once per token. */
  miss(expected: string): void {
    const { start, kind } = this.#token
    const known = kind === 'invalid' || (kind === 'end' && this.#lexer.truncated)
    if (start !== this.#failedAt && !known) {
      const message = `expected ${expected}, found ${describe(this.#token)}`
      this.report('unexpected-token', message, this.#token)
    }
    this.#failedAt = start
  }

  /**
   * Skips a word where a keyword was expected. Returns the name that it probably declares, as in
   * `relatoin viewer`.
   */
  skipMistakenWord(): Name | null {
    if (this.advance().kind !== 'identifier') return null
    const { kind, text, start, end } = this.#token
    return kind === 'identifier' ? { text, start, end } : null
  }

  /** Skips the rest of a broken item, including a block in braces. */
  skipItem(): void {
    let depth = 0
    while (!this.#atItem() && !this.atDeclaration() && this.#token.kind !== 'end') {
      if (depth === 0 && this.at('}')) break
      if (this.at('{')) depth++
      if (this.at('}')) depth--
      if (this.advance().kind === 'terminator' && depth === 0) break
    }
    this.#strayBraces += depth
  }

  /** Skips the rest of a broken head. True if its body follows. */
  skipToBody(): boolean {
    while (!this.at('{') && !this.atDeclaration() && this.#token.kind !== 'end') this.advance()
    return this.at('{')
  }

  /** Skips to the next declaration. */
  skipToDeclaration(): void {
    while (!this.atDeclaration() && this.#token.kind !== 'end') this.advance()
  }

  /** Consumes a closing brace whose opening one was skipped. */
  eatStrayBrace(): boolean {
    if (this.#strayBraces === 0 || !this.eat('}')) return false
    this.#strayBraces--
    return true
  }

  #atItem(): boolean {
    return this.#canBegin && (this.at('relation') || this.at('permission'))
  }
}

function describe({ kind, text }: SchemaToken): string {
  if (kind === 'end') return 'the end of the text'
  if (kind === 'terminator' && text !== ';') return 'the end of the line'
  const quoted = text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text
  return kind === 'keyword' ? `the keyword \`${quoted}\`` : `\`${quoted}\``
}
