// JSON as a value: what caveat contexts and free metadata are made of.

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

export type JsonObject = { readonly [key: string]: JsonValue }

const encoder = new TextEncoder()

/** Bytes of the value as compact JSON in UTF-8: the measure of every size limit on JSON. */
export function jsonBytes(value: JsonValue): number {
  return encoder.encode(JSON.stringify(value)).length
}
