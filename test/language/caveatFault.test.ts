// Malformed caveats, with the message for each: what was found, where, and what was expected.

import t from 'tap'
import { limits } from '../../src/terms/index.js'
import { compile, faults } from './caveatNotation.js'

/** An expression over `PARAMETERS`, with the part at fault between `«` and `»`, and the message. */
type Row = readonly [expression: string, message: string]

const PARAMETERS =
  'i int, u uint, d double, s string, b bool, y bytes, l list<int>, m map<int>, x any, ' +
  'at timestamp, len duration, ip ipaddress'

const SYNTAX: readonly Row[] = [
  ['b &&«» ', 'found the end, expected an expression after `&&`'],
  ['«»', 'found the end, expected an expression'],
  ['«»  \n ', 'found the end, expected an expression'],
  ['b // and that is all\n &&«» ', 'found the end, expected an expression after `&&`'],
  ['i == «)»', 'found `)`, expected an expression after `==`'],
  ['(b«» ', 'found the end, expected `)` to close `(`'],
  ['(b «]»', 'found `]`, expected `)` to close `(`'],
  ['l[0 == 1«»', 'found the end, expected `]` to close `[`'],
  ['[1, 2 «3»] == l', 'found `3`, expected `]` or `,` after what stands in `[`'],
  ['{"a" «,» 1}', 'found `,`, expected `:` after the key'],
  ['size(l «:» 1)', 'found `:`, expected `)` or `,` after what stands in `(`'],
  ['b ? i == 1«»', 'found the end, expected `:` to go on after `?`'],
  ['b «i»', 'found `i`, expected an operator or the end'],
  ['b «and» b', 'found `and`, expected `&&`'],
  ['b «constructor»', 'found `constructor`, expected an operator or the end'],
  ['b «or» b', 'found `or`, expected `||`'],
  ['i «=» 1', 'found `=`, expected `==`'],
  ['b «&» b', 'found `&`, expected `&&`'],
  ['b «|» b', 'found `|`, expected `||`'],
  ['i == 1«;»', 'found `;`, expected an expression or an operator'],
  ['s == "😀" && «👍»', 'found `👍`, expected an expression or an operator'],
  ['s == «"abc»', 'found a string without its end, expected `"`'],
  ["s == «'abc»\n'", "found a string without its end, expected `'`"],
  ['s == «"""abc"»', 'found a string without its end, expected `"""`'],
  ['s == "a«\\q»"', 'found `\\q`, which is not an escape'],
  ['s == "«\\u»12"', 'found `\\u`, which is not an escape'],
  ['s == "«\\U00110000»"', 'found `\\U00110000`, which is not an escape'],
  ['y == b"«\\u00e9»"', 'found `\\u00e9`, which is not an escape'],
  ['i == «9223372036854775808»', 'found `9223372036854775808`, too large for `int`'],
  ['i == -«9223372036854775809»', 'found `9223372036854775809`, too large for `int`'],
  ['uint(i) == «18446744073709551616u»', 'found `18446744073709551616u`, too large for `uint`'],
  ['d == «1e400»', 'found `1e400`, too large for `double`'],
  ['i == «if»', 'found `if`, expected another name (it is a reserved word)'],
  ['m.«)»', 'found `)`, expected a field or a method after `.`'],
  ['«has(m)»', '`has` takes one field, such as `has(a.b)`'],
  ['«has(m.a, m.b)»', '`has` takes one field, such as `has(a.b)`'],
  ['l.all(«x.y», b)', 'expected a variable: a plain name'],
  ['l.«all»(x)', 'found `all` with 1 operand, expected a variable and an expression'],
  [
    'l.«map»(x)',
    'found `map` with 1 operand, expected a variable, if need be a condition, and an expression',
  ],
  ['b ? b «?» b : b : b', 'found `?`, expected `:` to go on after `?`'],
  [
    'len == google.protobuf.Duration«{»seconds: 1}',
    'found `{`, expected an operator (messages cannot be written out; `duration("1h")` ' +
      'and the like can)',
  ],
]

