// Tests of the text form of relationships: a printed one is read back, and any other text is
// refused.

import fc from 'fast-check'
import t from 'tap'
import {
  isObjectId,
  parseRelationship,
  printRelationship,
  Refusal,
  type Relationship,
} from '../../src/terms/index.js'

const name = fc.constantFrom('doc', 'acme/doc', 'user', 'a_b_c', 'viewer', 'member2')
const word = fc.constantFrom('viewer', 'member', 'a_b', 'rel2')
const id = fc
  .oneof(
    fc.constantFrom('1', 'ann@example.com', 'https://a.b/c?d=e&f', '*x', 'ü', '😀', "o'x", '...'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  )
  .filter(isObjectId)
const context = fc.dictionary(fc.string({ unit: 'binary', maxLength: 5 }), fc.jsonValue()).map(
  // JSON itself does not preserve everything, such as -0.
  value => JSON.parse(JSON.stringify(value)),
)
const caveat = fc.option(fc.record({ name: fc.constantFrom('low', 'on_day'), context }))
const expiresAt = fc.option(fc.integer({ min: 0, max: 4_000_000_000_000 }))
const relationship: fc.Arbitrary<Relationship> = fc.record({
  resource: fc.record({ type: name, id }),
  relation: word,
  subject: fc.oneof(
    fc.record({ type: name, id, relation: fc.oneof(fc.constant(''), word) }),
    fc.record({ type: name, id: fc.constant('*'), relation: fc.constant('') }),
  ),
  caveat,
  expiresAt,
})

t.test('a printed relationship is read back', async t => {
  const property = fc.property(relationship, each => {
    const text = printRelationship(each)
    const [read, printed] = [parseRelationship(text), each].map(value => JSON.stringify(value))
    if (read !== printed) throw new Error(`${text} was read as ${read}, not ${printed}`)
  })
  fc.assert(property, { numRuns: 500 })
  t.pass('as it was')
})

t.test('any text is read or refused', async t => {
  let read = 0
  const bits = [
    'doc',
    ':',
    '1',
    '#',
    '@',
    '[',
    ']',
    'viewer',
    'expiration',
    '{',
    '}',
    '*',
    ' ',
    '...',
  ]
  const mixture = fc.array(fc.constantFrom(...bits), { maxLength: 14 }).map(each => each.join(''))
  const damaged = fc
    .tuple(relationship, fc.nat(), fc.nat(3), fc.string({ maxLength: 3 }))
    .map(([each, place, cut, put]) => {
      const text = printRelationship(each)
      const at = place % text.length
      return text.slice(0, at) + put + text.slice(at + cut)
    })
  const property = fc.property(fc.oneof(fc.string({ unit: 'binary' }), mixture, damaged), text => {
    try {
      printRelationship(parseRelationship(text))
      read++
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'invalid-argument')) throw error
    }
  })
  fc.assert(property, { numRuns: 3000 })
  t.ok(read > 100, `${read} were read`)
})
