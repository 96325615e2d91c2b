// Hostile expressions and contexts: compiling never throws, and evaluating throws only refusals. On
// random valid expressions over given values, the outcome is what the CEL library computes from the
// same text, and it does not change when missing parameters are added.

import { equal, match, notEqual, ok } from 'node:assert/strict'
import { run } from '@bufbuild/cel'
import fc from 'fast-check'
import t from 'tap'
import { type Caveat, compileCaveat } from '../../src/language/caveat/index.js'
import { withoutPause } from '../../src/language/steps.js'
import type { JsonObject } from '../../src/terms/index.js'
import { outcome } from './caveatNotation.js'

const PARAMETERS = [
  { name: 'a', type: 'int' },
  { name: 'b', type: 'int' },
  { name: 'p', type: 'bool' },
  { name: 'q', type: 'bool' },
  { name: 's', type: 'string' },
  { name: 'l', type: 'list<int>' },
  { name: 'm', type: 'map<int>' },
  { name: 'x', type: 'any' },
]
/** A condition that is true, and mentions every parameter without needing it. */
const USES = '(true || [a, b, p, q, s, l, m, x] == [])'

const compile = (expression: string) =>
  withoutPause(
    compileCaveat(
      { name: 'c', comment: '', parameters: PARAMETERS, expression },
      Number.POSITIVE_INFINITY,
    ),
  )

const WORDS = [
  'a b p q s l m x true false null in 0 1 -1 9223372036854775807 18446744073709551615u',
  '1.5 0x1F "t" \'\' b"\\xff" r"\\" """ + - * / % ! != == < <= > >= && || ? : . , ( )',
  '[ ] { } .? [? size has all exists exists_one map filter matches int uint double',
  'string bytes type dyn timestamp duration optional none of orValue optMap value',
  'google.protobuf.Timestamp isSubtreeOf in_cidr e f // \\ @ é',
].flatMap(line => line.split(' '))

const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 25 }).map(words => words.join(' ')),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 25 }).map(words => words.join('')),
)

const int: fc.Memo<string> = fc.memo(n =>
  n <= 1
    ? fc.constantFrom('a', 'b', '0', '1', '2', '-3')
    : fc.oneof(
        int(1),
        infix(int(), ['+', '-', '*', '/', '%'], int()),
        fc.tuple(bool(), int(), int()).map(([c, i, j]) => `(${c} ? ${i} : ${j})`),
        list().map(of => `${of}.size()`),
        fc.tuple(list(), int(1)).map(([of, i]) => `${of}[${i}]`),
        fc.constantFrom('m.k', 'm["k"]', 'size(s)', '-a'),
      ),
)
const list: fc.Memo<string> = fc.memo(n =>
  n <= 1
    ? fc.constantFrom('l', '[]', '[1, 2]', '[a]')
    : fc.oneof(
        list(1),
        infix(list(), ['+'], list()),
        fc.tuple(list(), int(1)).map(([of, i]) => `${of}.map(e, e + ${i})`),
        fc.tuple(list(), int(1)).map(([of, i]) => `${of}.filter(e, e > ${i})`),
        fc.tuple(int(), int()).map(([i, j]) => `[${i}, ${j}]`),
      ),
)
const bool: fc.Memo<string> = fc.memo(n =>
  n <= 1
    ? fc.constantFrom('p', 'q', 'true', 'false', '(s == "t")', 'has(m.k)', '("k" in m)')
    : fc.oneof(
        bool(1),
        infix(bool(), ['&&', '||', '==', '!='], bool()),
        infix(int(), ['<', '<=', '==', '!=', '>=', '>'], int()),
        infix(int(), ['in'], list()),
        infix(list(), ['==', '!='], list()),
        bool().map(b => `!${b}`),
        fc.tuple(bool(), bool(), bool()).map(([c, i, j]) => `(${c} ? ${i} : ${j})`),
        fc
          .tuple(list(), fc.constantFrom('all', 'exists', 'exists_one'), int(1), bool(1))
          .map(([of, macro, i, b]) => `${of}.${macro}(e, e > ${i} && ${b})`),
      ),
)