const TYPES: readonly Row[] = [
  ['«undeclared» == 1', 'found `undeclared`, which is not declared, expected one of `i`'],
  ['«i + s» == 1', 'found `int + string`, expected `int + int`'],
  ['«s < i»', 'found `string < int`, expected `string < string`'],
  ['«1 < i < 3»', 'found `bool < int`, expected `bool < bool`'],
  ['«!s»', 'found `!string`, expected `!bool`'],
  ['«-s» == 1', 'found `-string`, expected `-int` or `-double`'],
  ['«i == s»', 'found `int == string`, expected two values of one type'],
  ['«i != null»', 'found `int != null`, expected two values of one type'],
  [
    '«at == "2024-02-29T12:00:00Z"»',
    'found `timestamp == string`, expected two values of one type',
  ],
  ['«len > "1h"»', 'found `duration > string`, expected `duration > duration`'],
  ['«s in l»', 'found `string in list<int>`, expected on the right a list or a map of such values'],
  ['«i in m»', 'found `int in map<int>`, expected on the right a list or a map of such values'],
  ['«i in i»', 'found `int in int`, expected on the right a list or a map of such values'],
  ['«foo(i)» == 1', 'there is no function `foo`'],
  ['«i.foo()» == 1', 'there is no method `foo`'],
  ['«s.startWith("x")»', 'there is no method `startWith` (did you mean `startsWith`?)'],
  ['«l.existsOne(x, true)»', 'there is no method `existsOne` (did you mean `exists_one`?)'],
  ['«size(s, s)» == 1', 'found `size(string, string)`, expected `size(string)`'],
  [
    '«size(i)» == 1',
    'found `size(int)`, expected `size(bytes)` or `size(list<any>)` or `size(string)` or ' +
      '`size(map<any, any>)`',
  ],
  ['«s.matches()»', 'found `string.matches()`, expected `string.matches(string)`'],
  ['«ip.in_cidr(i)»', 'found `ipaddress.in_cidr(int)`, expected `ipaddress.in_cidr(string)`'],
  [
    '«s.in_cidr("10.0.0.0/8")»',
    'found `string.in_cidr(string)`, expected `ipaddress.in_cidr(string)`',
  ],
  [
    '«l.isSubtreeOf(m)»',
    'found `list<int>.isSubtreeOf(map<int>)`, expected `map<any>.isSubtreeOf(map<any>)`',
  ],
  ['«i.field» == 1', 'found field `field` of `int`, expected a map'],
  ['«at.seconds» == 1', 'found field `seconds` of `timestamp`, expected a map'],
  ['«has(l.a)»', 'found field `a` of `list<int>`, expected a map'],
  ['«i[0]» == 1', 'found a key of `int`, expected a list or a map'],
  ['l[«s»] == 1', 'found `list<int>[string]`, expected `list<int>[int]`'],
  ['m[«i»] == 1', 'found `map<int>[int]`, expected `map<int>[string]`'],
  ['«i».all(x, true)', 'found `all` of `int`, expected a list or a map'],
  ['l.all(e, «e»)', 'found `int` in `all`, expected `bool`'],
  ['l.filter(e, «e») == l', 'found `int` in `filter`, expected `bool`'],
  ['l.map(e, «e», e) == l', 'found `int` as a condition, expected `bool`'],
  ['l.exists(e, «e == s»)', 'found `int == string`, expected two values of one type'],
  ['l.exists(e, true) && «e» == 1', 'found `e`, which is not declared, expected one of `i`'],
  ['b && «i»', 'found `int` in `&&`, expected `bool`'],
  ['«i» || b', 'found `int` in `||`, expected `bool`'],
  ['«i» ? b : b', 'found `int` before `?`, expected `bool`'],
  ['(«b ? i : s») == 1', 'found `int` or `string`, expected one type'],
  ['«i».orValue(1) == 1', 'found `int`, expected an optional value'],
  ['m.?a.orValue(«s») == 1', 'found `int` or `string`, expected one type'],
  ['«i + 1»', 'the expression results in `int`, expected `bool`'],
  ['«x»', 'the expression results in `any`, expected `bool`'],
  ['«m»', 'the expression results in `map<int>`, expected `bool`'],
]

