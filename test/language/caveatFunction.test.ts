// What expressions compute: CEL's functions as SpiceDB has them, SpiceDB's own two functions,
// optionals, and failures at run time.

import t from 'tap'
import type { JsonObject } from '../../src/terms/index.js'
import { caveat, outcome, refusal } from './caveatNotation.js'

function holds(declarations: string, context: JsonObject, expressions: readonly string[]): void {
  const parameters = declarations.split(', ').map(parameter => parameter.split(' '))
  for (const expression of expressions) {
    t.test(expression, async t => {
      const used = parameters.filter(([name]) => new RegExp(`\\b${name}\\b`).test(expression))
      const declared = used.map(parameter => parameter.join(' ')).join(', ')
      t.equal(outcome(caveat(declared, expression), context), 'yes')
      t.equal(outcome(caveat(declared, `!(${expression})`), context), 'no')
    })
  }
}

holds('i int, d double', { i: 7, d: 2.5 }, [
  'i + 1 == 8 && i - 1 == 6 && i * 2 == 14 && i / 2 == 3 && i % 4 == 3 && -i == -7',
  'd * 2.0 == 5.0 && d / 2.0 == 1.25 && -d < 0.0 && d / 0.0 > d',
  'i < 8 && i <= 7 && i > 6 && i >= 7 && i != 8 && i == 7.0 && d < 3 && d > 2u',
  'int(d) == 2 && int("-12") == -12 && uint(i) == 7u && double(i) == 7.0 && double("1e3") > 999.0',
  'string(i) == "7" && string(d) == "2.5" && string(100000000.0) == "1e+08" && ' +
    'string(0.00001) == "1e-05"',
  'string(1.0) == "1" && string(double("-Inf")) == "-Inf" && double("NaN") != double("NaN")',
  'type(i) == int && type(d) == double && type([i]) == list && type({i: d}) == map && ' +
    'type(int) == type',
  'i in [1, 7] && i in {7: true} && !(i in []) && 7u in [i] && i in [7.0]',
  '[i, d][1] == d && {"x": i}.x == 7 && {1: d}[1] == 2.5 && {true: i}[true] == 7 && ' +
    '[i][dyn(0.0)] == 7',
  '[i] + [d] == [7, 2.5] && size([i]) == 1 && {"a": 1}.size() == 1 && [[i]] == [[7]]',
  '{"a": [i], "b": {"c": d}} == {"b": {"c": 2.5}, "a": [7]} && {"a": 1} != {"a": 2} && ' +
    '{"a": 1} != {"b": 1}',
  '[1, 2, 3].filter(n, n > 1).map(n, n * i) == [14, 21] && [1, 2].map(n, n > 1, n + i) == [9]',
  '[1, 2].all(n, n < i) && [1, 7].exists(n, n == i) && [1, 7].exists_one(n, n == i) && ' +
    '![7, 7].exists_one(n, n == i)',
  '{"a": 1, "b": 2}.all(k, k in ["a", "b"]) && {1: 2}.exists(k, k == 1)',
  '[1, 2].all(a, [3, 4].exists(b, a + b == 5) || a == i) && [1].map(i, i + 1) == [2]',
])

holds('s string, y bytes', { s: 'grün', y: 'YWJj' }, [
  's.size() == 4 && size("é😀") == 2 && s.startsWith("gr") && s.endsWith("n") && s.contains("rü")',
  's.matches("^g.*n$") && matches(s, "r") && !s.matches("^r")',
  's + "er" == "grüner" && s < "h" && s >= "grün"',
  'y.size() == 3 && y == b"abc" && y + b"d" == b"abcd" && string(y) == "abc" && ' +
    'bytes("abc") == y && y < b"b"',
  'bool("true") && bool("T") && !bool("0") && s == "gr\\u00fcn" && "\\x41\\101" == "AA" && ' +
    "'''a\nb''' == \"a\\nb\"",
  'b"\\xff".size() == 1 && b"é".size() == 2 && r"\\n".size() == 2',
])

holds('at timestamp, len duration', { at: '2024-03-31T00:30:15.25Z', len: '1h30m15.5s' }, [
  'at.getFullYear() == 2024 && at.getMonth() == 2 && at.getDate() == 31 && ' +
    'at.getDayOfMonth() == 30',
  'at.getDayOfWeek() == 0 && at.getDayOfYear() == 90 && at.getHours() == 0 && ' +
    'at.getMinutes() == 30',
  'at.getSeconds() == 15 && at.getMilliseconds() == 250',
  'at.getHours("Europe/Berlin") == 1 && at.getHours("America/New_York") == 20 && ' +
    'at.getDate("America/New_York") == 30',
  'at.getHours("+02:00") == 2 && at.getHours("-01:00") == 23 && ' +
    'at.getMinutes("05:30") == 0 && at.getHours("UTC") == 0',
  'at + duration("2h") > at && at - duration("30m15.25s") == timestamp("2024-03-31T00:00:00Z")',
  'at - timestamp("2024-03-31T00:00:00Z") == duration("30m15.25s") && timestamp(0) < at',
  'timestamp("2024-03-31T02:30:15.25+02:00") == at && int(timestamp(17)) == 17',
  'len.getHours() == 1 && len.getMinutes() == 90 && len.getSeconds() == 5415 && ' +
    'len.getMilliseconds() == 5415500',
  'string(len) == "5415.5s" && len + len == duration("3h31s") && len - len == duration("0")',
  'type(at) == google.protobuf.Timestamp && type(len) == google.protobuf.Duration && ' +
    'at in [at] && len != duration("1h")',
])

