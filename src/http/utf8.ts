// Bytes to text. What is not UTF-8 is refused: read somehow, the names of two users become one.

import { isUtf8 } from 'node:buffer'
import { jsonPathAt } from '../messages/index.js'
import { Refusal } from '../terms/index.js'

/**
 * The text of a body, which is to be JSON.
 * @throws Refusal `invalid-argument` that tells the first wrong byte, and where it is
 */
export function toText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString()
  const text = bytes.toString()
  const offset = firstDifference(bytes, Buffer.from(text))
  const path = jsonPathAt(text, bytes.subarray(0, offset).toString().length)
  const place = path === null ? `offset ${offset}` : path
  throw new Refusal(
    'invalid-argument',
    `malformed JSON: expected UTF-8, found byte 0x${bytes[offset].toString(16)} at ${place}`,
  )
}

/** Bytes that are not UTF-8 were replaced by those of U+FFFD. */
function firstDifference(bytes: Buffer, read: Buffer): number {
  const offset = bytes.findIndex((byte, at) => byte !== read[at])
  return offset < 0 ? bytes.length - 1 : offset
}
