// The results of cel-go for expressions, set up as in SpiceDB. Each row holds an expression and
// what cel-go 0.32 printed for it, or that it failed there. Parameters are written as in a JSON
// context.

import t from 'tap'
import type { JsonObject } from '../../src/terms/index.js'
import { caveat, outcome } from './caveatNotation.js'

const FAILS = 'fails'

/** The result as the literal that it equals, or that the evaluation fails. */
type Row = readonly [expression: string, result: string]

function check(topic: string, rows: readonly Row[]): void {
  t.test(topic, async t => {
    for (const [expression, result] of rows) {
      const fails = result === FAILS
      const condition = caveat('', fails ? `dyn(${expression}) == 1` : `${expression} == ${result}`)
      t.equal(outcome(condition, {}), fails ? 'refused: caveat-evaluation' : 'yes', expression)
    }
  })
}

function checkTexts(type: string, rows: readonly (readonly [value: string, text: string])[]): void {
  t.test(`the text of a ${type}`, async t => {
    const condition = caveat(`p ${type}, text string`, 'string(p) == text')
    for (const [p, text] of rows) t.equal(outcome(condition, { p, text }), 'yes', p)
  })
}

checkTexts('duration', [
  ['1500ms', '1.5s'],
  ['-1.5s', '-1.5s'],
  ['1h', '3600s'],
  ['0', '0s'],
  ['1ns', '0.000000001s'],
  ['-100ns', '-0.0000001s'],
  ['999us', '0.000999s'],
  ['1234567.891234567s', '1234567.891234567s'],
  ['2562047h47m16.854775807s', '9223372036.854776s'],
  ['-2562047h47m16.854775808s', '-9223372036.854776s'],
])

checkTexts('timestamp', [
  ['2026-01-31T09:30:00.500Z', '2026-01-31T09:30:00.5Z'],
  ['2026-01-31T09:30:00Z', '2026-01-31T09:30:00Z'],
  ['2026-01-31T09:30:00.000000001Z', '2026-01-31T09:30:00.000000001Z'],
  ['1969-12-31T23:59:59.25Z', '1969-12-31T23:59:59.25Z'],
  ['0999-05-05T05:05:05.05Z', '0999-05-05T05:05:05.05Z'],
  ['2026-01-31T09:30:00.5+01:00', '2026-01-31T09:30:00.5+01:00'],
  ['2026-01-31T09:30:00-00:30', '2026-01-31T09:30:00-00:30'],
  ['2026-01-31T09:30:00+00:00', '2026-01-31T09:30:00Z'],
  ['2026-01-31T9:30:00,5Z', '2026-01-31T09:30:00.5Z'],
  ['2026-01-31T09:30:00+23:60', '2026-01-31T09:30:00+24:00'],
  ['0000-12-31T23:59:59Z', '0000-12-31T23:59:59Z'],
  ['9999-12-31T23:59:59-01:00', '9999-12-31T23:59:59-01:00'],
])

check('arithmetic of times keeps the offset, within the years 1 to 9999 and 292 years', [
  [
    'string(timestamp("2026-01-31T09:30:00+01:00") + duration("1h"))',
    '"2026-01-31T10:30:00+01:00"',
  ],
  [
    'string(duration("1h") + timestamp("2026-01-31T09:30:00-00:30"))',
    '"2026-01-31T10:30:00-00:30"',
  ],
  ['timestamp("2026-01-31T09:30:00+01:00")', 'timestamp("2026-01-31T08:30:00Z")'],
  ['timestamp("9999-12-31T23:59:59Z") + duration("1s")', FAILS],
  ['timestamp("9999-12-31T23:59:59Z") - timestamp("0001-01-01T00:00:00Z")', FAILS],
  ['duration("9223372036854775807ns") + duration("1ns")', FAILS],
  ['timestamp("9999-12-31T23:59:59-01:00")', FAILS],
  ['timestamp("0000-12-31T23:59:59Z")', FAILS],
  ['timestamp("2026-01-31T09:30:00,5Z")', FAILS],
  ['timestamp("2026-01-31T09:30:00+24:00")', FAILS],
  ['timestamp("2026-06-30T23:59:60Z")', FAILS],
  ['timestamp(253402300800)', FAILS],
  ['int(timestamp("1969-12-31T23:59:59.9Z"))', '-1'],
  ['int(duration("-1.5s"))', '-1500000000'],
  ['-dyn(duration("1s"))', 'duration("-1s")'],
  ['duration("0.33333333333333333h")', 'duration("20m0s")'],
  ['duration("-9223372036854775808ns").getMinutes()', '-153722867'],
  ['duration("9223372036854775808ns")', FAILS],
  ['duration("99999999999999999999s")', FAILS],
])