holds('m map<any>, empty map<any>', { m: { a: 1, n: null, b: { c: [1] } }, empty: {} }, [
  'm.a == 1 && m["a"] == 1 && m.n == null && has(m.n) && !has(m.z) && has(m.b.c) && "n" in m',
  'm.?a.hasValue() && !m.?z.hasValue() && m.?z.orValue(5) == 5 && m[?"a"].value() == 1',
  'm.?b.c == optional.of([1]) && m.?z.c.d == optional.none() && m.b[?"z"].or(m.?a).value() == 1',
  'm.?b.?c[0].value() == 1 && [1][?5].orValue(3) == 3 && !has(m.?z.y)',
  'm.?a.optMap(v, v + 1.0).value() == 2 && m.?z.optMap(v, v + 1).orValue(9) == 9',
  'm.?b.optFlatMap(v, v.?c) == optional.of([1]) && optional.ofNonZeroValue(0) == optional.none()',
  'optional.ofNonZeroValue("x").hasValue() && !optional.ofNonZeroValue([]).hasValue() && ' +
    '!optional.ofNonZeroValue(empty).hasValue()',
  '[?m.?a, ?m.?z, 2] == [1, 2] && {?"a": m.?a, ?"z": m.?z} == {"a": 1}',
  '{"a": 1}.isSubtreeOf(m) && empty.isSubtreeOf(m) && !m.isSubtreeOf(empty) && m.isSubtreeOf(m)',
  '{"b": {}}.isSubtreeOf(m) && {"b": {"c": [1]}}.isSubtreeOf(m) && ' +
    '!{"b": {"c": [2]}}.isSubtreeOf(m) && !{"a": {}}.isSubtreeOf(m)',
])

t.test('addresses lie in prefixes of their own family', async t => {
  const inCidr = caveat('ip ipaddress, cidr string', 'ip.in_cidr(cidr)')
  const rows: readonly [string, string, string][] = [
    ['10.1.2.3', '10.0.0.0/8', 'yes'],
    ['11.1.2.3', '10.0.0.0/8', 'no'],
    ['10.1.2.3', '10.9.9.9/8', 'yes'],
    ['10.1.2.3', '10.1.2.3/32', 'yes'],
    ['10.1.2.4', '10.1.2.3/32', 'no'],
    ['10.1.2.3', '0.0.0.0/0', 'yes'],
    ['::1', '0.0.0.0/0', 'no'],
    ['10.1.2.3', '::/0', 'no'],
    ['::1', '::/0', 'yes'],
    ['2001:db8::1', '2001:db8::/32', 'yes'],
    ['2001:db9::1', '2001:db8::/32', 'no'],
    ['::ffff:10.1.2.3', '10.0.0.0/8', 'yes'],
    ['::ffff:a01:203', '10.0.0.0/8', 'yes'],
    ['::ffff:10.1.2.3', '::/0', 'no'],
    ['fe80::1%eth0', 'fe80::/10', 'no'],
  ]
  for (const [ip, cidr, expected] of rows)
    t.equal(outcome(inCidr, { ip, cidr }), expected, `${ip} ${cidr}`)
  const bad = [
    'bad',
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '::/129',
    'fe80::%eth0/10',
    '10.0.0/8',
  ]
  for (const cidr of bad) {
    t.match(
      refusal(inCidr, { ip: '10.1.2.3', cidr }).message,
      `\`${cidr}\` is no prefix of addresses`,
    )
  }
})

t.test('fields of timestamps do not depend on the time zone of the machine', async t => {
  const before = process.env.TZ
  t.teardown(() => {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  })
  process.env.TZ = 'Europe/Berlin'
  const condition = caveat('at timestamp', 'at.getHours() == 2 && at.getDayOfYear() == 90')
  t.equal(outcome(condition, { at: '2024-03-31T02:30:00Z' }), 'yes', 'an hour that Berlin skips')
})

