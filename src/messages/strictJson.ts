// JSON read as protobuf reads it. `JSON.parse` loses three things silently: of a key that stands twice
// the first value, a number that no double holds, and that a text is no Unicode. They are refused, in
// fields that a message ignores too, since a text that two readers take for two things is neither.
//
// Why not a parser of our own: `JSON.parse` is several times as fast. What it lost shows in what it
// gives: there are fewer keys than the text has, or a number is infinite. Lone surrogates can only be
// written as escapes, in a text that was UTF-8. So a sound request pays for a count of its keys and a
// search for colons (0.3 µs for a check), and only one that looks unsound is gone through token by token.

import { limits, Refusal } from '../terms/index.js'
import { endOfText, type JsonToken, jsonTokens } from './jsonTokens.js'

/**
 * @param text from bytes that were UTF-8
 * @throws Refusal `invalid-argument` for what is not JSON, or could be read as two things
 */
export function parseJson(text: string): unknown {
  const json = parse(text)
  if (!looksSound(text, json)) refuseFault(text)
  return json
}

/** The path of the value that holds the character, or null where the text is no JSON. */
export function jsonPathAt(text: string, index: number): string | null {
  try {
    JSON.parse(text)
  } catch {
    return null
  }
  for (const { depth, start, end, path } of jsonTokens(text)) {
    if (depth > limits.requestDepthMax) return null
    if (start <= index && index < end) return toPlace(path)
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
      : // The parser's message quotes the text, and may cut a character in two.
        error.message.replace(LONE_SURROGATES, '\ufffd')
    throw new Refusal('invalid-argument', `malformed JSON: ${why}`)
  }
}

const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/

function looksSound(text: string, json: unknown): boolean {
  const keys = countKeys(json, limits.requestDepthMax)
  // No text has fewer colons than keys; most have no others.
  const areAll = countColons(text, keys) === keys || keysIn(text) === keys
  return areAll && !(text.includes('\\u') && SURROGATE_ESCAPE.test(text))
}

/** Keys of all objects in the value; NaN if it has an infinite number, or too many levels. */
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

/** Colons in the text, those within texts too; it stops at more than `enough`. */
function countColons(text: string, enough: number): number {
  let colons = 0
  for (let at = text.indexOf(':'); at >= 0 && colons <= enough; at = text.indexOf(':', at + 1)) {
    colons++
  }
  return colons
}

const QUOTE = 0x22
const COLON = 0x3a

/** Keys in a JSON text: as many as colons outside of texts. */
function keysIn(text: string): number {
  let keys = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === COLON) keys++
    else if (unit === QUOTE) at = endOfText(text, at) - 1
  }
  return keys
}

/** @throws Refusal for the first fault, if there is one */
function refuseFault(text: string): void {
  for (const token of jsonTokens(text)) {
    const expected = expectedAt(token)
    if (expected === null) continue
    const found = `\`${shorten(token.source, SHOWN_MAX)}\``
    throw new Refusal(
      'invalid-argument',
      `invalid value at ${toPlace(token.path)}: expected ${expected}, found ${found}`,
    )
  }
}

/** Under the flag `u`, two that belong together are one character and no surrogates. */
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

const toPlace = (path: string): string =>
  path === '' ? 'the body' : `\`${shorten(path.replace(/^\./, ''), PATH_MAX)}\``

/** The beginning of the text, as text that can be told. */
export function shorten(text: string, maximum: number): string {
  const shown = text.length > maximum ? `${text.slice(0, maximum)}…` : text
  return shown.replace(LONE_SURROGATES, '\ufffd')
}
