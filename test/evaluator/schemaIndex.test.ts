import t from 'tap'
import { type KindId, type Kinds, NONE } from '../../src/evaluator/index.js'
import { NO_MEMBER, OBJECTS, schemaIndexOf, WILDCARDS } from '../../src/evaluator/schemaIndex.js'
import { schemaOf } from '../world.js'

const SCHEMA = `
  definition user {}
  definition group { relation member: user | group#member; }
  definition doc {
    relation reader: user:* | group#member
    permission read = reader
  }`

/** A supplier's kinds that grow when it meets new ones. */
function growing(): Kinds & { meet(type: string, relation: string): KindId } {
  const met: [type: string, relation: string][] = []
  return {
    get size() {
      return met.length
    },
    find: (type, relation) => {
      return met.findIndex(([a, b]) => a === type && b === relation) as KindId
    },
    typeOf: kind => met[kind][0],
    relationOf: kind => met[kind][1],
    meet: (type, relation) => (met.push([type, relation]) - 1) as KindId,
  }
}

t.test('an index is kept while no new kinds appear, and rebuilt when they do', async t => {
  const schema = schemaOf(SCHEMA)
  const kinds = growing()
  kinds.meet('user', '')
  const member = schema.member('group', 'member')!.id
  const before = schemaIndexOf(schema, kinds)
  t.equal(schemaIndexOf(schema, kinds), before)
  t.equal(before.kindOf(member), NONE)
  const kind = kinds.meet('group', 'member')
  t.equal(schemaIndexOf(schema, kinds).kindOf(member), kind)
  t.equal(schemaIndexOf(schema, kinds).members[kind], member)
  t.not(
    schemaIndexOf(schemaOf(SCHEMA), kinds),
    schemaIndexOf(schema, kinds),
    'another schema, another one',
  )
})

t.test('an index knows which subjects a relation admits, by kind and traits', async t => {
  const schema = schemaOf(SCHEMA)
  const kinds = growing()
  const user = kinds.meet('user', '')
  const ghost = kinds.meet('ghost', 'haunts')
  const schemaIndex = schemaIndexOf(schema, kinds)
  const reader = schema.member('doc', 'reader')!.id
  const member = schema.member('group', 'member')!.id
  t.equal(schemaIndex.admitted(reader, user) & OBJECTS, 0)
  t.not(schemaIndex.admitted(reader, user) & WILDCARDS, 0)
  t.not(schemaIndex.admitted(member, user) & OBJECTS, 0)
  t.equal(schemaIndex.admitted(member, user) & WILDCARDS, 0)
  t.equal(schemaIndex.admitted(reader, ghost), 0)
  t.equal(schemaIndex.admitted(reader, NONE), 0)
  t.equal(schemaIndex.members[ghost], NO_MEMBER)
})
