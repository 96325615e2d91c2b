// The parser's hand on the text: the current token, the verbs that move past it, and the way back
// into step after a mistake. A mistake is reported where it is met and then thrown as `Unexpected`;
// whoever can go on after it catches that and skips.

import { refuseExcess } from './bounds.js'
import type { Lexer, SchemaToken } from './lexer.js'
import type { Report } from './report.js'
import type { SourceRange } from './source.js'
import type { Name } from './syntax.js'

/** Reported already; thrown to get back to where reading can go on. */
export class Unexpected extends Error {}

/** Longest piece of the text that a message quotes. */
const QUOTED_MAX = 40

export class TokenStream {
  readonly #lexer: Lexer
  readonly #report: Report
  readonly #itemTokensMax: number
  #itemTokens = 0
  #token: SchemaToken
  #passed: SchemaToken | null = null
  /** Whether the current token stands where something new can begin. */
  #fresh = true
  #failedAt = -1
  /** Opening braces that were skipped; as many closing ones will turn up where none is due. */
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

  /** From the start of a token or node to the end of the last token that was passed. */
  rangeFrom({ start }: SourceRange): SourceRange {
    return { start, end: this.#passed?.end ?? start }
  }

  /** Tells that what comes next is read apart from what came before. */
  beginItem(): void {
    this.#itemTokens = 0
  }

  /** @throws OutOfBounds */
  advance(): SchemaToken {
    const passed = this.#token
    if (++this.#itemTokens > this.#itemTokensMax) {
      const found = { max: this.#itemTokensMax, what: 'words and signs in one item' }
      refuseExcess(this.#report, 'item-too-long', found, passed)
    }
    this.#passed = passed
    this.#token = this.#lexer.next()
    this.#fresh = this.#token.leads || passed.text === '}' || passed.text === ';'
    return passed
  }

  /** Passes a token and makes keywords of these words, from the very next token on. */
  advancePromoting(words: readonly string[]): SchemaToken {
    this.#lexer.promote(words)
    return this.advance()
  }

  /** Whether the current token is this sign or keyword. */
  at(text: string): boolean {
    const { kind } = this.#token
    return (kind === 'sign' || kind === 'keyword') && this.#token.text === text
  }

  /** Whether it is this word, be it a keyword yet or not. */
  atWord(text: string): boolean {
    return this.at(text) || (this.#token.kind === 'identifier' && this.#token.text === text)
  }

  /** Whether what stands here begins something at the top, rather than being out of place. */
  atTop(): boolean {
    return this.#fresh && ['definition', 'caveat', 'partial', 'use'].some(word => this.atWord(word))
  }

  eat(text: string): boolean {
    if (!this.at(text)) return false
    this.advance()
    return true
  }

  expect(text: string, where: string): SchemaToken {
    if (!this.at(text)) this.fail(`\`${text}\` ${where}`)
    return this.advance()
  }

  name(what: string): Name {
    if (this.#token.kind !== 'identifier') this.fail(what)
    const { text, start, end } = this.advance()
    return { text, start, end }
  }

  /** Names joined by `/`. */
  path(what: string): Name {
    const first = this.name(what)
    let text = first.text
    while (this.eat('/')) text += `/${this.name('a name after `/`').text}`
    return { text, ...this.rangeFrom(first) }
  }

  /** To the lexer a newline after `...` ends nothing, since `...` can also begin a statement. */
  endStatement(): void {
    if (this.#token.kind === 'terminator') this.advance()
    else if (this.#token.kind !== 'end' && !(this.#passed?.text === '...' && this.#token.leads)) {
      this.fail('the end of the line or `;`')
    }
  }

  skipTerminators(): void {
    while (this.#token.kind === 'terminator') this.advance()
  }

  /** The raw body of a caveat whose `{` is the current token, which is passed; null if unclosed. */
  body(): Name | null {
    const body = this.#lexer.body(this.#token)
    this.advance()
    return body
  }

  report(code: string, message: string, at: SourceRange): void {
    this.#report.add({ class: 'parse', code, message, at })
  }

  /** Reports what was expected instead of the current token, and gives up what is being read. */
  fail(expected: string): never {
    this.miss(expected)
    throw new Unexpected()
  }

  /** Reports what was expected instead of the current token, once for each token. */
  miss(expected: string): void {
    const { start, kind } = this.#token
    const known = kind === 'invalid' || (kind === 'end' && this.#lexer.truncated)
    if (start !== this.#failedAt && !known) {
      const message = `expected ${expected}, found ${describe(this.#token)}`
      this.report('unexpected-token', message, this.#token)
    }
    this.#failedAt = start
  }

  /** Skips a word where a keyword was expected; what it probably names, as in `relatoin viewer`. */
  skipMistakenWord(): Name | null {
    if (this.advance().kind !== 'identifier') return null
    const { kind, text, start, end } = this.#token
    return kind === 'identifier' ? { text, start, end } : null
  }

  /** Skips the rest of a broken item, a block in braces included. */
  skipItem(): void {
    let depth = 0
    while (!this.#atItem() && !this.atTop() && this.#token.kind !== 'end') {
      if (depth === 0 && this.at('}')) break
      if (this.at('{')) depth++
      if (this.at('}')) depth--
      if (this.advance().kind === 'terminator' && depth === 0) break
    }
    this.#strayBraces += depth
  }

  /** Skips the rest of a broken head; whether its body comes next. */
  skipToBody(): boolean {
    while (!this.at('{') && !this.atTop() && this.#token.kind !== 'end') this.advance()
    return this.at('{')
  }

  /** Skips to what can begin something at the top. */
  skipToTop(): void {
    while (!this.atTop() && this.#token.kind !== 'end') this.advance()
  }

  /** Passes a closing brace whose opening one was skipped. */
  eatStrayBrace(): boolean {
    if (this.#strayBraces === 0 || !this.eat('}')) return false
    this.#strayBraces--
    return true
  }

  #atItem(): boolean {
    return this.#fresh && (this.at('relation') || this.at('permission'))
  }
}

function describe({ kind, text }: SchemaToken): string {
  if (kind === 'end') return 'the end of the text'
  if (kind === 'terminator' && text !== ';') return 'the end of the line'
  const quoted = text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text
  return kind === 'keyword' ? `the keyword \`${quoted}\`` : `\`${quoted}\``
}
