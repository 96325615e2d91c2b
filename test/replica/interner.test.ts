import t from 'tap'
import {
  type KindId,
  KindTable,
  NONE,
  type NodeId,
  type ObjectId,
} from '../../src/evaluator/index.js'
import { CaveatUses } from '../../src/replica/caveatUses.js'
import { CodeColumn } from '../../src/replica/column.js'
import { Nodes } from '../../src/replica/nodes.js'
import { Pairs } from '../../src/replica/pairs.js'

t.test('kinds are found by type and relation, without mixing up the two', async t => {
  const kinds = new KindTable()
  const words = [
    ['user', ''],
    ['doc', 'viewer'],
    ['doc', ''],
    ['viewer', 'doc'],
  ] as const
  const numbers = words.map(([type, relation]) => kinds.add(type, relation))
  t.strictSame(numbers, [0, 1, 2, 3])
  t.equal(kinds.add('doc', 'viewer'), 1)
  t.equal(kinds.size, 4)
  t.equal(kinds.find('user', 'viewer'), NONE)
  t.equal(kinds.find('constructor', ''), NONE)
  t.strictSame(
    numbers.map(kind => [kinds.typeOf(kind), kinds.relationOf(kind)]),
    words,
  )
})

t.test('nodes are found by object and kind, and say both', async t => {
  const nodes = new Nodes()
  const model = new Map<string, NodeId>()
  for (let i = 0; i < 5000; i++) {
    const object = ((i * 7919) % 1000) as ObjectId
    const kind = ((i * 31) % 17) as KindId
    model.set(`${object} ${kind}`, nodes.add(object, kind))
  }
  const numbers = [...model.values()]
  t.equal(nodes.size, model.size)
  t.strictSame(numbers, [...numbers.keys()], 'in the order in which they come')
  t.strictSame(
    numbers.map(node => `${nodes.objectOf(node)} ${nodes.kindOf(node)}`),
    [...model.keys()],
  )
  t.equal(nodes.find(3 as ObjectId, 99 as KindId), NONE)
  t.equal(nodes.find(1_000_000 as ObjectId, 0 as KindId), NONE, 'an object without nodes')
})

t.test('pairs get numbers in the order in which they come', async t => {
  const pairs = new Pairs()
  const values = Array.from({ length: 3000 }, (_, i) => [i % 50, (i * i) % 2 ** 30] as const)
  const distinct = [...new Map(values.map(pair => [pair.join(), pair])).values()]
  for (const [first, second] of values) pairs.add(first, second)
  t.equal(pairs.size, distinct.length)
  t.strictSame(
    distinct.map((_, number) => [pairs.first(number), pairs.second(number)]),
    distinct,
  )
  t.strictSame(
    distinct.map(([first, second]) => pairs.find(first, second)),
    distinct.map((_, number) => number),
  )
  t.equal(pairs.find(50, 0), NONE)
})

t.test('a code that needs more than two bytes widens its column', async t => {
  const codes = new CodeColumn()
  for (const code of [1, 0xffff, 0x10000, 2]) codes.push(code)
  t.strictSame([...codes.cells.subarray(0, codes.length)], [1, 0xffff, 0x10000, 2])
})

t.test('a caveat use is kept once for each name and context', async t => {
  const uses = new CaveatUses()
  const first = uses.add({ name: 'only_on', context: { day: 'tue' } })
  const again = uses.add({ name: 'only_on', context: { day: 'tue' } })
  const other = uses.add({ name: 'only_on', context: { day: 'wed' } })
  t.equal(again, first)
  t.not(other, first)
  t.strictSame(uses.at(other), { name: 'only_on', context: { day: 'wed' } })
  t.equal(uses.add(null), NONE)
  t.equal(uses.at(NONE), null)
})
