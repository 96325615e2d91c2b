// Answers that are kept hold for as long as nothing that they rest on is written to, and no longer.

import fc from 'fast-check'
import t from 'tap'
import { Kept } from '../../src/engine/kept.js'
import { Touched } from '../../src/engine/touched.js'
import { NO_NOTE, parseRelationship, toRevision } from '../../src/terms/index.js'

const doc = (id: number | string) => ({ type: 'doc', id: `${id}` })
const change = (revision: number, ...texts: readonly string[]) => ({
  revision: toRevision(revision),
  at: 0,
  note: NO_NOTE,
  created: texts.map(parseRelationship),
  deleted: [],
  schemaChanged: false,
})
const at = (revision: number, now = 100) => ({ revision: toRevision(revision), now })
const NEVER = Number.POSITIVE_INFINITY

const open = (max = 10) => {
  const touched = new Touched(toRevision(1))
  return { touched, kept: new Kept<string>(touched, max) }
}

t.test('kept while its resources are untouched, through other writes', async t => {
  const { touched, kept } = open()
  kept.keep('a', at(2), { value: 'A', resources: [doc(1), doc(2)], until: NEVER })
  touched.take([change(3, 'doc:3#viewer@user:ann'), change(4, 'doc:4#viewer@doc:1#viewer')])
  t.equal(kept.find('a', at(4)), 'A')
  touched.take([change(5, 'doc:2#owner@user:ann')])
  t.equal(kept.find('a', at(5)), undefined)
  t.equal(kept.find('a', at(4)), undefined, 'only the last write is remembered')
  t.equal(kept.find('a', at(2)), 'A')
  t.equal(kept.find('b', at(2)), undefined)
})

t.test('a deletion touches too, a schema touches everything', async t => {
  const { touched, kept } = open()
  kept.keep('a', at(2), { value: 'A', resources: [doc(1)], until: NEVER })
  touched.take([{ ...change(3), deleted: [parseRelationship('doc:1#viewer@user:ann')] }])
  t.equal(kept.find('a', at(3)), undefined)
  kept.keep('a', at(3), { value: 'A', resources: [doc(1)], until: NEVER })
  touched.take([{ ...change(4), schemaChanged: true }])
  t.equal(kept.find('a', at(4)), undefined)
  kept.keep('a', at(4), { value: 'A', resources: [doc(1)], until: NEVER })
  touched.restart(toRevision(9))
  t.equal(kept.find('a', at(9)), undefined, 'and so does what was missed')
})

t.test('kept for its revision only, when it may rest on anything', async t => {
  const { kept } = open()
  kept.keep('a', at(2), { value: 'A', resources: null, until: NEVER })
  t.equal(kept.find('a', at(2)), 'A')
  t.equal(kept.find('a', at(3)), undefined)
})

t.test('kept until something of it expires, and not for a clock that was put back', async t => {
  const { kept } = open()
  kept.keep('a', at(2, 100), { value: 'A', resources: [], until: 150 })
  t.equal(kept.find('a', at(3, 149)), 'A')
  t.equal(kept.find('a', at(3, 150)), undefined)
  t.equal(kept.find('a', at(3, 99)), undefined)
})

t.test('the oldest go when there are too many', async t => {
  const { kept } = open(2)
  for (const key of ['a', 'b', 'c'])
    kept.keep(key, at(2), { value: key, resources: [], until: NEVER })
  t.strictSame(
    ['a', 'b', 'c'].map(key => kept.find(key, at(2))),
    [undefined, 'b', 'c'],
  )
})

t.test('never what has been written to since, whatever the history', async t => {
  const id = fc.integer({ min: 0, max: 5 })
  const property = fc.property(
    fc.array(id, { maxLength: 30 }),
    id,
    fc.nat(29),
    (written, mine, when) => {
      const { touched, kept } = open()
      const keptAt = Math.min(when, written.length) + 1
      written.forEach((each, i) => {
        if (i + 1 === keptAt)
          kept.keep('a', at(keptAt), { value: 'A', resources: [doc(mine)], until: NEVER })
        touched.take([change(i + 2, `doc:${each}#viewer@user:ann`)])
      })
      const head = written.length + 1
      const isWritten = written.some((each, i) => each === mine && i + 2 > keptAt)
      const found = kept.find('a', at(head)) !== undefined
      // It was kept only if the history is long enough.
      return found === (!isWritten && keptAt <= written.length)
    },
  )
  t.equal(fc.check(property).failed, false)
})
