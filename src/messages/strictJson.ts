// A JSON parser as strict as protobuf's. `JSON.parse` silently accepts three things that lose
// information: a repeated key, a number that no double can hold, and a string with lone surrogates.
// They are refused, also in fields that a message ignores, because two readers could understand
// such a text differently.
//
// The parser is built on `JSON.parse`, which is several times as fast as one written in TypeScript.
// What `JSON.parse` lost shows in its result: it has fewer keys than the text, or an infinite
// number. Lone surrogates can only be written as escapes, because the text was UTF-8. A sound
// request therefore costs a count of its keys and a search for colons (0.3 µs for a check). Only a
// text that looks unsound is read token by token.

import { limits, Refusal } from '../terms/index.js'
import { endOfText, type JsonToken, jsonTokens } from './jsonTokens.js'

/**
 * @param text from bytes that were UTF-8
 * @throws Refusal `invalid-argument` for text that is not JSON, or that is ambiguous
 */
export function parseJson(text: string): unknown {
  const json = parse(text)
  if (!looksSound(text, json)) refuseFault(text)
  return json
}

/** The path of the value that contains the character, or null where the text is not JSON. */
export function jsonPathAt(text: string, index: number): string | null {
  try {
    JSON.parse(text)
  } catch {
    return null
  }
  for (const { depth, start, end, path } of jsonTokens(text)) {
    if (depth > limits.requestDepthMax) return null
    if (start <= index && index < end) return toLocation(path)
  }
  return null
}

const BYTE_ORDER_MARK = '\ufeff'

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const why = text.startsWith(BYTE_ORDER_MARK)
      ? 'it begins with a byte order mark'
      : // The parser's message quotes the text, and may cut a surrogate pair in two.
        error.message.replace(LONE_SURROGATES, '\ufffd')
    throw new Refusal('invalid-argument', `malformed JSON: ${why}`)
  }
}

const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/

function looksSound(text: string, json: unknown): boolean {
  const keys = countKeys(json, limits.requestDepthMax)
  // Every key has a colon, and most texts have no other colons, so the cheap count usually decides.
  const areAll = countColons(text, keys) === keys || keysIn(text) === keys
  return areAll && !(text.includes('\\u') && SURROGATE_ESCAPE.test(text))
}

/** The number of keys in all objects; NaN for an infinite number or too many levels of nesting. */
function countKeys(json: unknown, depthLeft: number): number {
  if (typeof json === 'number') return Number.isFinite(json) ? 0 : Number.NaN
  if (typeof json !== 'object' || json === null) return 0
  if (depthLeft === 0) return Number.NaN
  let keys = 0
  if (Array.isArray(json)) {
    for (let index = 0; index < json.length; index++) keys += countKeys(json[index], depthLeft - 1)
  } else {
    const object = json as Readonly<Record<string, unknown>>
    for (const key in object) keys += 1 + countKeys(object[key], depthLeft - 1)
  }
  return keys
}

/** The number of colons in the text, also within strings. Counting stops above `enough`. */
function countColons(text: string, enough: number): number {
  let colons = 0
  for (let at = text.indexOf(':'); at >= 0 && colons <= enough; at = text.indexOf(':', at + 1)) {
    colons++
  }
  return colons
}

const QUOTE = 0x22
const COLON = 0x3a

/** The number of keys in a JSON text, which is the number of colons outside of strings. */
function keysIn(text: string): number {
  let keys = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === COLON) keys++
    else if (unit === QUOTE) at = endOfText(text, at) - 1
  }
  return keys
}

/** Refuses the first fault of the text, if there is one. @throws Refusal `invalid-argument` */
function refuseFault(text: string): void {
  for (const token of jsonTokens(text)) {
    const expected = expectedAt(token)
    if (expected === null) continue
    const found = `\`${shorten(token.source, SHOWN_MAX)}\``
    throw new Refusal(
      'invalid-argument',
      `invalid value at ${toLocation(token.path)}: expected ${expected}, found ${found}`,
    )
  }
}

/** Under the flag `u`, a surrogate pair is one character, so only lone surrogates match. */
const LONE_SURROGATES = /\p{Cs}/gu

function expectedAt({ kind, source, depth, repeated }: JsonToken): string | null {
  switch (kind) {
    case 'open':
      return depth < limits.requestDepthMax
        ? null
        : `at most ${limits.requestDepthMax} levels of nesting`
    case 'number':
      return Number.isFinite(Number(source)) ? null : 'a number that a double can hold'
    case 'key':
      if (repeated) return 'each key once'
      return isWellFormed(JSON.parse(source)) ? null : 'a key without lone surrogates'
    case 'text':
      return isWellFormed(JSON.parse(source)) ? null : 'a text without lone surrogates'
  }
}

const isWellFormed = (text: string): boolean => text.search(LONE_SURROGATES) < 0

const SHOWN_MAX = 40
const PATH_MAX = 200

const toLocation = (path: string): string =>
  path === '' ? 'the body' : `\`${shorten(path.replace(/^\./, ''), PATH_MAX)}\``

/** The beginning of the text, well-formed, for use in a message. */
export function shorten(text: string, maximum: number): string {
  const shown = text.length > maximum ? `${text.slice(0, maximum)}…` : text
  return shown.replace(LONE_SURROGATES, '\ufffd')
}
