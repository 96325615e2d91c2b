// Windows: the least ids that there is room for, in whatever order they come.

import fc from 'fast-check'
import t from 'tap'
import { Window } from '../../src/evaluator/window.js'
import { compareTexts, parseRelationship } from '../../src/terms/index.js'
import { TestSnapshot } from '../snapshot.js'

const ids = fc.array(fc.constantFrom(...'abcdefgh', 'é', '😀'), { maxLength: 20 })

/** What a window has of objects that come in this order, some of them again. */
function windowOf(texts: readonly string[], after: string | null, room: number) {
  const relationships = texts.map(text => parseRelationship(`doc:${text}#viewer@user:a`))
  const snapshot = new TestSnapshot(relationships)
  const window = new Window(snapshot, { type: 'doc', after, room })
  const admitted = texts.filter(text => window.admit(snapshot.object('doc', text)))
  const held = [...new Set(admitted)].filter(text => window.holds(snapshot.object('doc', text)))
  return { held: held.sort(compareTexts), until: window.until }
}

t.test('a window has the first ones, and says up to where it is complete', async t => {
  const property = fc.property(
    ids,
    fc.option(fc.constantFrom('b', 'e')),
    fc.integer({ min: 1, max: 6 }),
    (texts, after, room) => {
      const sorted = [...new Set(texts)]
        .filter(text => after === null || compareTexts(text, after) > 0)
        .sort(compareTexts)
      const expected = {
        held: sorted.slice(0, room),
        until: sorted.length > room ? sorted[room - 1] : null,
      }
      return JSON.stringify(windowOf(texts, after, room)) === JSON.stringify(expected)
    },
  )
  t.equal(fc.check(property).failed, false)
})

t.test('the room of a window grows with the members that lead on', async t => {
  const snapshot = new TestSnapshot(
    ['a', 'b', 'c'].map(text => parseRelationship(`doc:${text}#viewer@user:a`)),
  )
  const window = new Window(snapshot, { type: 'doc', after: null, room: 1 })
  for (let count = 0; count < 3; count++) window.countLeading()
  for (const text of ['a', 'b', 'c']) t.ok(window.admit(snapshot.object('doc', text)))
  t.equal(window.until, null)
})
