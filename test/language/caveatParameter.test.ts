// Each parameter type: what it accepts from JSON, what it refuses, and how an expression sees the
// value.

import t from 'tap'
import { parseParameterType } from '../../src/language/caveat/parameterType.js'
import type { JsonValue } from '../../src/terms/index.js'
import { caveat, outcome, refusal } from './caveatNotation.js'

interface Row {
  readonly type: string
  /** An expression over `p` that every admitted value makes true. */
  readonly holds: string
  readonly takes: readonly JsonValue[]
  readonly refuses: readonly JsonValue[]
}

const ROWS: readonly Row[] = [
  { type: 'any', holds: 'p == p', takes: [1, 'x', null, true, [1, [2]], { a: {} }], refuses: [] },
  { type: 'bool', holds: 'p', takes: [true], refuses: ['true', 1, null] },
  { type: 'string', holds: 'p == "1"', takes: ['1'], refuses: [1, null, true, ['1']] },
  {
    type: 'int',
    holds: 'p == 7',
    takes: [7, '7', '+7', '7.0', '0.7e1'],
    refuses: [7.5, '7.5', 'seven', '', ' 7', '0x7', true, null, [7], '9223372036854775808', 1e30],
  },
  { type: 'int', holds: 'p == -9223372036854775808', takes: ['-9223372036854775808'], refuses: [] },
  { type: 'int', holds: 'p > 9007199254740992', takes: ['9007199254740993'], refuses: [] },
  {
    type: 'uint',
    holds: 'p > 3 && p + 1 > 4 && p != 3',
    takes: [7, '7'],
    refuses: [-1, '-1', 1.5, '18446744073709551616', null],
  },
  {
    type: 'uint',
    holds: 'uint(p) == 18446744073709551615u',
    takes: ['18446744073709551615'],
    refuses: [],
  },
  {
    type: 'double',
    holds: 'p >= 0.5',
    takes: [0.5, 1, '0.5', '.5', '5e-1', '1', 'Inf', '+Infinity'],
    refuses: ['x', '', 'NaN', '1_0', true, null],
  },
  {
    type: 'bytes',
    holds: 'p == b"abc"',
    takes: ['YWJj', 'YWJj\n'],
    refuses: ['YWJ', 'YW-_', 'Y', 'YQ=a', 1, null],
  },
  {
    type: 'duration',
    holds: 'p == duration("90m")',
    takes: ['1h30m', '1.5h', '90m', '+5400s', '5400000ms', '1h29m59.999s1ms'],
    refuses: ['', '90', '1d', '1h 30m', '.h', 'h', '1h-1m', '1e3s', '2562048h', 5400, null],
  },
  {
    type: 'duration',
    holds: 'p == duration("-2us")',
    takes: ['-2us', '-2µs', '-2μs', '-.002ms'],
    refuses: [],
  },
  { type: 'duration', holds: 'p == duration("0")', takes: ['0', '-0', '0s'], refuses: [] },
  {
    type: 'timestamp',
    holds: 'p == timestamp("2024-02-29T12:00:00Z")',
    takes: ['2024-02-29T12:00:00Z', '2024-02-29T13:00:00+01:00', '2024-02-29T11:30:00.000-00:30'],
    refuses: [
      '2023-02-29T12:00:00Z',
      '2024-02-29 12:00:00Z',
      '2024-02-29T12:00:00',
      '2024-02-29t12:00:00z',
      '2024-02-29T24:00:00Z',
      '2024-02-29T12:00:60Z',
      '2024-13-01T12:00:00Z',
      '2024-02-29',
      '',
      1709208000,
      null,
    ],
  },
  {
    type: 'ipaddress',
    holds: 'p == p && !p.in_cidr("192.168.0.0/16")',
    takes: [
      '10.0.0.1',
      '::',
      '::1',
      'FE80::1%eth0',
      '1:2:3:4:5:6:7:8',
      '1:2:3:4:5:6:7::',
      '::1.2.3.4',
    ],
    refuses: [
      '',
      'x',
      '10.0.0',
      '10.0.0.256',
      '10.0.0.01',
      '1::2::3',
      '12345::',
      '1:2:3:4:5:6:7:8::',
      '1:2:3:4:5:6:7',
      '::1%',
      '::1.2.3.256',
      `::${'1'.repeat(50_000)}`,
      1,
      null,
    ],
  },
  {
    type: 'list<int>',
    holds: 'p == [1, 2]',
    takes: [[1, '2']],
    refuses: ['1', [1, 'x'], [null], {}, null],
  },
  {
    type: 'map<int>',
    holds: 'p == {"a": 1}',
    takes: [{ a: 1 }],
    refuses: [[1], { a: 'x' }, 'a', null],
  },
  {
    type: 'map<list<any>>',
    holds: 'p.a[0] == 1 && p["a"][1].b == null',
    takes: [{ a: [1, { b: null }] }],
    refuses: [{ a: {} }, { a: null }],
  },
  {
    type: 'list<map<list<uint>>>',
    holds: 'p[0].a[0] == 1',
    takes: [[{ a: [1] }]],
    refuses: [[{ a: [-1] }]],
  },
  {
    type: 'map<int>',
    holds: 'p.__proto__ == 1',
    takes: [JSON.parse('{"__proto__": 1}')],
    refuses: [],
  },
]

