// Functions of the CEL library that SpiceDB's CEL defines differently, replaced by SpiceDB's
// definition.

import { type CelFunc, CelScalar, type CelUint, celFunc, celUint, objectType } from '@bufbuild/cel'
import { DurationSchema } from '@bufbuild/protobuf/wkt'
import { convertDouble, parseInteger, printDouble } from './number.js'
import { compareTexts } from './text.js'

const { BOOL, BYTES, DOUBLE, INT, STRING, UINT } = CelScalar

export const overrides: CelFunc[] = [
  celFunc('duration', [INT], objectType(DurationSchema), count =>
    unconvertible(String(count), 'duration'),
  ),
  celFunc('int', [STRING], INT, toInt),
  celFunc('uint', [STRING], UINT, toUint),
  celFunc('double', [STRING], DOUBLE, toDouble),
  celFunc('bool', [STRING], BOOL, toBool),
  celFunc('string', [DOUBLE], STRING, printDouble),
  celFunc('string', [BYTES], STRING, toText),
  celFunc('_%_', [INT, INT], INT, remainder),
  celFunc('_/_', [UINT, UINT], UINT, quotient),
  celFunc('_<_', [STRING, STRING], BOOL, (a, b) => compareTexts(a, b) < 0),
  celFunc('_<=_', [STRING, STRING], BOOL, (a, b) => compareTexts(a, b) <= 0),
  celFunc('_>_', [STRING, STRING], BOOL, (a, b) => compareTexts(a, b) > 0),
  celFunc('_>=_', [STRING, STRING], BOOL, (a, b) => compareTexts(a, b) >= 0),
]

function unconvertible(text: string, type: string): never {
  throw new Error(`\`${text}\` is no \`${type}\``)
}

function toInt(text: string): bigint {
  const number = parseInteger(text)
  return number !== null && BigInt.asIntN(64, number) === number
    ? number
    : unconvertible(text, 'int')
}

function toUint(text: string): CelUint {
  const number = /^\d/.test(text) ? parseInteger(text) : null
  return number !== null && BigInt.asUintN(64, number) === number
    ? celUint(number)
    : unconvertible(text, 'uint')
}

function toDouble(text: string): number {
  return convertDouble(text) ?? unconvertible(text, 'double')
}

function toBool(text: string): boolean {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true
  return /^(?:0|f|F|false|FALSE|False)$/.test(text) ? false : unconvertible(text, 'bool')
}

/** A decoder that keeps a byte order mark at the start, as CEL does. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function toText(bytes: Uint8Array): string {
  return utf8.decode(bytes)
}

/** The remainder. The least integer divided by -1 overflows, so there is no remainder either. */
function remainder(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new Error('modulus by zero')
  if (b === -1n && a === -(2n ** 63n)) throw new Error('integer overflow')
  return a % b
}

function quotient(a: CelUint, b: CelUint): CelUint {
  if (b.value === 0n) throw new Error('divide by zero')
  return celUint(a.value / b.value)
}
