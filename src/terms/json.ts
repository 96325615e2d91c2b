// JSON as a value: what caveat contexts and free metadata are made of.

import { compareTexts } from './order.js'

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

export type JsonObject = { readonly [key: string]: JsonValue }

/** The value as text, the same for equal values: keys are in the order of their names. */
export function printJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, part: JsonValue) =>
    isJsonObject(part) ? sorted(part) : part,
  )
}

const isJsonObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const sorted = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).sort(([a], [b]) => compareTexts(a, b)))

/** Bytes of the value as compact JSON in UTF-8: the measure of every size limit on JSON. */
export const jsonBytes = (value: JsonValue): number => utf8Bytes(JSON.stringify(value))

/** Bytes of well-formed text in UTF-8: counted without encoding it, as every question is measured. */
export function utf8Bytes(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) bytes += unit <= 0x7ff || isSurrogate(unit) ? 1 : 2
  }
  return bytes
}

/** A pair of surrogates is two units and four bytes. */
const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff
