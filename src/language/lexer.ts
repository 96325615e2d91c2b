// The lexer of schema text. The parser pulls tokens one at a time, because the parser's state
// affects what follows: a `use` line turns identifiers into keywords, and the body of a caveat is
// CEL, which `body` returns raw.
//
// A newline ends a statement if the last token can end one: a word, `}`, `)` or `*`. Elsewhere a
// newline is a blank. A comment belongs to the token that follows it.

import { refuseExcess } from './bounds.js'
import { endOfBody, endOfComment, endOfString, isNewline } from './quoting.js'
import type { Report } from './report.js'
import type { SourceRange } from './source.js'
import type { Name } from './syntax.js'

/** One token of a schema text. */
export interface SchemaToken extends SourceRange {
  /** The kind of token. An `invalid` token has been reported already. */
  readonly kind: 'identifier' | 'keyword' | 'string' | 'sign' | 'terminator' | 'invalid' | 'end'
  readonly text: string
  /** The comments before the token, markers included, in the order of the text. */
  readonly comments: readonly string[]
  /** Whether the token is the first one on its line. */
  readonly startsLine: boolean
}

const KEYWORDS = ['definition', 'caveat', 'relation', 'permission', 'nil', 'with']
/**
 * A word, far longer than any name may be. A longer one is read as several words, so that each
 * match takes little time.
 */
const WORD = /[\p{L}\p{Nd}_]{1,4096}/uy
const NO_COMMENTS: readonly string[] = []

/** A reader of tokens, from the start of a text to its end. */
export class Lexer {
  readonly #text: string
  readonly #report: Report
  /** Bound on the characters of comments and blanks before one token. */
  readonly #gapMax: number
  readonly #keywords = new Set(KEYWORDS)
  #offset = 0
  #comments: string[] = []
  #startsLine = true
  #endsStatement = false
  #truncated = false

  constructor(text: string, gapMax: number, report: Report) {
    this.#text = text
    this.#gapMax = gapMax
    this.#report = report
  }

  /**
   * Whether an unterminated comment took the rest of the text. Missing closing braces are then no
   * mistakes of their own.
   */
  get truncated(): boolean {
    return this.#truncated
  }

  /** Makes these words keywords, from the next token on. */
  promote(words: readonly string[]): void {
    for (const word of words) this.#keywords.add(word)
  }

  /**
   * Reads the next token.
   * @throws OutOfBounds
   */
  next(): SchemaToken {
    const newline = this.#skipBlanks()
    const start = this.#offset
    if (newline) return this.#token('terminator', start + 1)
    if (start === this.#text.length) return this.#token('end', start)
    const char = this.#text[start]
    if (char === ';') return this.#token('terminator', start + 1)
    if (char === '"' || char === "'") return this.#string()
    WORD.lastIndex = start
    if (!WORD.test(this.#text)) return this.#sign()
    const keyword = this.#keywords.has(this.#text.slice(start, WORD.lastIndex))
    return this.#token(keyword ? 'keyword' : 'identifier', WORD.lastIndex)
  }

  /**
   * The raw text from the current position to the brace that closes a caveat's body, which becomes
   * the next token. Null for an unclosed body, which is reported; reading then continues at the
   * next definition.
   */
  body(open: SourceRange): Name | null {
    const start = this.#offset
    const end = endOfBody(this.#text, start)
    this.#offset = end.at
    this.#comments = []
    if (end.closed) return { text: this.#text.slice(start, end.at), start, end: end.at }
    this.#unterminated('body', 'expected `}`', open)
    return null
  }

  /** Skips blanks and comments. True if it stops at a newline that ends a statement. */
  #skipBlanks(): boolean {
    const start = this.#offset
    const end = start + this.#gapMax
    for (; this.#offset < this.#text.length; this.#offset++) {
      if (this.#offset > end) {
        const found = { max: this.#gapMax, what: 'characters of comments and blanks before a word' }
        refuseExcess(this.#report, 'comment-too-long', found, { start, end: start + 1 })
      }
      const char = this.#text[this.#offset]
      if (isNewline(char)) {
        this.#startsLine = true
        if (this.#endsStatement) return true
      } else if (char === '/') {
        if (!this.#skipComment()) return false
      } else if (char !== ' ' && char !== '\t') {
        return false
      }
    }
    return false
  }

  /** Skips a comment up to its last character. False if no comment starts here. */
  #skipComment(): boolean {
    const start = this.#offset
    const end = endOfComment(this.#text, start)
    if (end === null) return false
    if (!end.closed) {
      this.#truncated = true
      this.#unterminated('comment', 'expected `*/`', { start, end: start + 2 })
    }
    this.#comments.push(this.#text.slice(start, end.at))
    this.#offset = end.at - 1
    return true
  }

  #string(): SchemaToken {
    const start = this.#offset
    const { at: end, closed } = endOfString(this.#text, start, false)
    if (closed) return this.#token('string', end)
    this.#unterminated('string', 'expected its closing quote', { start, end })
    return this.#token('invalid', end)
  }

  #sign(): SchemaToken {
    const start = this.#offset
    const long = ['->', '...'].find(sign => this.#text.startsWith(sign, start))
    const length = long?.length ?? String.fromCodePoint(this.#text.codePointAt(start)!).length
    return this.#token('sign', start + length)
  }

  #unterminated(what: string, expected: string, at: SourceRange): void {
    const message = `found a ${what} that does not end, ${expected}`
    this.#report.add({ class: 'parse', code: `unterminated-${what}`, message, at })
  }

  #token(kind: SchemaToken['kind'], end: number): SchemaToken {
    const start = this.#offset
    const text = this.#text.slice(start, end)
    const comments = this.#comments.length === 0 ? NO_COMMENTS : this.#comments
    const token: SchemaToken = { kind, text, start, end, comments, startsLine: this.#startsLine }
    this.#offset = end
    if (comments !== NO_COMMENTS) this.#comments = []
    this.#startsLine = kind === 'terminator' && text !== ';'
    this.#endsStatement =
      kind === 'identifier' || kind === 'keyword' || (kind === 'sign' && '})*'.includes(text))
    return token
  }
}
