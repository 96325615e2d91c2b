// The successor of a prefix: the least text, by bytes, after all texts with the prefix.

import fc from 'fast-check'
import t from 'tap'
import { successor } from '../../src/storage/condition.js'

const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

t.test(
  'what begins with a prefix lies between it and its successor, and nothing else does',
  async () => {
    const sign = fc.oneof(
      fc.constantFrom(
        'a',
        'b',
        '\ud7ff',
        '\ue000',
        '\uffff',
        '\u{10000}',
        '\u{10fffe}',
        '\u{10ffff}',
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    )
    const text = (minLength: number) =>
      fc.array(sign, { minLength, maxLength: 4 }).map(signs => signs.join(''))
    const holds = (prefix: string, other: string): boolean => {
      const end = successor(prefix)
      const within = (id: string) =>
        compare(id, prefix) >= 0 && (end === null || compare(id, end) < 0)
      return [other, prefix + other, prefix].every(id => within(id) === id.startsWith(prefix))
    }
    fc.assert(fc.property(text(1), text(0), holds), { numRuns: 5000 })
  },
)

t.test('a prefix of the last code points has no successor', async t => {
  t.equal(successor('\u{10ffff}\u{10ffff}'), null)
  t.equal(successor('a\u{10ffff}'), 'b')
  t.equal(successor('\ud7ff'), '\ue000')
})
