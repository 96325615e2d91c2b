// The ends of the pieces of schema text that are not tokenized: strings, comments and caveat
// bodies. A caveat body is CEL. To find its closing brace, it suffices to skip whatever can hide a
// brace: comments and strings, which may be plain, raw or triple-quoted.

/** The end of such a piece. */
interface End {
  /** The offset after its last character, closing sign included. */
  readonly at: number
  /** Whether the piece has its closing sign. */
  readonly closed: boolean
}

/**
 * The end of the string whose opening quote is at `start`. A triple-quoted string may span lines.
 * Any other ends with its line at the latest, then unclosed. A backslash escapes the next character
 * unless the string is raw.
 */
export function endOfString(text: string, start: number, raw: boolean): End {
  const quote = text[start]
  const triple = text.startsWith(quote.repeat(3), start)
  const closing = triple ? quote.repeat(3) : quote
  for (let at = start + closing.length; at < text.length; at++) {
    if (text.startsWith(closing, at)) return { at: at + closing.length, closed: true }
    if (!triple && isNewline(text[at])) return { at, closed: false }
    if (text[at] === '\\' && !raw) at++
  }
  return { at: text.length, closed: false }
}

/**
 * The end of the comment at `start`, or null if none starts there. A line comment excludes its
 * newline.
 */
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

/**
 * The start of a line that can only begin the next caveat or definition. A body that goes on up to
 * such a line was never closed.
 */
const NEXT_DECLARATION = /[ \t]*(?:definition|caveat)[ \t]+[\p{L}\p{Nd}_]/uy

/** Characters of a body that neither open nor close anything, and end no line. */
const PLAIN = /[^"'/{}\n\r]+/y
/** The letters of a raw string, directly before its quote. */
const RAW = /(?:^|\W)[bB]?[rR][bB]?$/
const RAW_PREFIX_MAX = 3

/**
 * The brace that closes the body that begins at `start`. For an unclosed body, the offset where
 * parsing can resume.
 */
export function endOfBody(text: string, start: number): End {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const char = text[at]
    if (char === '"' || char === "'") {
      const before = text.slice(Math.max(start, at - RAW_PREFIX_MAX - 1), at)
      at = endOfString(text, at, RAW.test(before)).at - 1
    } else if (char === '/') {
      at = (endOfComment(text, at)?.at ?? at + 1) - 1
    } else if (char === '{') {
      depth++
    } else if (char === '}') {
      if (depth-- === 0) return { at, closed: true }
    } else if (isNewline(char)) {
      NEXT_DECLARATION.lastIndex = at + 1
      if (NEXT_DECLARATION.test(text)) return { at, closed: false }
    } else {
      PLAIN.lastIndex = at
      PLAIN.test(text)
      at = PLAIN.lastIndex - 1
    }
  }
  return { at: text.length, closed: false }
}

export const isNewline = (char: string): boolean => char === '\n' || char === '\r'
