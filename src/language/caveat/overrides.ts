// Functions in which the CEL library differs from SpiceDB's CEL, and those that it computes in the
// time zone of the machine: on one with summer time an hour of the year would be another.

import { type CelFunc, CelScalar, celFunc, celMethod, celUint, objectType } from '@bufbuild/cel'
import { create } from '@bufbuild/protobuf'
import { DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt'
import { parseDuration, parseTimestamp, toLocal } from './time.js'

const { BOOL, DOUBLE, INT, STRING, UINT } = CelScalar
const TIMESTAMP = objectType(TimestampSchema)
const DURATION = objectType(DurationSchema)
const DAY_MS = 24 * 3600 * 1000

/** Fields of a moment, from a date whose UTC fields are the local ones. */
const FIELDS: Readonly<Record<string, (local: Date) => number>> = {
  getFullYear: local => local.getUTCFullYear(),
  getMonth: local => local.getUTCMonth(),
  getDate: local => local.getUTCDate(),
  getDayOfMonth: local => local.getUTCDate() - 1,
  getDayOfWeek: local => local.getUTCDay(),
  getDayOfYear: local => (local.getTime() - new Date(local).setUTCMonth(0, 1)) / DAY_MS,
  getHours: local => local.getUTCHours(),
  getMinutes: local => local.getUTCMinutes(),
  getSeconds: local => local.getUTCSeconds(),
  getMilliseconds: local => local.getUTCMilliseconds(),
}

export const overrides: CelFunc[] = [
  ...Object.entries(FIELDS).flatMap(([name, field]) => [
    celMethod(name, TIMESTAMP, [], INT, function () {
      return BigInt(field(toLocal(this.message, 'UTC')))
    }),
    celMethod(name, TIMESTAMP, [STRING], INT, function (zone) {
      return BigInt(field(toLocal(this.message, zone)))
    }),
  ]),
  celMethod('getMilliseconds', DURATION, [], INT, function () {
    return this.message.seconds * 1000n + BigInt(this.message.nanos) / 1_000_000n
  }),
  celFunc('timestamp', [INT], TIMESTAMP, seconds => create(TimestampSchema, { seconds })),
  celFunc('timestamp', [STRING], TIMESTAMP, text =>
    create(TimestampSchema, parseTimestamp(text) ?? unconvertible(text, 'timestamp')),
  ),
  celFunc('duration', [STRING], DURATION, text =>
    create(DurationSchema, parseDuration(text) ?? unconvertible(text, 'duration')),
  ),
  celFunc('duration', [INT], DURATION, count => unconvertible(String(count), 'duration')),
  celFunc(
    'int',
    [STRING],
    INT,
    text => toInteger(text, -(2n ** 63n)) ?? unconvertible(text, 'int'),
  ),
  celFunc('uint', [STRING], UINT, text =>
    celUint(toInteger(text, 0n) ?? unconvertible(text, 'uint')),
  ),
  celFunc('double', [STRING], DOUBLE, text =>
    text === 'NaN' ? Number.NaN : (toDouble(text) ?? unconvertible(text, 'double')),
  ),
  celFunc('bool', [STRING], BOOL, text => toBool(text) ?? unconvertible(text, 'bool')),
  celFunc('string', [DOUBLE], STRING, printDouble),
]

function unconvertible(text: string, type: string): never {
  throw new Error(`\`${text}\` is no \`${type}\``)
}

/** A number of 64 bits: signed if the least one is negative. */
function toInteger(text: string, least: bigint): bigint | null {
  if (!(least < 0n ? /^[+-]?\d+$/ : /^\d+$/).test(text)) return null
  const number = BigInt(text.replace('+', ''))
  return number >= least && number < least + 2n ** 64n ? number : null
}

/** Decimal text, or an infinity; null for anything else. */
export function toDouble(text: string): number | null {
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text)
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : null
}

function toBool(text: string): boolean | null {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true
  return /^(?:0|f|F|false|FALSE|False)$/.test(text) ? false : null
}

const EXPONENT_FROM = 6

/** As Go prints it. */
function printDouble(number: number): string {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? 'NaN' : number > 0 ? '+Inf' : '-Inf'
  const [digits, exponent] = number.toExponential().split('e')
  if (Number(exponent) >= -4 && Number(exponent) < EXPONENT_FROM) return String(number)
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
}
