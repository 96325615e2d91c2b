// Tests of outlines in the log: they have declared names, types and counts, and nothing that the
// client chose.

import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { outlineOf } from '../../src/http/outline.js'

const SCHEMA = {
  body: {
    properties: {
      items: { items: { properties: { id: {}, context: { type: 'object' } } } },
      flag: {},
      note: {},
    },
  },
}

const outline = (body: unknown, schema: object = SCHEMA) =>
  outlineOf({ body, routeOptions: { schema } } as unknown as FastifyRequest)

t.test('declared names have kinds, lists have counts, chosen names are counted', async t => {
  const item = { id: 'secret', context: { 'olga@example.com': 1, secret: { id: 'secret' } } }
  const told = outline({ items: Array(7).fill(item), flag: true, note: null, secret: 'secret' })
  const outlined = { id: 'string', context: { '…': '2 names' } }
  t.strictSame(told.question, {
    items: [outlined, outlined, outlined, '7 in all'],
    flag: 'boolean',
    note: 'null',
    '…': '1 names',
  })
  t.notMatch(JSON.stringify(told), /secret|olga/)
})

t.test('equal requests have equal hashes, different ones different', async t => {
  const hash = (id: string) => outline({ items: [{ id }] }).hash
  t.equal(hash('a'), hash('a'))
  t.not(hash('a'), hash('b'))
  t.match(hash('a'), /^[0-9a-f]{16}$/)
})

t.test('deep values and streams are not outlined', async t => {
  let deep: object = { id: 'secret' }
  for (let level = 0; level < 100; level++) deep = { items: [deep] }
  t.notMatch(JSON.stringify(outline(deep)), 'secret')
  t.match(JSON.stringify(outline(deep)), '1 inside')
  t.strictSame(outline(new (class Stream {})()), { question: 'stream', hash: null })
})

t.test('names of a query string are those between its dots', async t => {
  const schema = { querystring: { properties: { 'actor.objectType': {} } } }
  const query = { actor: { objectType: 'secret', secret: 1 } }
  const told = outlineOf({ query, routeOptions: { schema } } as unknown as FastifyRequest)
  t.strictSame(told.question, { actor: { objectType: 'string', '…': '1 names' } })
})
