// A tokenizer that lists the tokens of a JSON text with their paths. Only refusals use it: a faster
// check finds that something is wrong with a text, and the tokens say where.

export interface JsonToken {
  readonly kind: 'key' | 'text' | 'number' | 'open'
  /** The token's own text. */
  readonly source: string
  /** The index of the token's first character. */
  readonly start: number
  /** The index after the token's last character. */
  readonly end: number
  /** The path of the value, or of the value that a key names: `.updates[0].relationship`. */
  readonly path: string
  /** The number of objects and lists around the token. */
  readonly depth: number
  /** Whether the token is a key that its object contains already. */
  readonly repeated: boolean
}

/** An object or a list whose end has not been read yet. */
interface JsonFrame {
  readonly path: string
  readonly keys: Set<string> | null
  /** The key whose value comes next; null where a key comes next. */
  key: string | null
  index: number
}

const ESCAPE = 0x5c
const NUMBER = /-?\d[\d.eE+-]*/y

/** @param text that a JSON parser has accepted */
export function* jsonTokens(text: string): Generator<JsonToken> {
  const frames: JsonFrame[] = []
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    const frame = frames.at(-1)
    const common = { start: at, path: pathOf(frame), depth: frames.length, repeated: false }
    if (sign === '{' || sign === '[') {
      yield { ...common, kind: 'open', source: sign, end: at + 1 }
      const keys = sign === '{' ? new Set<string>() : null
      frames.push({ path: common.path, keys, key: null, index: 0 })
    } else if (sign === '}' || sign === ']') frames.pop()
    else if (sign === ',' && frame !== undefined) {
      frame.key = null
      frame.index++
    } else if (sign === '"') {
      const end = endOfText(text, at)
      const source = text.slice(at, end)
      const isKey = frame !== undefined && frame.keys !== null && frame.key === null
      yield isKey ? keyToken(common, source, frame) : { ...common, kind: 'text', source, end }
      at = end - 1
    } else if (sign === '-' || (sign >= '0' && sign <= '9')) {
      NUMBER.lastIndex = at
      const source = NUMBER.exec(text)?.[0] ?? sign
      yield { ...common, kind: 'number', source, end: at + source.length }
      at += source.length - 1
    }
  }
}

/** The index after the string literal whose opening quote is at `start`. */
export function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let escapes = 0
    while (text.charCodeAt(at - 1 - escapes) === ESCAPE) escapes++
    if (escapes % 2 === 0) return at + 1
  }
}

function keyToken(
  common: Pick<JsonToken, 'start' | 'depth'>,
  source: string,
  frame: JsonFrame,
): JsonToken {
  const key = JSON.parse(source) as string
  const repeated = frame.keys?.has(key) === true
  frame.keys?.add(key)
  frame.key = key
  const { start, depth } = common
  return {
    kind: 'key',
    source,
    start,
    end: start + source.length,
    path: pathOf(frame),
    depth,
    repeated,
  }
}

function pathOf(frame: JsonFrame | undefined): string {
  if (frame === undefined) return ''
  if (frame.keys === null) return `${frame.path}[${frame.index}]`
  return frame.key === null ? frame.path : `${frame.path}.${frame.key}`
}
