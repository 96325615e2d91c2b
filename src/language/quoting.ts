// Where texts end that are not read sign by sign: strings, comments, and the bodies of caveats. A
// body is CEL; to find its closing brace one only has to pass over what may hide a brace: strings
// (plain, raw, between three quotes) and comments.

interface End {
  /** Past the last character of the text, closing sign included. */
  readonly at: number
  readonly closed: boolean
}

/**
 * The end of the string whose opening quote stands at `start`. Between three quotes it may span
 * lines; else it ends, unclosed, with its line. A backslash takes the next character along unless
 * the string is raw.
 */
export function endOfString(text: string, start: number, raw: boolean): End {
  const quote = text[start]
  const long = text.startsWith(quote.repeat(3), start)
  const closing = long ? quote.repeat(3) : quote
  for (let at = start + closing.length; at < text.length; at++) {
    if (text.startsWith(closing, at)) return { at: at + closing.length, closed: true }
    if (!long && isNewline(text[at])) return { at, closed: false }
    if (text[at] === '\\' && !raw) at++
  }
  return { at: text.length, closed: false }
}

/** The end of the comment at `start`, or null if none starts there. The newline is not part of it. */
export function endOfComment(text: string, start: number): End | null {
  if (text.startsWith('/*', start)) {
    const close = text.indexOf('*/', start + 2)
    return close < 0 ? { at: text.length, closed: false } : { at: close + 2, closed: true }
  }
  if (!text.startsWith('//', start)) return null
  let at = start
  while (at < text.length && !isNewline(text[at])) at++
  return { at, closed: true }
}

/** A line that can only begin the next caveat or definition: the body before it was not closed. */
const NEXT_TOP = /[ \t]*(?:definition|caveat)[ \t]+[\p{L}\p{Nd}_]/uy

/** Characters of a body that neither open nor close anything, and end no line. */
const PLAIN = /[^"'/{}\n\r]+/y
/** The letters of a raw string, directly before its quote. */
const RAW = /(?:^|\W)[bB]?[rR][bB]?$/
const RAW_PREFIX_MAX = 3

/** The position of the brace that closes the body at `start`, or where reading goes on. */
export function endOfBody(text: string, start: number): End {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const sign = text[at]
    if (sign === '"' || sign === "'") {
      const before = text.slice(Math.max(start, at - RAW_PREFIX_MAX - 1), at)
      at = endOfString(text, at, RAW.test(before)).at - 1
    } else if (sign === '/') {
      at = (endOfComment(text, at)?.at ?? at + 1) - 1
    } else if (sign === '{') {
      depth++
    } else if (sign === '}') {
      if (depth-- === 0) return { at, closed: true }
    } else if (isNewline(sign)) {
      NEXT_TOP.lastIndex = at + 1
      if (NEXT_TOP.test(text)) return { at, closed: false }
    } else {
      PLAIN.lastIndex = at
      PLAIN.test(text)
      at = PLAIN.lastIndex - 1
    }
  }
  return { at: text.length, closed: false }
}

export const isNewline = (sign: string): boolean => sign === '\n' || sign === '\r'
