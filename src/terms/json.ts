// JSON values, of which caveat contexts and free metadata are made.

import { compareTexts } from './order.js'

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

export type JsonObject = { readonly [key: string]: JsonValue }

/** The value as text. Keys are sorted, so that equal values have the same text. */
export function printJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, part: JsonValue) =>
    isJsonObject(part) ? sorted(part) : part,
  )
}

const isJsonObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const sorted = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).sort(([a], [b]) => compareTexts(a, b)))

/** Bytes of the value as compact JSON in UTF-8. Every size limit on JSON is measured like this. */
export const jsonBytes = (value: JsonValue): number => utf8Bytes(JSON.stringify(value))

/**
 * Bytes of well-formed text in UTF-8. Counting is cheaper than encoding, and every request pays.
 */
export function utf8Bytes(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) bytes += unit <= 0x7ff || isSurrogate(unit) ? 1 : 2
  }
  return bytes
}

/** Whether the unit is half of a surrogate pair, which is two units and four bytes. */
const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff
