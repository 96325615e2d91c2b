import fc from 'fast-check'
import t from 'tap'
import { compareTexts } from '../../src/terms/index.js'

const text = fc.string({ unit: fc.constantFrom('a', 'b', '~', 'é', '€', '\uffff', '😀', '\ue000') })

t.test('texts are in the order of their bytes in UTF-8', async t => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b))
      return Math.sign(compareTexts(a, b)) === expected
    }),
  )
  t.ok(compareTexts('\uffff', '😀') < 0, 'and not of their units in UTF-16')
})
