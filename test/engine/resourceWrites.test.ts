// Writes to resources: "the same" is only said of what is known, and nothing is forgotten sooner
// than it must be.

import t from 'tap'
import { ResourceWrites } from '../../src/engine/graph/resourceWrites.js'
import { parseRelationship, toRevision } from '../../src/terms/index.js'
import { toChange } from '../replica/supplier.js'

const doc = (id: number | string) => ({ type: 'doc', id: `${id}` })
const created = (revision: number, ...texts: readonly string[]) =>
  toChange(revision, { created: texts.map(parseRelationship) })
const write = (revision: number, ...ids: readonly (number | string)[]) =>
  created(revision, ...ids.map(id => `doc:${id}#viewer@user:ann`))
const isSame = (resourceWrites: ResourceWrites, id: number | string, a: number, b: number) =>
  resourceWrites.same(doc(id), toRevision(a), toRevision(b))

t.test('the same on either side of a write, not across it, whichever is asked first', async t => {
  const resourceWrites = new ResourceWrites(toRevision(1))
  resourceWrites.take([write(2, 'x'), write(3, 'a', 'b'), write(4, 'x'), write(5)])
  t.ok(isSame(resourceWrites, 'a', 3, 5))
  t.ok(isSame(resourceWrites, 'a', 5, 3))
  t.ok(isSame(resourceWrites, 'c', 1, 5), 'never written')
  t.notOk(isSame(resourceWrites, 'a', 2, 5))
  t.notOk(isSame(resourceWrites, 'b', 5, 2))
  t.notOk(isSame(resourceWrites, 'a', 1, 2), 'only the last write is remembered')
})

t.test('a resource is its type and its id; a subject is not written to', async t => {
  const resourceWrites = new ResourceWrites(toRevision(1))
  resourceWrites.take([created(2, 'doc:a#viewer@group:g#member', 'folder:b#viewer@doc:c')])
  t.notOk(isSame(resourceWrites, 'a', 1, 2))
  t.ok(isSame(resourceWrites, 'b', 1, 2))
  t.ok(isSame(resourceWrites, 'c', 1, 2))
  t.ok(resourceWrites.same({ type: 'group', id: 'g' }, toRevision(1), toRevision(2)))
})

t.test('earlier writes, and revisions not reported yet, prove nothing', async t => {
  const resourceWrites = new ResourceWrites(toRevision(5))
  t.notOk(isSame(resourceWrites, 'a', 4, 5))
  t.notOk(isSame(resourceWrites, 'a', 5, 6))
  resourceWrites.take([write(6, 'x')])
  t.ok(isSame(resourceWrites, 'a', 5, 6))
  t.notOk(isSame(resourceWrites, 'a', 6, 7))
  resourceWrites.restart(toRevision(9))
  t.notOk(isSame(resourceWrites, 'a', 6, 9), 'changes were missed')
  t.notOk(isSame(resourceWrites, 'a', 9, 10))
  resourceWrites.take([write(10, 'x')])
  t.ok(isSame(resourceWrites, 'a', 9, 10))
})

t.test('a schema changes what all rows mean, from its revision on', async t => {
  const resourceWrites = new ResourceWrites(toRevision(1))
  resourceWrites.take([{ ...write(2), schemaChanged: true }, write(3, 'x')])
  t.notOk(isSame(resourceWrites, 'a', 1, 2))
  t.ok(isSame(resourceWrites, 'a', 2, 3))
})

t.test(
  'more resources than it remembers: some are forgotten, none is believed wrongly',
  async t => {
    const resourceWrites = new ResourceWrites(toRevision(0))
    const count = 25_000
    for (let i = 1; i <= count; i++) resourceWrites.take([write(i, i)])
    const wrong = []
    for (let i = 1; i <= count; i++) if (isSame(resourceWrites, i, i - 1, count)) wrong.push(i)
    t.strictSame(wrong, [])
    t.ok(isSame(resourceWrites, 'a', count - 1000, count), 'a recent revision is still known')
    t.ok(isSame(resourceWrites, count - 1000, count - 1000, count))
    t.notOk(isSame(resourceWrites, 'never', 1, count), 'an old one is not')
    const ids = Array.from({ length: 12_000 }, (_, i) => `new${i}`)
    resourceWrites.take([write(count + 1, ...ids)])
    t.strictSame(
      ids.filter(id => isSame(resourceWrites, id, count, count + 1)),
      [],
      'in one revision too',
    )
  },
)
