// Decoding of bodies. Malformed UTF-8 is refused, since replacing it would turn the names of two
// users into the same one.

import { isUtf8 } from 'node:buffer'
import { jsonPathAt } from '../messages/index.js'
import { Refusal } from '../terms/index.js'

/**
 * The text of a body, which should be JSON.
 * @throws Refusal `invalid-argument` with the first wrong byte and its position
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

/** The offset of the first wrong byte. Decoding has replaced it by U+FFFD. */
function firstDifference(bytes: Buffer, read: Buffer): number {
  const offset = bytes.findIndex((byte, i) => byte !== read[i])
  return offset < 0 ? bytes.length - 1 : offset
}