t.test('a failure at run time names the caveat', async t => {
  const rows: readonly [
    parameters: string,
    expression: string,
    context: JsonObject,
    message: RegExp,
  ][] = [
    ['i int', 'i / 0 == 1', { i: 1 }, /divide by zero/],
    ['i int', 'i % 0 == 1', { i: 1 }, /modulus by zero/],
    ['i int', 'i + 9223372036854775807 > 0', { i: 1 }, /overflow/],
    ['i int', '-i > 0', { i: '-9223372036854775808' }, /overflow/],
    ['m map<int>', 'm.a == 1', { m: {} }, /no key `a` in the map/],
    ['m map<any>', 'has(m.a.b)', { m: {} }, /no key `a` in the map/],
    ['l list<int>', 'l[3] == 1', { l: [1] }, /no position 3 in a list of 1/],
    ['l list<int>', 'l[-1] == 1', { l: [1] }, /no position -1 in a list of 1/],
    ['x any', 'x[0] == 1', { x: 'abc' }, /only maps have fields/],
    ['x any', 'x[0.5] == 1', { x: [1] }, /a position in a list is a whole number/],
    ['x any', 'x + 1 == 2', { x: 1 }, /found no matching overload/],
    ['x any', 'x && true', { x: 1 }, /a value is no bool/],
    ['x any', 'x ? true : false', { x: 1 }, /a value is no bool/],
    ['x any', 'x.all(e, e)', { x: 1 }, /`all` needs a list or a map/],
    ['x list<any>', 'x.filter(e, e) == []', { x: [1] }, /a value is no bool/],
    ['x any', '1 in x', { x: 1 }, /`in` needs a list or a map/],
    ['x any', 'x.in_cidr("::/0")', { x: '::' }, /`in_cidr` needs an ipaddress/],
    ['x any', 'x.isSubtreeOf(x)', { x: 1 }, /`isSubtreeOf` needs two maps/],
    ['x any', 'x.orValue(1) == 1', { x: 1 }, /a value is no optional/],
    ['x any', '[?x] == []', { x: 1 }, /a value is no optional/],
    ['x any', '{x: 1} == {}', { x: [1] }, /a value is no key/],
    ['x any', 'x.or(optional.of(1)) == x', { x: 1 }, /a value is no optional/],
    ['m map<int>', 'm.?a.value() == 1', { m: {} }, /there is no optional value/],
    ['s string', 'int(s) == 1', { s: '' }, /`` is no `int`/],
    ['s string', 'uint(s) == 1u', { s: '+1' }, /`\+1` is no `uint`/],
    ['s string', 'double(s) == 1.0', { s: '0x1' }, /`0x1` is no `double`/],
    ['s string', 'bool(s)', { s: 'tRUE' }, /`tRUE` is no `bool`/],
    ['s string', 'duration(s) == duration("1h")', { s: '1d' }, /`1d` is no `duration`/],
    [
      's string',
      'timestamp(s) == timestamp(0)',
      { s: '2024-02-30T00:00:00Z' },
      /is no `timestamp`/,
    ],
    ['s string', 's.matches("(")', { s: 'x' }, /error parsing regexp/],
    ['at timestamp', 'at.getHours("Nowhere") == 1', { at: '2024-01-01T00:00:00Z' }, /Nowhere/],
  ]
  for (const [parameters, expression, context, message] of rows) {
    const refused = refusal(caveat(parameters, expression), context)
    t.equal(refused.code, 'caveat-evaluation', expression)
    t.match(refused.message, message)
    t.match(refused.message, /^caveat `c` cannot be evaluated: /)
    t.strictSame(refused.metadata, { caveat_name: 'c' })
  }
})

t.test('work is bounded', async t => {
  const l = Array.from({ length: 5000 }, (_, i) => i)
  const hostile: readonly string[] = [
    'l.all(a, l.all(b, l.all(c, a + b + c >= 0)))',
    'l.map(a, l).map(b, l.map(c, l)) == l.map(a, l).map(b, l.map(c, l))',
    '(l + l + l + l + l + l + l + l + l + l + l + l).size() == 0',
    'l.exists(a, 1 / 0 == 1 || l.exists(b, 1 / 0 == 1))',
    `l == [] || "a".matches("${'a'.repeat(20_000)}")`,
    `l == [] || l.exists(a, "${'a'.repeat(90_000)}".contains("b"))`,
  ]
  for (const expression of hostile) {
    t.match(
      refusal(caveat('l list<int>', expression), { l }).message,
      /takes more than 100000 steps/,
      expression.slice(0, 60),
    )
  }
  t.equal(outcome(caveat('l list<int>', 'l.map(a, a + 1).exists(b, b == 5000)'), { l }), 'yes')
})

t.test('a caveat keeps what it was compiled from', async t => {
  const condition = caveat('a int, b list<string>', '\n  a == 1 && b == [] // so\n')
  t.equal(condition.name, 'c')
  t.equal(condition.expression, 'a == 1 && b == [] // so')
  t.strictSame(condition.parameters, [
    { name: 'a', type: 'int' },
    { name: 'b', type: 'list<string>' },
  ])
})
