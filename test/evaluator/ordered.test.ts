import fc from 'fast-check'
import t from 'tap'
import type { ObjectId } from '../../src/evaluator/index.js'
import { inOrder } from '../../src/evaluator/ordered.js'
import { compareTexts, parseRelationship } from '../../src/terms/index.js'
import { TestSnapshot } from '../snapshot.js'

const id = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\uffff', '😀'), minLength: 1 })

/** What comes, in order, and how many pauses there were. */
function take(ids: readonly string[], after: string | null, until: string | null = null) {
  const snapshot = new TestSnapshot(ids.map(each => parseRelationship(`doc:${each}#viewer@user:a`)))
  const objects: ObjectId[] = ids.map(each => snapshot.object('doc', each))
  const given = [...inOrder(snapshot, objects, { after, until })]
  const found = given.filter(each => each !== null).map(each => snapshot.idOf(each))
  return { found, pauses: given.length - found.length }
}

t.test('objects come in the order of their ids, those after a text and up to another', async t => {
  fc.assert(
    fc.property(fc.uniqueArray(id), fc.option(id), fc.option(id), (ids, after, until) => {
      const expected = ids
        .filter(each => after === null || compareTexts(each, after) > 0)
        .filter(each => until === null || compareTexts(each, until) <= 0)
        .sort(compareTexts)
      return JSON.stringify(take(ids, after, until).found) === JSON.stringify(expected)
    }),
  )
  t.strictSame(take(['b', 'c', 'a'], null).found, ['a', 'b', 'c'])
  t.strictSame(take(['b', 'c', 'a'], 'b').found, ['c'], 'the text itself need not be there')
  t.strictSame(take([], 'a').found, [])
})

t.test('the first of many objects come before the rest is sorted', async t => {
  const relationships = Array.from({ length: 20_000 }, (_, at) =>
    parseRelationship(`doc:${(at * 7919) % 20_000}#viewer@user:a`),
  )
  const snapshot = new TestSnapshot(relationships)
  const objects = relationships.map(each => snapshot.object('doc', each.resource.id))
  let compared = 0
  const counting: TestSnapshot = Object.create(snapshot, {
    compareIds: {
      value(a: ObjectId, b: ObjectId) {
        compared++
        return compareTexts(snapshot.idOf(a), snapshot.idOf(b))
      },
    },
  })
  let pauses = 0
  const turn = { stride: 256, isOver: () => true }
  for (const object of inOrder(counting, objects, { after: null, until: null, turn })) {
    if (object === null) pauses++
    else {
      t.equal(snapshot.idOf(object), '0')
      break
    }
  }
  t.ok(compared < 3 * relationships.length, `${compared} comparisons`)
  t.ok(pauses > 1, 'with pauses for others')
})