const infix = (left: fc.Arbitrary<string>, signs: string[], right: fc.Arbitrary<string>) =>
  fc.tuple(left, fc.constantFrom(...signs), right).map(([i, sign, j]) => `(${i} ${sign} ${j})`)

const expressions = bool(4)

type Context = JsonObject & {
  readonly a: number | string
  readonly b: number
  readonly l: readonly number[]
  readonly m: Readonly<Record<string, number>>
}

const contexts: fc.Arbitrary<Context> = fc.record({
  a: fc.constantFrom(0, 1, 2, '9223372036854775807'),
  b: fc.constantFrom(0, 1, -1),
  p: fc.boolean(),
  q: fc.boolean(),
  s: fc.constantFrom('t', ''),
  l: fc.array(fc.constantFrom(0, 1, 2), { maxLength: 3 }),
  m: fc.constantFrom<Readonly<Record<string, number>>>({}, { k: 1 }, { k: 2, z: 0 }),
  x: fc.constant(null),
})

function sound(expression: string): Caveat {
  const compilation = compile(`${USES} && ${expression}`)
  if (compilation.ok) return compilation.caveat
  throw new Error(`${expression}: ${JSON.stringify(compilation.faults)}`)
}

t.test('compiling never throws, and faults lie in the text', async () => {
  const mutated = fc
    .tuple(expressions, fc.nat(), fc.nat(3), fc.constantFrom('', ...WORDS))
    .map(([text, at, count, word]) => {
      const start = at % (text.length + 1)
      return text.slice(0, start) + word + text.slice(start + count)
    })
  fc.assert(
    fc.property(fc.oneof(texts, mutated), expression => {
      const compilation = compile(expression)
      if (compilation.ok) return
      ok(compilation.faults.length > 0)
      for (const { offset, length } of compilation.faults) {
        ok(offset >= 0 && length >= 0 && offset + length <= expression.length)
      }
    }),
    { numRuns: 1500 },
  )
})

t.test('evaluating throws refusals only, whatever the context', async () => {
  const loose = fc
    .array(fc.constantFrom(...WORDS), { maxLength: 12 })
    .map(words => `dyn(${words.join(' ')}) == x`)
    .filter(text => compile(`${USES} && ${text}`).ok)
  const names = fc.constantFrom('a', 'b', 'p', 's', 'l', 'm', 'x')
  const anything = fc.dictionary(names, fc.jsonValue()) as fc.Arbitrary<JsonObject>
  fc.assert(
    fc.property(fc.oneof(expressions, loose), anything, (expression, context) => {
      match(outcome(sound(expression), context), /^(yes|no|missing |refused: caveat-)/)
    }),
    { numRuns: 300 },
  )
})

t.test('with all parameters, the outcome is the CEL library’s', async () => {
  fc.assert(
    fc.property(expressions, contexts, (expression, context) => {
      const result = run(expression, toBindings(context))
      const decided = typeof result === 'boolean'
      const expected = decided ? (result ? 'yes' : 'no') : 'refused: caveat-evaluation'
      equal(outcome(sound(expression), context), expected)
    }),
    { numRuns: 500 },
  )
})

function toBindings(context: Context) {
  const { a, b, l, m, x, ...plain } = context
  const integers = Object.entries(m).map(([key, value]) => [key, BigInt(value)] as const)
  return { ...plain, a: BigInt(a), b: BigInt(b), l: l.map(BigInt), m: new Map(integers) }
}

t.test('an outcome without some parameters is the outcome with them', async () => {
  const some = fc.subarray(PARAMETERS.map(({ name }) => name))
  fc.assert(
    fc.property(expressions, contexts, some, (expression, context, given) => {
      const condition = sound(expression)
      const part = Object.fromEntries(
        Object.entries(context).filter(([key]) => given.includes(key)),
      )
      const early = outcome(condition, part)
      const late = outcome(condition, context)
      if (early.startsWith('missing ')) {
        const missing = early.slice('missing '.length).split(', ')
        ok(missing.every(name => !given.includes(name)))
        const more = Object.entries(context).filter(([key]) => [...given, ...missing].includes(key))
        notEqual(outcome(condition, Object.fromEntries(more)), early)
      } else {
        equal(late, early)
      }
    }),
    { numRuns: 500 },
  )
})
