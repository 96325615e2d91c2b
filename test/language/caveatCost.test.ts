// The steps that an evaluation is charged, for each family of operations: more for larger operands,
// and at least about one step for each 100 ns that the operation was measured to take.

import t from 'tap'
import type { JsonObject } from '../../src/terms/index.js'
import { caveat } from './caveatNotation.js'

function steps(parameters: string, expression: string, context: JsonObject): number {
  let spent = 0
  caveat(parameters, expression).evaluate(context, charged => {
    spent = charged
  })
  return spent
}

const texts = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `item${i}`)
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)
const map = (count: number): JsonObject => Object.fromEntries(texts(count).map(key => [key, 1]))

/** Conditions over a parameter `p` of growing size, with the least steps per unit of size. */
const FAMILIES: readonly (readonly [
  string,
  string,
  (size: number) => JsonObject[string],
  number,
])[] = [
  ['string', 'p.contains("b") || true', size => 'a'.repeat(size), 0.3],
  ['string', 'p < p || true', size => 'a'.repeat(size), 0.6],
  ['string', 'p + p != ""', size => 'a'.repeat(size), 0.6],
  ['string', 'size(p) > 0', size => 'a'.repeat(size), 0.3],
  ['string', 'bytes(p) != b""', size => 'a'.repeat(size), 0.3],
  ['string', 'p == p', size => 'a'.repeat(size), 0.02],
  ['string', 'p.matches("(a*)*b") || true', size => 'a'.repeat(size), 0.3],
  ['string', '"a".matches(p) || true', size => 'a?'.repeat(size / 2), 5],
  ['string', 'duration(p) != duration("0")', size => '1ns'.repeat(size / 3), 2],
  ['string', 'double(p) > 0.0', size => `0.${'9'.repeat(size)}`, 1],
  ['string', 'int(p) == 0', size => '0'.repeat(size), 0.25],
  ['bytes', 'p == p', size => btoa('a'.repeat(size)), 1],
  ['list<int>', 'p == p', numbers, 3],
  ['list<int>', '!(-1 in p)', numbers, 3],
  ['list<string>', '!("x" in p)', texts, 3],
  ['list<int>', 'p + p != []', numbers, 3],
  ['list<int>', 'p.map(a, a) != []', numbers, 3],
  ['list<int>', 'p.filter(a, true) != []', numbers, 3],
  ['list<int>', 'p.all(a, a + 1 > 0)', numbers, 10],
  ['list<int>', 'p.exists_one(a, a == 0)', numbers, 3],
  ['map<int>', 'p == p', map, 5],
  ['map<any>', 'p.isSubtreeOf(p)', map, 5],
  ['any', 'size(p) > 0', size => numbers(size).map(() => ({})), 3],
  ['list<timestamp>', 'size(p) > 0', size => texts(size).map(() => '2026-01-31T09:30:00Z'), 10],
  ['list<ipaddress>', 'size(p) > 0', size => texts(size).map(() => '2001:db8::1'), 10],
]

for (const [type, expression, make, least] of FAMILIES) {
  t.test(`the cost grows with the size: ${expression} of ${type}`, async t => {
    const [short, long] = [60, 600].map(size => steps(`p ${type}`, expression, { p: make(size) }))
    t.ok(long - short >= 540 * least, `${short} and ${long} steps`)
  })
}

t.test('operations that the runtime is slow at are charged more than a comparison', async t => {
  const plain = steps('p int', 'p > 1', { p: 2 })
  const time = { p: '2026-01-31T09:30:00Z' }
  t.ok(plain < 20)
  t.ok(steps('p timestamp', 'p.getHours("Europe/Berlin") > -1', time) > plain + 60)
  t.ok(steps('p timestamp', 'p.getHours("Europe/Nowhere") > -1 || true', time) > plain + 500)
  t.ok(steps('p string', 'p.matches("a")', { p: 'a' }) > plain + 200)
  t.ok(steps('p string', 'int(p) > 0 || true', { p: 'x' }) > plain + 100)
  t.ok(steps('p ipaddress', 'p.in_cidr("10.0.0.0/8")', { p: '10.1.2.3' }) > plain + 20)
})

t.test(
  'repetitions count as if they were written out, alternatives and classes as they are',
  async t => {
    const ofPattern = (pattern: string): number =>
      steps('p string, q string', 'p.matches(q) || true', { p: 'a'.repeat(100), q: pattern })
    t.ok(ofPattern('(a{1,30}){1,30}b') > 100 * ofPattern('aab'))
    t.ok(ofPattern('[0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}') < 10_000)
    t.ok(ofPattern('\\pL*\\pL*') > ofPattern('aL*aL*'))
  },
)
