// Ranges of lists: a scan leaves out only what is outside its range, and skips nothing when it
// continues.

import fc from 'fast-check'
import t from 'tap'
import { comparePositions } from '../../src/rows/chunk.js'
import { isInRange, readOn } from '../../src/rows/listRange.js'
import { compareTexts, type Position } from '../../src/terms/index.js'

const type = fc.constantFrom('a', 'b', 'b/c', 'd')
const id = fc.constantFrom('0', '1', '2', '10', 'é')
const bound = fc.option(id)
const position: fc.Arbitrary<Position> = fc.record({ type, id, relation: fc.constantFrom('', 'r') })
const span = fc
  .record({
    types: fc.uniqueArray(type),
    limited: type,
    after: bound,
    until: bound,
    all: fc.boolean(),
  })
  .map(({ types, limited, after, until, all }) => ({
    types: types.sort(compareTexts),
    idRange: all ? null : { type: limited, after, until },
  }))

t.test('a scan that continues after a position misses nothing, and always advances', async t => {
  const property = fc.property(span, position, fc.array(position), (span, last, list) => {
    const on = readOn(span, last)
    if (on !== null && comparePositions(on, last) < 0) return false
    return list.every(each => {
      const isMissed =
        comparePositions(each, last) > 0 && (on === null || comparePositions(each, on) <= 0)
      return !isMissed || !isInRange(span, each)
    })
  })
  t.equal(fc.check(property).failed, false)
})

t.test('neither what comes before the range of ids is read, nor what comes after it', async t => {
  const span = { types: ['doc', 'group'], idRange: { type: 'doc', after: 'm', until: 't' } }
  const after = (type: string, id: string) => {
    const on = readOn(span, { type, id, relation: '' })
    return on && `${on.type}:${on.id}`
  }
  t.equal(after('doc', 'a'), 'doc:m')
  t.equal(after('doc', 'n'), 'doc:n')
  t.equal(after('doc', 'u'), 'group:')
  t.equal(after('app', 'x'), 'doc:m')
  t.equal(after('folder', 'x'), 'group:')
  t.equal(after('user', 'x'), null)
})