const moment = 'timestamp("2024-03-31T00:30:15.25Z")'
check('time zones are names as the tz database spells them, or hours and minutes', [
  [`${moment}.getHours("-7:00")`, '17'],
  [`${moment}.getHours("+7:00")`, '7'],
  [`${moment}.getHours("02:5")`, '2'],
  [`${moment}.getMinutes("-00:30")`, '0'],
  [`${moment}.getMinutes("5:30")`, '0'],
  [`${moment}.getHours("")`, '0'],
  [`${moment}.getHours("Local")`, '0'],
  [`${moment}.getHours("America/New_York")`, '20'],
  [`${moment}.getHours("US/Pacific")`, '17'],
  [`${moment}.getHours("Africa/Dar_es_Salaam")`, '3'],
  ['timestamp("0001-01-01T00:00:00Z").getFullYear("America/New_York")', '0'],
  ['timestamp("1883-11-18T16:00:00Z").getSeconds("America/New_York")', '58'],
  ...['+24:00', '00:60', '-99:99', '1:2:3', 'aa:bb', ':30', '12:', 'UTC+01:00'].map(zone => {
    return [`${moment}.getHours("${zone}")`, FAILS] as const
  }),
  ...['utc', 'america/new_york', 'us/pacific', 'AMERICA/NEW_YORK', 'PST', 'Nowhere'].map(zone => {
    return [`${moment}.getHours("${zone}")`, FAILS] as const
  }),
])

check('texts are in the order of their code points', [
  ['"\\uffff" < "\\U0001F600"', 'true'],
  ['"\\U0001F600" >= "\\ue000"', 'true'],
  ['"\\U0001F600" < "\\U0001F601"', 'true'],
  ['"a" < "ab" && "a" <= "a" && "B" < "a" && "e\\u0301" < "\\u00e9"', 'true'],
  ['"\\ud7ff" < "\\ue000" && "\\ud7ff" < "\\U00010000"', 'true'],
  ['string(b"\\xef\\xbb\\xbfx") == "\\ufeffx"', 'true'],
  ['string(b"\\xed\\xa0\\x80")', FAILS],
])

check('numbers are converted, computed and compared as in Go', [
  ['string(-0.0)', '"-0"'],
  ['string(1234567.0)', '"1.234567e+06"'],
  ['string(0.0001)', '"0.0001"'],
  ['string(double("nan"))', '"NaN"'],
  ['double("1_000")', '1000.0'],
  ['double("0x1.8p1")', '3.0'],
  ['double("1__0")', FAILS],
  ['double("1_e5")', FAILS],
  ['double("1e400")', FAILS],
  ['double("-0x1p-1074") < 0.0', 'true'],
  ['int("+1")', '1'],
  ['int("9223372036854775808")', FAILS],
  ['int(9223372036854775807.0)', FAILS],
  ['uint(-0.5)', FAILS],
  ['-9223372036854775808 % -1', FAILS],
  ['18446744073709551615u / 1u', '18446744073709551615u'],
  ['18446744073709551615u / 0u', FAILS],
  ['dyn(9007199254740993) == dyn(9007199254740992.0)', 'true'],
  ['dyn(9223372036854775807) == dyn(9223372036854775808.0)', 'true'],
  ['dyn(9007199254740993) < dyn(9007199254740992.0)', 'false'],
  ['double("NaN") < dyn("a")', 'false'],
])

check('what has no fields has none, and the last of equal keys counts', [
  ['has(dyn(1).a)', 'false'],
  ['dyn("s").?a', 'optional.none()'],
  ['dyn(1)[?0]', 'optional.none()'],
  ['dyn([1]).?a', FAILS],
  ['dyn(1).a', FAILS],
  ['optional.of(1).hasValue() && optional.of(dyn(1)).a == optional.none()', 'true'],
  ['{"a": 1, "a": 2}', '{"a": 2}'],
  ['{"a": 1, ?"a": optional.none()}', '{}'],
  ['optional.ofNonZeroValue(duration("0"))', 'optional.none()'],
  ['optional.ofNonZeroValue(timestamp("0001-01-01T00:00:00Z"))', 'optional.none()'],
  ['type(optional.none()) == optional_type', 'true'],
  ['{"a b": {"c-d": 1}}.`a b`.?`c-d`.orValue(2)', '1'],
  ['has({"a/b": 1}.`a/b`)', 'true'],
  ["'''a\r\nb\rc''' == \"a\\nb\\nc\" && size(b'''\r\n''') == 1", 'true'],
])

t.test('an address of IPv4 is the same, mapped or not', async t => {
  const condition = caveat('a ipaddress, b ipaddress', 'a == b && a in [b]')
  const rows: readonly JsonObject[] = [
    { a: '10.0.0.1', b: '::ffff:10.0.0.1' },
    { a: '::ffff:a00:1', b: '::ffff:10.0.0.1' },
    { a: '::ffff:10.0.0.1%eth0', b: '10.0.0.1' },
  ]
  for (const row of rows) t.equal(outcome(condition, row), 'yes', JSON.stringify(row))
  t.equal(outcome(condition, { a: '::10.0.0.1', b: '10.0.0.1' }), 'no')
})

t.test('a whole number in a text is read exactly', async t => {
  const condition = caveat('p int, text string', 'string(p) == text')
  const rows = [
    ['9223372036854775807.0', '9223372036854775807'],
    ['90071992547409930e-1', '9007199254740993'],
    ['.1e1', '1'],
    ['-0.0', '0'],
  ]
  for (const [p, text] of rows) t.equal(outcome(condition, { p, text }), 'yes', p)
  for (const p of ['1e-400', '15e-1', '9223372036854775808.0', '1e999999999']) {
    t.equal(outcome(condition, { p, text: p }), 'refused: caveat-parameter-type', p)
  }
})
