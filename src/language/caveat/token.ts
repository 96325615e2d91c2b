// The lexer of CEL: the expression as a list of tokens, each with its range and, for literals, its
// value. The two dotted type names that caveats need are single tokens.

import { celUint } from '@bufbuild/cel'
import { decodeBytes, decodeText } from './escape.js'
import type { TextRange } from './expression.js'
import { SyntaxFault } from './syntaxFault.js'
import type { Value } from './value.js'

/** One token of an expression. */
export interface CaveatToken extends TextRange {
  /**
   * The kind of token. `quoted` is a field name between backticks, which may contain characters
   * that a word may not.
   */
  readonly kind: 'word' | 'quoted' | 'literal' | 'symbol' | 'end'
  readonly text: string
  /**
   * The value of a literal, else null. The parser, which knows the minus sign, refuses integers out
   * of range.
   */
  readonly value: Value
}

const BLANK = /(?:\s+|\/\/[^\n]*)+/y
const STRING = /([rRbB]{0,2})("""|'''|"|')/y
/** Hexadecimal, decimal with fraction, decimal with exponent, fraction only, or a plain integer. */
const NUMBER = new RegExp(
  [
    /0[xX][0-9a-fA-F]+[uU]?/,
    /\d+\.\d+(?:[eE][+-]?\d+)?/,
    /\d+[eE][+-]?\d+/,
    /\.\d+(?:[eE][+-]?\d+)?/,
    /\d+[uU]?/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
)
const WORD = /google\.protobuf\.(?:Timestamp|Duration)\b|[A-Za-z_]\w*/y
const QUOTED = /`[\w.\-/ ]+`/y
const SYMBOL = /==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()[\]{}]/y
const UINT_MAX = 2n ** 64n - 1n

/** Signs of other languages for CEL's operators, for suggestions. */
const FOREIGN = new Map([
  ['=', '=='],
  ['&', '&&'],
  ['|', '||'],
])

/**
 * All tokens. The last one has the kind `end`.
 * @throws SyntaxFault also for more than `max` tokens
 */
export function tokenize(text: string, max: number): readonly CaveatToken[] {
  const tokens: CaveatToken[] = []
  for (let at = skip(text, 0); at < text.length; at = skip(text, tokens[tokens.length - 1].end)) {
    const token = read(text, at)
    if (tokens.length >= max) {
      throw new SyntaxFault(`found over ${max} words and signs, expected at most that`, token)
    }
    tokens.push(token)
  }
  const end = text.trimEnd().length
  tokens.push({ kind: 'end', text: '', value: null, start: end, end })
  return tokens
}

/**
 * The token that starts at `start`.
 * @throws SyntaxFault
 */
function read(text: string, start: number): CaveatToken {
  const opening = match(STRING, text, start)
  if (opening !== null && !/(.)\1/i.test(opening[1])) return readString(text, start, opening)
  const word = match(WORD, text, start)
  if (word !== null) return token('word', word[0], start)
  const quoted = match(QUOTED, text, start)
  if (quoted !== null) return token('quoted', quoted[0], start)
  const number = match(NUMBER, text, start)
  if (number !== null) return readNumber(number[0], start)
  const symbol = match(SYMBOL, text, start)
  if (symbol !== null) return token('symbol', symbol[0], start)
  const found = String.fromCodePoint(text.codePointAt(start) ?? 0)
  const meant = FOREIGN.get(found)
  const expected = meant === undefined ? 'an expression or an operator' : `\`${meant}\``
  throw new SyntaxFault(`found \`${found}\`, expected ${expected}`, {
    start,
    end: start + found.length,
  })
}

function readString(text: string, start: number, opening: RegExpExecArray): CaveatToken {
  const [whole, prefix, quote] = opening
  const raw = /r/i.test(prefix)
  const from = start + whole.length
  let at = from
  while (!text.startsWith(quote, at)) {
    const ended = at >= text.length || (quote.length === 1 && /[\r\n]/.test(text[at]))
    if (ended) {
      const range = { start, end: Math.min(at, text.length) }
      throw new SyntaxFault(`found a string without its end, expected \`${quote}\``, range)
    }
    at += text[at] === '\\' && !raw ? 2 : 1
  }
  const end = at + quote.length
  const decode = /b/i.test(prefix) ? decodeBytes : decodeText
  const value = decode(text.slice(from, at), raw, from)
  return { kind: 'literal', text: text.slice(start, end), value, start, end }
}

function readNumber(text: string, start: number): CaveatToken {
  const literal = token('literal', text, start)
  if (/^(?!0x).*[.e]/i.test(text)) {
    if (!Number.isFinite(Number(text))) throw tooLarge(literal, 'double')
    return { ...literal, value: Number(text) }
  }
  const unsigned = /u$/i.test(text)
  const value = BigInt(unsigned ? text.slice(0, -1) : text)
  if (unsigned && value > UINT_MAX) throw tooLarge(literal, 'uint')
  return { ...literal, value: unsigned ? celUint(value) : value }
}

/** The fault of a number that its type cannot hold. */
export const tooLarge = (literal: CaveatToken, type: string): SyntaxFault =>
  new SyntaxFault(`found \`${literal.text}\`, too large for \`${type}\``, literal)

const token = (kind: CaveatToken['kind'], text: string, start: number): CaveatToken => ({
  kind,
  text,
  value: null,
  start,
  end: start + text.length,
})

/** The offset after blanks and comments. */
const skip = (text: string, at: number): number => at + (match(BLANK, text, at)?.[0].length ?? 0)

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
