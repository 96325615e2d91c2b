// Characters to tokens, pulled one at a time, because what comes next depends on the reader: `use`
// turns identifiers into keywords from there on, and a caveat's body is not ours to read (`body`).
//
// A newline ends a statement when the last token could end one: a word, `}`, `)` or `*`. Everywhere
// else it is blank. Comments belong to the token that follows them.

import { refuseExcess } from './bounds.js'
import { endOfBody, endOfComment, endOfString, isNewline } from './quoting.js'
import type { Report } from './report.js'
import type { SourceRange } from './source.js'
import type { Name } from './syntax.js'

export interface SchemaToken extends SourceRange {
  /** `invalid` has been reported already. */
  readonly kind: 'identifier' | 'keyword' | 'string' | 'sign' | 'terminator' | 'invalid' | 'end'
  readonly text: string
  /** With their markers, in the order of the text. */
  readonly comments: readonly string[]
  /** Whether the token is the first one on its line. */
  readonly leads: boolean
}

const KEYWORDS = ['definition', 'caveat', 'relation', 'permission', 'nil', 'with']
/** Far longer than any name may be; what is longer is read as several words, in little time each. */
const WORD = /[\p{L}\p{Nd}_]{1,4096}/uy
const NO_COMMENTS: readonly string[] = []

export class Lexer {
  readonly #text: string
  readonly #report: Report
  /** Characters of comments and blanks before one token. */
  readonly #gapMax: number
  readonly #keywords = new Set(KEYWORDS)
  #at = 0
  #comments: string[] = []
  #leads = true
  #endsStatement = false
  #truncated = false

  constructor(text: string, gapMax: number, report: Report) {
    this.#text = text
    this.#gapMax = gapMax
    this.#report = report
  }

  /** Whether an unterminated comment took the rest of the text, so that its ends are missing. */
  get truncated(): boolean {
    return this.#truncated
  }

  /** From the next token on, these words are keywords. */
  promote(words: readonly string[]): void {
    for (const word of words) this.#keywords.add(word)
  }

  next(): SchemaToken {
    const newline = this.#skipBlanks()
    const start = this.#at
    if (newline) return this.#token('terminator', start + 1)
    if (start === this.#text.length) return this.#token('end', start)
    const sign = this.#text[start]
    if (sign === ';') return this.#token('terminator', start + 1)
    if (sign === '"' || sign === "'") return this.#string()
    WORD.lastIndex = start
    if (!WORD.test(this.#text)) return this.#sign()
    const keyword = this.#keywords.has(this.#text.slice(start, WORD.lastIndex))
    return this.#token(keyword ? 'keyword' : 'identifier', WORD.lastIndex)
  }

  /**
   * The raw text from here to the brace that closes a caveat's body, which is the next token then.
   * Null when nothing closes it: that is reported, and reading goes on at the next definition.
   */
  body(open: SourceRange): Name | null {
    const start = this.#at
    const end = endOfBody(this.#text, start)
    this.#at = end.at
    this.#comments = []
    if (end.closed) return { text: this.#text.slice(start, end.at), start, end: end.at }
    this.#unterminated('body', 'expected `}`', open)
    return null
  }

  /** Passes blanks and comments; whether it stopped at a newline that ends a statement. */
  #skipBlanks(): boolean {
    const start = this.#at
    const end = start + this.#gapMax
    for (; this.#at < this.#text.length; this.#at++) {
      if (this.#at > end) {
        const found = { max: this.#gapMax, what: 'characters of comments and blanks before a word' }
        refuseExcess(this.#report, 'comment-too-long', found, { start, end: start + 1 })
      }
      const sign = this.#text[this.#at]
      if (isNewline(sign)) {
        this.#leads = true
        if (this.#endsStatement) return true
      } else if (sign === '/') {
        if (!this.#skipComment()) return false
      } else if (sign !== ' ' && sign !== '\t') {
        return false
      }
    }
    return false
  }

  /** Stops at the comment's last character. */
  #skipComment(): boolean {
    const start = this.#at
    const end = endOfComment(this.#text, start)
    if (end === null) return false
    if (!end.closed) {
      this.#truncated = true
      this.#unterminated('comment', 'expected `*/`', { start, end: start + 2 })
    }
    this.#comments.push(this.#text.slice(start, end.at))
    this.#at = end.at - 1
    return true
  }

  #string(): SchemaToken {
    const start = this.#at
    const { at: end, closed } = endOfString(this.#text, start, false)
    if (closed) return this.#token('string', end)
    this.#unterminated('string', 'expected its closing quote', { start, end })
    return this.#token('invalid', end)
  }

  #sign(): SchemaToken {
    const start = this.#at
    const long = ['->', '...'].find(sign => this.#text.startsWith(sign, start))
    const length = long?.length ?? String.fromCodePoint(this.#text.codePointAt(start)!).length
    return this.#token('sign', start + length)
  }

  #unterminated(what: string, expected: string, at: SourceRange): void {
    const message = `found a ${what} that does not end, ${expected}`
    this.#report.add({ class: 'parse', code: `unterminated-${what}`, message, at })
  }

  #token(kind: SchemaToken['kind'], end: number): SchemaToken {
    const start = this.#at
    const text = this.#text.slice(start, end)
    const comments = this.#comments.length === 0 ? NO_COMMENTS : this.#comments
    const token: SchemaToken = { kind, text, start, end, comments, leads: this.#leads }
    this.#at = end
    if (comments !== NO_COMMENTS) this.#comments = []
    this.#leads = kind === 'terminator' && text !== ';'
    this.#endsStatement =
      kind === 'identifier' || kind === 'keyword' || (kind === 'sign' && '})*'.includes(text))
    return token
  }
}
