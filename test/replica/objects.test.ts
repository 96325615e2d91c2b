import fc from 'fast-check'
import t from 'tap'
import { NONE } from '../../src/evaluator/index.js'
import { Objects } from '../../src/replica/objects.js'
import { compareTexts } from '../../src/terms/index.js'

const ids = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', '\u0000'), maxLength: 4 }),
  fc.string({ unit: 'grapheme', minLength: 400, maxLength: 2000 }),
  fc.constantFrom('*', '**', '', '\ufeff', '\ufeffa', '__proto__'),
)
const types = fc.constantFrom('user', 'doc', 'constructor')

t.test('objects are what a map from type and id would hold', async t => {
  const property = fc.property(fc.array(fc.tuple(types, ids)), fc.integer(), (words, seed) => {
    const objects = new Objects(seed)
    const model = new Map<string, number>()
    for (const [type, id] of words) {
      const key = JSON.stringify([type, id])
      const known = model.get(key)
      if (objects.find(type, id) !== (known ?? NONE)) return false
      if (objects.add(type, id) !== (known ?? model.size)) return false
      model.set(key, known ?? model.size)
    }
    return (
      objects.size === model.size &&
      words.every(([type, id]) => {
        const object = objects.find(type, id)
        return (
          object === model.get(JSON.stringify([type, id])) &&
          objects.typeOf(object) === type &&
          objects.idOf(object) === id &&
          objects.isWildcard(object) === (id === '*')
        )
      })
    )
  })
  fc.assert(property)
  t.pass('for any words, in any order')
})

t.test('many ids that differ in one place each find themselves', async t => {
  const objects = new Objects()
  const names = Array.from({ length: 20_000 }, (_, i) => `${i}`.padStart(9, '0'))
  const numbers = names.map(id => objects.add('user', id))
  t.equal(objects.size, names.length)
  t.strictSame(
    names.map(id => objects.find('user', id)),
    numbers,
  )
  t.equal(objects.find('user', '000020000'), NONE)
  t.equal(objects.find('doc', '000000001'), NONE)
})

t.test('looking for absent objects adds nothing', async t => {
  const objects = new Objects()
  objects.add('user', 'ann')
  const { bytes } = objects
  for (let i = 0; i < 1000; i++) objects.find('user', `nobody${i}`)
  for (let i = 0; i < 1000; i++) objects.find(`kind${i}`, 'ann')
  t.equal(objects.size, 1)
  t.equal(objects.bytes, bytes)
})

t.test('ids are compared by their bytes, as texts or as objects', async t => {
  const property = fc.property(ids, ids, types, (left, right, type) => {
    const objects = new Objects()
    const [a, b] = [objects.add('user', left), objects.add(type, right)]
    const expected = Math.sign(compareTexts(left, right))
    return (
      Math.sign(objects.compareIds(a, b)) === expected &&
      Math.sign(objects.compareIdTo(a, right)) === expected
    )
  })
  fc.assert(property)
  t.pass('for any ids')
})
