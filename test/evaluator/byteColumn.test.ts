import fc from 'fast-check'
import t from 'tap'
import { ByteColumn } from '../../src/evaluator/byteColumn.js'
import { NONE, type ObjectId } from '../../src/evaluator/snapshot.js'

/** Near to one another and far apart, beyond 32 bits, and the object that there is not. */
const object = fc
  .oneof(
    fc.integer({ min: 0, max: 3000 }),
    fc.integer({ min: 2 ** 30, max: 2 ** 30 + 3000 }),
    fc.integer({ min: 0, max: 2 ** 45 }),
    fc.constant(NONE),
  )
  .map(each => each as ObjectId)

t.test('a column holds what a map from objects would', async t => {
  fc.assert(
    fc.property(fc.array(fc.tuple(object, fc.nat(255))), object, (entries, other) => {
      const marks = new ByteColumn()
      const model = new Map<ObjectId, number>()
      for (const [each, mark] of entries) {
        marks.set(each, mark)
        model.set(each, mark)
      }
      const asked = [other, ...model.keys()]
      return asked.every(each => marks.get(each) === (model.get(each) ?? 0))
    }),
  )
  t.pass('for any objects')
})
