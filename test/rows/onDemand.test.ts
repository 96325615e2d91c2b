// A question keeps the rows that were loaded for it, whatever the node's cache evicts. It therefore
// takes the same number of batches however small the cache is, and whoever else is asking.

import t from 'tap'
import { answerItem } from '../../src/engine/check.js'
import { atOnce } from '../../src/evaluator/sliced.js'
import { OnDemand, RowCache } from '../../src/rows/index.js'
import { toRevision } from '../../src/terms/index.js'
import { answersOf } from '../differential/answers.js'
import { once } from '../differential/asking.js'
import { NOW } from '../differential/cases.js'
import { toItem, world } from '../world.js'
import { rowOf } from './memory.js'

const DEPTH = 12
const REVISION = toRevision(1)
const SCHEMA = `
  definition user {}
  definition folder {
    relation one: folder
    relation viewer: user
    permission view = viewer + one->view
  }`
const steps = Array.from({ length: DEPTH }, (_, i) => `folder:${i}#one@folder:${i + 1}`)
const { schema, relationships } = world(
  [...steps, `folder:${DEPTH}#viewer@user:ann`].join(' '),
  SCHEMA,
)

function open(bytesMax: number) {
  const cache = new RowCache(bytesMax)
  const graph = new OnDemand(REVISION, {
    source: async (fetches, revision) =>
      fetches.map(fetch => rowOf(relationships, fetch, { prefix: 64, revision })),
    cache,
  })
  const views = () => {
    const workingSet = graph.past(REVISION)
    return { snapshot: workingSet, schema, revision: REVISION, workingSet }
  }
  return { graph, cache, views }
}

t.test('a question over a cache without room takes no more batches', async t => {
  const [small, large] = [open(1), open(1_000_000)]
  const item = toItem('folder:0#view@user:ann')
  const check = ({ views }: ReturnType<typeof open>) =>
    once(views, view => atOnce(answerItem(view, item, { now: NOW })))
  t.strictSame(await check(small), { kind: 'yes' })
  t.strictSame(await check(large), { kind: 'yes' })
  t.strictSame(small.graph.counts, large.graph.counts)
  t.ok(small.graph.counts.batches <= DEPTH + 1, `${small.graph.counts.batches} batches`)
  t.equal(small.cache.bytes, 0)
})

t.test('concurrent questions end over a cache of any size', async t => {
  const items = ['0', '3', '9', 'none'].flatMap(id =>
    ['ann', 'bob'].map(who => toItem(`folder:${id}#view@user:${who}`)),
  )
  const [expected, ...others] = await Promise.all(
    [1_000_000, 1, 1000, 3000].map(bytesMax => {
      const { views } = open(bytesMax)
      return Promise.all(items.map(item => answersOf(views, item)))
    }),
  )
  for (const found of others) t.strictSame(found, expected)
})
