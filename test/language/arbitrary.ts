// Random valid schemas as text. They use the freedom that the language gives: any nesting,
// redundant parentheses, comments in both forms.

import fc from 'fast-check'

const TYPES = ['user', 'group', 'acme/doc'] as const
const RELATIONS = ['first', 'second', 'third'] as const
const PERMISSIONS = ['view', 'edit', 'own'] as const
const TRAITS = ['', ' with weekdays', ' with expiration', ' with weekdays and expiration'] as const

const word = fc.constantFrom('who', 'may', '*', '/', 'see', "don't", '"', '{', '')
const words = fc.array(word, { maxLength: 4 }).map(list => list.join(' '))

const comment = fc
  .tuple(fc.array(words, { maxLength: 3 }), fc.constantFrom('line', 'block', 'none'))
  .map(([lines, form]) => {
    if (form === 'none') return ''
    if (form === 'line') return lines.map(line => `// ${line}\n`).join('')
    return `/** ${lines.map(line => line.replaceAll('/', '')).join('\n * ')} */\n`
  })

const subjectType = fc
  .tuple(fc.constantFrom(...TYPES), fc.constantFrom('', ...RELATIONS), fc.constantFrom(...TRAITS))
  .map(([type, relation, traits]) => `${type}${relation === '' ? '' : `#${relation}`}${traits}`)

const relation = (name: string): fc.Arbitrary<string> =>
  fc
    .tuple(comment, fc.uniqueArray(subjectType, { minLength: 1, maxLength: 4 }))
    .map(([above, types]) => `${above}relation ${name}: ${types.join(' |\n')}\n`)

/** Wildcards occur only on a relation that no arrow and no other relation depends on. */
const open = fc
  .uniqueArray(fc.constantFrom(...TYPES), { minLength: 1 })
  .map(types => `relation open: ${types.map(type => `${type}:*`).join(' | ')}\n`)

const { expression } = fc.letrec<{ expression: string }>(tie => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<string>(...RELATIONS, 'open', 'nil', 'self'),
    fc
      .tuple(
        fc.constantFrom(...RELATIONS),
        fc.constantFrom('->', '.any', '.all'),
        fc.constantFrom(...PERMISSIONS, ...RELATIONS, 'absent'),
      )
      .map(([from, kind, to]) => (kind === '->' ? `${from}->${to}` : `${from}${kind}(${to})`)),
    fc
      .tuple(
        fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
        fc.constantFrom('+', '&', '-'),
        fc.boolean(),
      )
      .map(([operands, sign, bare]) =>
        bare ? operands.join(` ${sign}\n`) : `(${operands.join(` ${sign} `)})`,
      ),
  ),
}))

const permission = (name: string): fc.Arbitrary<string> =>
  fc
    .tuple(comment, fc.constantFrom('', ': user | group | doc'), expression)
    .map(([above, annotation, body]) => `${above}permission ${name}${annotation} = ${body}\n`)

const definition = (name: string): fc.Arbitrary<string> =>
  fc
    .tuple(comment, ...RELATIONS.map(relation), open, ...PERMISSIONS.map(permission))
    .map(([above, ...items]) => `${above}definition ${name} {\n${items.join('')}}\n`)

const caveat = comment.map(
  above => `${above}caveat weekdays(today int, last int) {\n  today < last // "}"\n}\n`,
)

/** Texts that compile. */
export const schemaTexts: fc.Arbitrary<string> = fc
  .tuple(
    fc.shuffledSubarray(['self', 'expiration', 'partial'], { minLength: 3 }),
    caveat,
    ...TYPES.map(definition),
  )
  .map(([uses, ...tops]) => `${uses.map(flag => `use ${flag} `).join('')}\n${tops.join('\n')}`)
