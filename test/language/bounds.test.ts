// The bounds on a written schema. A text that exceeds one is refused at the position where it does,
// at about the cost of a schema just within the bound. A stored schema opens even beyond them.

import t from 'tap'
import { compileInSteps, compileSchema, WRITTEN } from '../../src/language/index.js'
import { limits } from '../../src/terms/index.js'

const many = (count: number, text: (number: number) => string, between = '\n'): string =>
  Array.from({ length: count }, (_, number) => text(number)).join(between)

const definitionOf = (items: string): string => `definition user {}\ndefinition doc {\n${items}\n}`

/** For each bound, the code of its refusal, the line that exceeds it, and a text of any size. */
const TEXTS: readonly {
  readonly code: string
  readonly max: number
  readonly line: number
  text(size: number): string
}[] = [
  {
    code: 'too-many-declarations',
    max: limits.schemaDeclarationsMax,
    line: limits.schemaDeclarationsMax + 1,
    text: size => many(size, number => `definition doc${number} {}`),
  },
  {
    code: 'too-many-members',
    max: limits.schemaMembersMax,
    line: limits.schemaMembersMax + 3,
    text: size => definitionOf(many(size, number => `relation rel${number}: user`)),
  },
  {
    code: 'item-too-long',
    max: limits.schemaItemTokensMax / 2,
    line: 4,
    text: size =>
      definitionOf(`relation owner: user\npermission view = ${many(size, () => 'owner', ' + ')}`),
  },
  {
    code: 'comment-too-long',
    max: limits.schemaGapMax / 5,
    line: 2,
    text: size => `definition user {}\n${many(size, () => '// x')}\ndefinition doc {}`,
  },
  {
    code: 'caveat-syntax',
    max: limits.caveatTokensMax / 2,
    line: 2,
    text: size => `caveat within(a int) {\na in [${many(size, () => '1', ',')}]\n}`,
  },
]

for (const { code, max, line, text } of TEXTS) {
  t.test(`a written schema over its bound is refused: ${code}`, async t => {
    const refused = compileSchema(text(max + 100), WRITTEN)
    t.match(refused, {
      ok: false,
      diagnostics: [{ code, span: { line }, message: /found over \d+ .*, expected at most that/ }],
    })
    t.ok(compileSchema(text(max - 100), WRITTEN).ok, 'within it')
    t.ok(compileSchema(text(max + 100)).ok, 'a stored one opens')
  })

  t.test(`what is far beyond costs no more: ${code}`, async t => {
    const steps = (size: number): number => [...compileInSteps(text(size), WRITTEN)].length
    t.ok(steps(4 * max) <= steps(max + 100), 'the reading ends at the bound')
  })
}

t.test('annotations that lead to too many members in all are refused', async t => {
  const members = many(
    1000,
    number => `permission via${number}: user = ${number === 0 ? 'owner' : `via${number - 1}`}`,
  )
  const text = `use typechecking\n${definitionOf(`relation owner: user\n${members}`)}`
  t.ok(compileSchema(text, WRITTEN).ok)
  t.match(compileSchema(text, { ...WRITTEN, annotatedMembers: 100_000 }), {
    ok: false,
    diagnostics: [{ code: 'too-many-annotations' }],
  })
})

t.test('compiling pauses at each member and caveat', async t => {
  const text = (size: number) =>
    [
      definitionOf(many(size, number => `relation rel${number}: user`)),
      many(size, number => `caveat cav${number}(a int) { a == ${number} }`),
    ].join('\n')
  const steps = [...compileInSteps(text(100), WRITTEN)].length
  t.ok(steps > 200 * 5)
  t.ok([...compileInSteps(text(200), WRITTEN)].length >= 2 * (steps - 20))
})
