// Functions in which the CEL library differs from SpiceDB's CEL, and those that it computes in the
// time zone of the machine: on one with summer time an hour of the year would be another.

import {
  type CelFunc,
  CelScalar,
  type CelUint,
  celFunc,
  celMethod,
  celUint,
  objectType,
} from '@bufbuild/cel'
import { create } from '@bufbuild/protobuf'
import { DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt'
import { parseDouble, parseInteger, printDouble } from './number.js'
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
  celFunc('int', [STRING], INT, toInt),
  celFunc('uint', [STRING], UINT, toUint),
  celFunc('double', [STRING], DOUBLE, toDouble),
  celFunc('bool', [STRING], BOOL, toBool),
  celFunc('string', [DOUBLE], STRING, printDouble),
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
  return text === 'NaN' ? Number.NaN : (parseDouble(text) ?? unconvertible(text, 'double'))
}

function toBool(text: string): boolean {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true
  return /^(?:0|f|F|false|FALSE|False)$/.test(text) ? false : unconvertible(text, 'bool')
}
