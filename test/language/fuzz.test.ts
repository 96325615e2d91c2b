// Whatever the text, the language answers with a schema or with diagnostics that point into it.

import fc from 'fast-check'
import t from 'tap'
import { compileSchema } from '../../src/language/index.js'
import { schemaTexts } from './arbitrary.js'

function answers(text: string): boolean {
  const compilation = compileSchema(text)
  if (compilation.ok) return true
  return (
    compilation.diagnostics.length > 0 &&
    compilation.diagnostics.every(
      ({ span, source, message }) =>
        source === text.slice(span.start, span.end) && span.end <= text.length && message !== '',
    )
  )
}

const fragment = fc.constantFrom(
  ...['definition', 'caveat', 'partial', 'use', 'import', 'relation', 'permission', 'with', 'and'],
  ...[
    'nil',
    'self',
    'expiration',
    'doc',
    'user',
    'viewer',
    'x',
    '_',
    '9',
    'é',
    '\u{1f600}',
    '\ud800',
  ],
  ...['{', '}', '(', ')', '<', '>', ':', '|', '#', '*', '...', '->', '.', '+', '&', '-', '=', '/'],
  ...[',', ';', '\n', '\r\n', ' ', '"', "'", '"""', "'''", '//', '/*', '*/', '\\', '\0', '@'],
)

t.test('any string is answered', async t => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), answers), { numRuns: 300 })
  t.pass()
})

t.test('any mixture of the language’s words and signs is answered', async t => {
  const mixture = fc.array(fragment, { maxLength: 60 }).map(parts => parts.join(' '))
  fc.assert(fc.property(mixture, answers), { numRuns: 1000 })
  const dense = fc.array(fragment, { maxLength: 60 }).map(parts => parts.join(''))
  fc.assert(fc.property(dense, answers), { numRuns: 1000 })
  t.pass()
})

t.test('a schema with pieces cut out and put in is answered', async t => {
  const mutation = fc.record({ at: fc.nat(), cut: fc.nat({ max: 12 }), put: fragment })
  const mutated = fc
    .tuple(schemaTexts, fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([text, mutations]) =>
      mutations.reduce((left, { at, cut, put }) => {
        const place = at % (left.length + 1)
        return left.slice(0, place) + put + left.slice(place + cut)
      }, text),
    )
  fc.assert(fc.property(mutated, answers), { numRuns: 300 })
  t.pass()
})

t.test('every beginning of a schema is answered', async t => {
  const [text] = fc.sample(schemaTexts, { numRuns: 1, seed: 7 })
  for (let end = 0; end < text.length; end += 3) t.ok(answers(text.slice(0, end)))
})