/** An expression that uses every parameter, so that the tested fault is the only one. */
const USES =
  '[i == 0, u == 0, d < 0.0, s == "", b, y == b"", l == [], m == {}, x == 0, at == at, ' +
  'len == len, ip == ip] == []'

function check(rows: readonly Row[]): void {
  for (const [marked, message] of rows) {
    t.test(marked.replace(/\n/g, '\\n'), async t => {
      const expression = marked.replace(/[«»]/g, '')
      const found = faults(PARAMETERS, expression).filter(({ code }) => !/unused/.test(code))
      const fault = found[0]
      const start = marked.indexOf('«')
      t.equal(found.length, 1)
      t.ok(fault.message.startsWith(message), `${fault.message}\n${message}`)
      t.equal(fault.class, 'parse')
      t.strictSame([fault.offset, fault.offset + fault.length], [start, marked.indexOf('»') - 1])
    })
  }
}

check(SYNTAX)
check(TYPES)

t.test('an expression without faults in SpiceDB has none here', async t => {
  t.strictSame(faults(PARAMETERS, USES), [])
  const sound = [
    'i in [1, "x"]',
    'i in [1, 2u]',
    '[1, i, 2.0].size() == 3',
    '{"a": 1, 2: i}.size() == 2',
    '(b ? i : dyn("x")) == 1',
    'at == null',
    'ip == null',
    'l == []',
    'm == {}',
    'l + [] == l',
    'type(i) == int && type(at) == google.protobuf.Timestamp',
    'x.y.z == 1 && x[0] == 1 && x["a"] == x && x + 1 > x && -x == x && !x && x.size() == 1',
    'x.all(e, e) && x.startsWith(x) && x in x',
    'm.?a.optMap(v, v + 1).orValue(i) == 1 && m[?"a"].hasValue()',
    'optional.of(i).or(optional.none()).value() == 1',
    '[?m.?a, i] == l && {?"a": m.?a, "b": i} == m',
    'l.all(e, l.exists(f, e < f)) && l.exists_one(e, e == i)',
    '[[]][0].exists(e, e == i)',
    'm.a == 1',
    '.i == 1 && -i < 0 && !!b && --i == i && - 1 < i && i == 0x1F && i == -0x1',
    'd == 1e3 || d == .5 || d == 1.5E-3',
    "s == r'\\d' || s == R\"\\\\\" || y == rb'\\x' || y == bR'x' || y == b'\\xff\\101é'",
    "s == '\\x41\\u00e9\\101\\U0001F600\\n\\`' || s == '''a\n'b''' || s == \"\"\"\"x\"\"\"",
    'b ? b : b ? b : b',
    'i == 1 // a comment\n',
    'matches(s, "a+") && s.matches("a+")',
    'm["a"] == i && {1: i}[1] == 1',
    'uint(i) == 1u && u > 3 && u == 5',
    'at - at == len && at + len > at && at.getHours("Europe/Berlin") == 1',
  ]
  for (const expression of sound) {
    t.strictSame(faults(PARAMETERS, `${expression} || ${USES}`), [], expression)
  }
})

t.test('numbers compare across their types, more freely than SpiceDB admits', async t => {
  for (const expression of ['d < 1', 'd == 1', 'i >= 1.5', 'u == 3u', 'i in [1.5]']) {
    t.strictSame(faults(PARAMETERS, `${expression} || ${USES}`), [], expression)
  }
})

t.test('all faults are reported in one pass', async t => {
  const found = faults('a int, b string, spare bool', 'a + b == 1 && b < a && c')
  t.strictSame(
    found.map(({ class: kind, code, offset }) => [kind, code, offset]),
    [
      ['parse', 'caveat-no-such-overload', 0],
      ['parse', 'caveat-no-such-overload', 14],
      ['parse', 'caveat-undeclared-name', 23],
      ['type', 'unused-caveat-parameter', 0],
    ],
  )
})

