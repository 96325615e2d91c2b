// The decoding of CEL's string and bytes literals. In a string, a numeric escape denotes a code
// point. In bytes, it denotes one byte, and Unicode escapes are not allowed. Line ends become `\n`,
// so that the line ends of the schema text do not matter.

import { SyntaxFault } from './syntaxFault.js'

/**
 * What may follow the backslash: an escaped character, a number of two hexadecimal or three octal
 * digits, or a code point.
 */
const ESCAPES: readonly RegExp[] = [
  /([abfnrtv\\?"'`])/,
  /[xX]([0-9a-fA-F]{2})/,
  /([0-3][0-7]{2})/,
  /u([0-9a-fA-F]{4})/,
  /U([0-9a-fA-F]{8})/,
]
/**
 * One piece of a literal: plain text, or a backslash with an escape. A backslash alone is no valid
 * escape.
 */
const PIECE = new RegExp(
  `([^\\\\]+)|\\\\(?:${ESCAPES.map(({ source }) => source).join('|')}|)`,
  'g',
)
const ESCAPED_CHARACTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
const CODE_POINT_MAX = 0x10ffff

/**
 * The string that a literal denotes.
 * @param literal the text between the quotes
 * @param offset the offset of that text in the expression
 * @throws SyntaxFault
 */
export function decodeText(literal: string, raw: boolean, offset: number): string {
  if (raw) return unixLines(literal)
  return convertPieces(literal, offset, true, {
    text: unixLines,
    number: code => String.fromCharCode(code),
  }).join('')
}

/**
 * The bytes that a literal denotes, with the same parameters.
 * @throws SyntaxFault
 */
export function decodeBytes(literal: string, raw: boolean, offset: number): Uint8Array {
  const encoder = new TextEncoder()
  if (raw) return encoder.encode(unixLines(literal))
  const parts = convertPieces<readonly number[]>(literal, offset, false, {
    text: piece => [...encoder.encode(unixLines(piece))],
    number: byte => [byte],
  })
  return Uint8Array.from(parts.flat())
}

const unixLines = (text: string): string => text.replace(/\r\n?/g, '\n')

/** The conversion of the pieces of a literal. */
interface PieceConverter<Part> {
  text(piece: string): Part
  number(value: number): Part
}

/**
 * Converts the pieces of a literal one by one.
 * @throws SyntaxFault
 */
function convertPieces<Part>(
  literal: string,
  offset: number,
  codePoints: boolean,
  converter: PieceConverter<Part>,
): Part[] {
  return Array.from(literal.matchAll(PIECE), piece => {
    const [whole, plain, character, hex, octal, short, long] = piece
    if (plain !== undefined) return converter.text(plain)
    if (character !== undefined) return converter.text(ESCAPED_CHARACTERS[character] ?? character)
    if (hex !== undefined) return converter.number(Number.parseInt(hex, 16))
    if (octal !== undefined) return converter.number(Number.parseInt(octal, 8))
    const point = Number.parseInt(short ?? long, 16)
    if (codePoints && point <= CODE_POINT_MAX) return converter.text(String.fromCodePoint(point))
    const start = offset + piece.index
    const found = literal.slice(piece.index, piece.index + Math.max(2, whole.length))
    const range = { start, end: start + found.length }
    throw new SyntaxFault(`found \`${found}\`, which is not an escape`, range)
  })
}
