import t from 'tap'
import type { BookmarkOrigin } from '../../src/engine/bookmark.js'
import {
  type LookupQuery,
  lookupCursorPrinter,
  parseLookupCursor,
} from '../../src/engine/lookupCursor.js'
import { type DatastoreId, seal, toRevision } from '../../src/terms/index.js'

const HERE: BookmarkOrigin = { datastore: 'here' as DatastoreId, store: 'default' }
const QUERY: LookupQuery = {
  lookup: 'resources',
  question: { type: 'document', context: { a: 1, b: [2] } },
}
const cursor = lookupCursorPrinter(HERE, QUERY, toRevision(7))('plän')

t.test('a cursor says where to go on, and at which revision', async t => {
  t.strictSame(parseLookupCursor(HERE, QUERY, cursor), { revision: 7, after: 'plän' })
  const turned = { ...QUERY, question: { context: { b: [2], a: 1 }, type: 'document' } }
  t.strictSame(parseLookupCursor(HERE, turned, cursor).after, 'plän', 'keys in another order')
})

t.test('a cursor of another question, store or datastore is refused', async t => {
  const others: readonly [BookmarkOrigin, LookupQuery][] = [
    [{ ...HERE, store: 'other' }, QUERY],
    [{ ...HERE, datastore: 'there' as DatastoreId }, QUERY],
    [HERE, { ...QUERY, lookup: 'subjects' }],
    [HERE, { ...QUERY, question: { ...QUERY.question, context: { a: 1, b: [3] } } }],
  ]
  for (const [origin, query] of others) {
    t.throws(() => parseLookupCursor(origin, query, cursor), { code: 'cursor-mismatch' })
  }
})

t.test('what is no cursor of a lookup is refused', async t => {
  const forged = [
    'nonsense',
    '',
    cursor.slice(2),
    seal('c1', ['here', 'default', 7, 'sum', 'id']),
    seal('l1', ['here', 'default', 7, 'sum']),
    seal('l1', ['here', 'default', 'seven', 'sum', 'id']),
    seal('l1', ['here', 'default', 7, 'sum', 8]),
  ]
  for (const text of forged) {
    t.throws(() => parseLookupCursor(HERE, QUERY, text), { code: 'cursor-malformed' })
  }
})
