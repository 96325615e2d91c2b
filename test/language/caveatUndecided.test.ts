// Evaluation with some parameters absent: decided if the others decide, else the names that are
// needed.

import t from 'tap'
import type { JsonObject } from '../../src/terms/index.js'
import { caveat, outcome } from './caveatNotation.js'

type Row = readonly [
  parameters: string,
  expression: string,
  ...[context: JsonObject, outcome: string][],
]

const AB = 'a int, b int'
const LAB = 'l list<int>, a int, b int'

const ROWS: readonly Row[] = [
  [
    AB,
    'a == 1 && b == 2',
    [{ a: 1 }, 'missing b'],
    [{ b: 2 }, 'missing a'],
    [{}, 'missing a, b'],
    [{ a: 2 }, 'no'],
    [{ b: 1 }, 'no'],
  ],
  [
    AB,
    'a == 1 || b == 2',
    [{ a: 1 }, 'yes'],
    [{ b: 2 }, 'yes'],
    [{ a: 2 }, 'missing b'],
    [{}, 'missing a, b'],
  ],
  ['a bool', '!a', [{}, 'missing a'], [{ a: true }, 'no']],
  [
    'a bool, b bool',
    '!(a && !b)',
    [{ a: false }, 'yes'],
    [{ b: true }, 'yes'],
    [{}, 'missing a, b'],
  ],
  [
    'a bool, b bool, d bool',
    '(a || b) && (b || d)',
    [{ a: true }, 'missing b, d'],
    [{ b: true }, 'yes'],
    [{ a: false, d: true }, 'missing b'],
    [{ a: false, b: false }, 'no'],
  ],
  [
    'c bool, a bool, b bool',
    'c ? a : b',
    [{ c: true, a: true }, 'yes'],
    [{ c: true, a: false }, 'no'],
    [{ c: false }, 'missing b'],
    [{ a: true, b: true }, 'missing c'],
    [{}, 'missing c'],
  ],
  [
    'c bool, a int, b int',
    '(c ? a : b) + 1 == 2',
    [{ c: true }, 'missing a'],
    [{ c: true, a: 1 }, 'yes'],
    [{ c: false, a: 1 }, 'missing b'],
  ],
  [AB, 'a + b > 3', [{}, 'missing a, b'], [{ b: 9 }, 'missing a']],
  [AB, '[a, b].size() == 2', [{}, 'missing a, b'], [{ a: 1, b: 1 }, 'yes']],
  [AB, '{"x": a}.x == b', [{}, 'missing a, b'], [{ b: 1 }, 'missing a']],
  [
    'm map<int>, k string',
    'm[k] == 1',
    [{}, 'missing k, m'],
    [{ m: {} }, 'missing k'],
    [{ k: 'x' }, 'missing m'],
  ],
  ['m map<map<int>>', 'm.x.y == 1', [{}, 'missing m']],
  ['m map<any>', 'has(m.k)', [{}, 'missing m'], [{ m: {} }, 'no'], [{ m: { k: null } }, 'yes']],
  ['m map<any>', 'has(m.k) && m.k == 1', [{ m: {} }, 'no'], [{ m: { k: 1 } }, 'yes']],
  [
    'x int, l list<int>',
    'x in l',
    [{ x: 1 }, 'missing l'],
    [{ l: [1] }, 'missing x'],
    [{}, 'missing l, x'],
  ],
  ['x string', 'x in ["a", "b"]', [{}, 'missing x'], [{ x: 'b' }, 'yes'], [{ x: 'c' }, 'no']],
  [
    LAB,
    'l.exists(x, x == a && b > 0)',
    [{}, 'missing l'],
    [{ l: [] }, 'no'],
    [{ l: [1] }, 'missing a, b'],
    [{ l: [1], a: 2 }, 'no'],
    [{ l: [1], a: 1 }, 'missing b'],
    [{ l: [1, 2], a: 2, b: 1 }, 'yes'],
  ],
  [
    LAB,
    'l.exists(x, x == 1 ? a == 1 : b == 1)',
    [{ l: [1] }, 'missing a'],
    [{ l: [1, 2] }, 'missing a, b'],
    [{ l: [1, 2], b: 1 }, 'yes'],
    [{ l: [1, 2], b: 0 }, 'missing a'],
  ],
  [
    LAB,
    'l.all(x, x > 1 && a == b)',
    [{ l: [1] }, 'no'],
    [{ l: [2] }, 'missing a, b'],
    [{ l: [2, 1] }, 'no'],
    [{ l: [] }, 'yes'],
    [{ a: 1, b: 2 }, 'missing l'],
  ],
  [
    LAB,
    'l.exists_one(x, x == a || x == b)',
    [{ l: [1] }, 'missing a, b'],
    [{ l: [1], a: 1 }, 'yes'],
    [{ l: [1, 2], a: 1 }, 'missing b'],
    [{ l: [1, 2], a: 1, b: 2 }, 'no'],
  ],
  [LAB, 'l.map(x, x + a).size() == b', [{ l: [1], b: 1 }, 'missing a'], [{ l: [] }, 'missing b']],
  [
    LAB,
    'l.filter(x, x > a) == [b]',
    [{ l: [1], b: 1 }, 'missing a'],
    [{ l: [2], a: 1, b: 2 }, 'yes'],
  ],
  [
    LAB,
    'l.map(x, x > a, x + b) == [3]',
    [{ l: [1], a: 1 }, 'no'],
    [{ l: [2], a: 1 }, 'missing b'],
    [{ l: [2], a: 1, b: 1 }, 'yes'],
  ],
  [
    'l list<list<int>>, a int',
    'l.all(m, m.exists(x, x == a))',
    [{ l: [[1]] }, 'missing a'],
    [{ l: [[], [1]] }, 'no'],
  ],
  ['a list<int>', 'a.exists(a, a == 1)', [{}, 'missing a'], [{ a: [1] }, 'yes']],
  ['x int', '[1].all(x, x > 0)', [{}, 'yes']],
  ['m map<int>', 'm.all(k, k == "x" && m[k] == 1)', [{}, 'missing m'], [{ m: { x: 1 } }, 'yes']],
  [
    'm map<int>, b int',
    'm.?k.orValue(b) == 1',
    [{ m: { k: 1 } }, 'yes'],
    [{ m: {} }, 'missing b'],
    [{}, 'missing m'],
  ],
  [
    'a int',
    '1 / 0 == 1 || a == 1',
    [{}, 'missing a'],
    [{ a: 1 }, 'yes'],
    [{ a: 2 }, 'refused: caveat-evaluation'],
  ],
  [
    'a int',
    'a == 1 && 1 / 0 == 1',
    [{}, 'missing a'],
    [{ a: 2 }, 'no'],
    [{ a: 1 }, 'refused: caveat-evaluation'],
  ],
  ['a int', '1 / 0 + a == 1', [{}, 'refused: caveat-evaluation']],
  ['a int', 'a + 1 / 0 == 1', [{}, 'refused: caveat-evaluation']],
  ['a int', '[a, 1 / 0] == []', [{}, 'refused: caveat-evaluation']],
  [
    'l list<int>, a int',
    'l.exists(x, 1 / x == a)',
    [{ l: [0] }, 'refused: caveat-evaluation'],
    [{ l: [0, 1] }, 'missing a'],
    [{ l: [0, 1], a: 1 }, 'yes'],
  ],
]

for (const [parameters, expression, ...rows] of ROWS) {
  t.test(expression, async t => {
    const condition = caveat(parameters, expression)
    for (const [context, expected] of rows) {
      t.equal(outcome(condition, context), expected, JSON.stringify(context))
    }
  })
}

t.test('each missing parameter is named once, in sorted order', async t => {
  const condition = caveat('b int, a int', 'b == 1 && a == 1 && b == 2 && a == 2')
  t.strictSame(condition.evaluate({}), { kind: 'undecided', missing: ['a', 'b'] })
})

t.test('one evaluation leaves nothing to the next', async t => {
  const condition = caveat('l list<int>, a int', 'l.exists(x, x == a)')
  t.equal(outcome(condition, { l: [1], a: 1 }), 'yes')
  t.equal(outcome(condition, { l: [2] }), 'missing a')
  t.equal(outcome(condition, {}), 'missing l')
})
