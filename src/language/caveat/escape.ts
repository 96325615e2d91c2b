// What CEL's string and bytes literals stand for. In a string an escape is a code point; in bytes,
// where only octal and hexadecimal ones may stand for more than signs, it is one byte. Every end of a
// line is `\n`, however the text at hand ends its lines.

import { SyntaxFault } from './syntaxFault.js'

/** Plain text; an escaped sign; a number of two hexadecimal or three octal digits; a code point. */
const PIECE =
  /([^\\]+)|\\(?:([abfnrtv\\?"'`])|[xX]([0-9a-fA-F]{2})|([0-3][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|)/g
const SIGNS: Readonly<Record<string, string>> = {
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
 * The text of a string literal, from what stands between its quotes; `offset` is the place of that.
 * @throws SyntaxFault
 */
export function decodeText(literal: string, raw: boolean, offset: number): string {
  if (raw) return unixLines(literal)
  return readPieces(literal, offset, true, {
    text: unixLines,
    number: code => String.fromCharCode(code),
  }).join('')
}

/**
 * The bytes of a bytes literal, likewise.
 * @throws SyntaxFault
 */
export function decodeBytes(literal: string, raw: boolean, offset: number): Uint8Array {
  const encoder = new TextEncoder()
  if (raw) return encoder.encode(unixLines(literal))
  const parts = readPieces<readonly number[]>(literal, offset, false, {
    text: piece => [...encoder.encode(unixLines(piece))],
    number: byte => [byte],
  })
  return Uint8Array.from(parts.flat())
}

const unixLines = (text: string): string => text.replace(/\r\n?/g, '\n')

interface Reader<Part> {
  text(piece: string): Part
  number(value: number): Part
}

function readPieces<Part>(
  literal: string,
  offset: number,
  codePoints: boolean,
  reader: Reader<Part>,
): Part[] {
  return Array.from(literal.matchAll(PIECE), piece => {
    const [whole, plain, sign, hex, octal, short, long] = piece
    if (plain !== undefined) return reader.text(plain)
    if (sign !== undefined) return reader.text(SIGNS[sign] ?? sign)
    if (hex !== undefined) return reader.number(Number.parseInt(hex, 16))
    if (octal !== undefined) return reader.number(Number.parseInt(octal, 8))
    const point = Number.parseInt(short ?? long, 16)
    if (codePoints && point <= CODE_POINT_MAX) return reader.text(String.fromCodePoint(point))
    const start = offset + piece.index
    const found = literal.slice(piece.index, piece.index + Math.max(2, whole.length))
    const place = { start, end: start + found.length }
    throw new SyntaxFault(`found \`${found}\`, which is not an escape`, place)
  })
}