for (const { type, holds, takes, refuses } of ROWS) {
  t.test(`${type}: takes and refuses what SpiceDB does, where ${holds}`, async t => {
    const condition = caveat(`p ${type}`, holds)
    for (const p of takes) {
      t.equal(outcome(condition, { p }), 'yes', JSON.stringify(p))
      t.equal(condition.contextFault({ p }), null)
    }
    for (const p of refuses) {
      t.equal(outcome(condition, { p }), 'refused: caveat-parameter-type', JSON.stringify(p))
      t.type(condition.contextFault({ p }), 'string')
    }
    t.equal(outcome(condition, {}), 'missing p')
  })
}

t.test('a wrong value is reported with its position and with what was expected', async t => {
  const condition = caveat('tags map<list<int>>, unneeded bool', 'true || unneeded || tags.a == []')
  const wrong = refusal(condition, { tags: { a: [1, 'x'] } })
  t.equal(
    wrong.message,
    'parameter `tags` of caveat `c`: at `a`, at `1`, found `"x"`, expected a whole ' +
      'number, or its text',
  )
  t.strictSame(wrong.metadata, { caveat_name: 'c', parameter_name: 'tags' })
  t.equal(refusal(condition, { unneeded: 1 }).metadata.parameter_name, 'unneeded')
  t.ok(refusal(condition, { unneeded: 'x'.repeat(9000) }).message.length < 300)
})

t.test('unknown keys are allowed in the context of a check, not in a stored one', async t => {
  const condition = caveat('limit int, day string', 'limit > 1 && day == "friday"')
  t.equal(outcome(condition, { limit: 2, day: 'friday', Day: 1, constructor: {} }), 'yes')
  t.equal(
    condition.contextFault({ limits: 2 }),
    'unknown parameter `limits` for caveat `c` (did you mean `limit`?), expected `limit`, `day`',
  )
  t.equal(condition.contextFault({ limit: 2 }), null)
  t.equal(
    condition.contextFault({ day: 5 }),
    'parameter `day` of caveat `c`: found `5`, expected a string',
  )
})

t.test('names that every object has are ordinary parameters', async t => {
  const condition = caveat(
    'constructor string, toString int',
    'constructor == "x" && toString == 1',
  )
  t.equal(outcome(condition, {}), 'missing constructor, toString')
  t.equal(outcome(condition, { constructor: 'x', toString: 1 }), 'yes')
})

t.test('types are known with the right number of arguments only', async t => {
  const known = 'any bool string int uint double bytes duration timestamp ipaddress'.split(' ')
  for (const type of [...known, 'list<int>', 'map<list<map<any>>>'])
    t.ok(parseParameterType(type), type)
  const unknown = [
    '',
    'integer',
    'Int',
    'list',
    'map',
    'list<>',
    'list<list>',
    'list<int, int>',
    'map<string, int>',
    'int<int>',
    'list<int',
    'list<int>>',
    'list>int<',
    'set<int>',
    `${'list<'.repeat(100_000)}int${'>'.repeat(100_000)}`,
  ]
  for (const type of unknown) t.notOk(parseParameterType(type), type.slice(0, 20))
})