t.test('only the first of thousands of faults are reported, and of thousands of names', async t => {
  const parameters = Array.from({ length: 2000 }, (_, i) => `p${i} bool`).join(', ')
  const uses = Array.from({ length: 2000 }, (_, i) => `p${i}`).join(' && ')
  const found = faults(parameters, `${uses} && ${'nothing && '.repeat(2000)}nothing`)
  t.equal(found.length, limits.violationsMax)
  t.ok(found[0].message.length < 200, found[0].message)
  t.strictSame(faults(parameters, `${uses} && ${'[1].all(p, p == p) && '.repeat(2000)}true`), [])
})

t.test('types stay small, however they are nested', async t => {
  const nested = `[a]${'.map(b, {b: b})'.repeat(100)}`
  t.strictSame(faults('a int', `${nested} == ${nested}`), [])
  t.ok(faults('a int', `${nested} == 1`)[0].message.length < 3000)
})

t.test('an undeclared name comes with the one that may be meant', async t => {
  const [fault] = faults('amount int', 'amuont > 1')
  t.equal(
    fault.message,
    'found `amuont`, which is not declared (did you mean `amount`?), expected one of `amount`',
  )
  t.match(faults('', 'a')[0].message, /expected no name: there are no parameters$/)
})

t.test('an unused parameter is a type error that names it', async t => {
  const [fault, ...more] = faults('used int, spare bool', ' used == 1 ')
  t.strictSame(more, [])
  t.equal(fault.class, 'type')
  t.equal(fault.code, 'unused-caveat-parameter')
  t.equal(fault.message, 'parameter `spare` for caveat `c` is unused')
  t.strictSame(fault.metadata, { caveat_name: 'c', parameter_name: 'spare' })
})

t.test('a type that does not exist is a fault of its parameter', async t => {
  const [fault, ...more] = faults('a integer, b list', 'a == 1 || b == []')
  t.equal(fault.code, 'unknown-parameter-type')
  t.match(fault.message, /^parameter `a` has the type `integer`, expected `any`, /)
  t.strictSame(
    [fault, ...more].map(({ metadata }) => metadata.parameter_name),
    ['a', 'b'],
  )
})

t.test('an expression may be as long as SpiceDB allows, and no longer', async t => {
  const filled = `a == "${'x'.repeat(limits.caveatExpressionMax - 7)}"`
  t.ok(compile('a string', ` ${filled}\n`).ok)
  t.equal(faults('a string', `${filled} `.replace('x', 'xx'))[0].code, 'caveat-too-long')
})

t.test('depth is bounded, width is not', async t => {
  const deep: readonly string[] = [
    `${'('.repeat(9000)}a${')'.repeat(9000)}`,
    '('.repeat(90_000),
    `${'1+'.repeat(9000)}1 == 1`,
    `a${'.x'.repeat(9000)}`,
    `a${'[0]'.repeat(9000)}`,
    `${'a ? a : '.repeat(9000)}a`,
    `${'[1].all(a, '.repeat(5000)}a${')'.repeat(5000)}`,
    `${'!(-('.repeat(9000)}`,
    `${'{1:'.repeat(9000)}`,
  ]
  for (const expression of deep) {
    t.match(
      faults('a any', expression)[0].message,
      /nested over 250 levels/,
      expression.slice(0, 9),
    )
  }
  t.strictSame(faults('a bool', `${'!'.repeat(90_000)}a`), [])
  t.strictSame(faults('a bool', `${'a || '.repeat(15_000)}a`), [])
  t.strictSame(faults('a int', `a in [${'1,'.repeat(40_000)}]`), [])
  t.strictSame(faults('a bool', `${'('.repeat(100)}a${')'.repeat(100)}`), [])
  t.strictSame(faults('a int', `a${' + 1'.repeat(249)} == 1`), [])
  t.strictSame(faults('a any', `a${'.b'.repeat(249)} == 1`), [])
})
