import t from 'tap'
import {
  conditional,
  intersect,
  isConditional,
  NO,
  PENDING,
  subtract,
  union,
  type Verdict,
  YES,
} from '../../src/evaluator/verdict.js'

const DECIDED: readonly Verdict[] = [
  NO,
  conditional(['a']),
  conditional(['b']),
  conditional(['a', 'c']),
  YES,
]
const ALL: readonly Verdict[] = [...DECIDED, PENDING]
const OPERATIONS = { union, intersect, subtract }

/** Kleene's logic in numbers: no 0, undecided 1, yes 2. */
const truth = (verdict: Verdict): number => (isConditional(verdict) ? 1 : verdict === YES ? 2 : 0)
const TRUTHS = {
  union: (a: number, b: number) => Math.max(a, b),
  intersect: (a: number, b: number) => Math.min(a, b),
  subtract: (a: number, b: number) => Math.min(a, 2 - b),
}

const pairs = (values: readonly Verdict[]): readonly (readonly [Verdict, Verdict])[] =>
  values.flatMap(a => values.map(b => [a, b] as const))

const namesOf = (verdict: Verdict): readonly string[] =>
  isConditional(verdict) ? verdict.missing : []

const print = (verdict: Verdict): string => JSON.stringify(verdict)

for (const [name, operate] of Object.entries(OPERATIONS)) {
  t.test(`${name}: decided operands follow Kleene's logic`, async t => {
    for (const [a, b] of pairs(DECIDED)) {
      const found = operate(a, b)
      const expected = TRUTHS[name as keyof typeof TRUTHS](truth(a), truth(b))
      t.equal(truth(found), expected, `${print(a)} ${name} ${print(b)}`)
      t.not(found, PENDING)
    }
  })

  t.test(
    `${name}: the names of an undecided verdict are those of its operands, sorted`,
    async t => {
      for (const [a, b] of pairs(DECIDED)) {
        const found = operate(a, b)
        if (!isConditional(found)) continue
        t.strictSame(found.missing, [...new Set([...namesOf(a), ...namesOf(b)])].sort())
      }
    },
  )

  t.test(
    `${name}: with a pending operand, a verdict holds whatever that turns out to be`,
    async t => {
      for (const [a, b] of pairs(ALL)) {
        const found = operate(a, b)
        const refined = pairs(DECIDED)
          .filter(([x, y]) => (a === PENDING || a === x) && (b === PENDING || b === y))
          .map(([x, y]) => print(operate(x, y)))
        const outcomes = new Set(refined)
        if (found === PENDING)
          t.ok(outcomes.size > 1, `${print(a)} ${print(b)} may end differently`)
        else t.strictSame([...outcomes], [print(found)], `${print(a)} ${name} ${print(b)}`)
      }
    },
  )
}

t.test('yes beats pending in a union, no beats it in an intersection and as a base', async t => {
  t.equal(union(PENDING, YES), YES)
  t.equal(union(YES, PENDING), YES)
  t.equal(intersect(PENDING, NO), NO)
  t.equal(intersect(NO, PENDING), NO)
  t.equal(subtract(NO, PENDING), NO)
  t.equal(subtract(PENDING, YES), NO)
})
