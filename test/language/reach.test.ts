import t from 'tap'
import { schemaOf } from '../world.js'

const schema = schemaOf(`use self
definition user {}
definition bot {}
definition group {
  relation member: user | group#member
}
definition folder {
  relation parent: folder
  relation reader: user:* | group#member
  permission read = reader + parent->read
}
definition doc {
  relation folder: folder#read
  relation owner: user
  relation banned: bot
  relation team: group
  permission none = nil
  permission own = owner
  permission itself = self
  permission both = owner & banned
  permission view = folder->read + own - banned
  permission teams = team.all(member)
  permission nowhere = owner->anything
}`)

const KINDS = ['user', 'bot', 'group', 'folder', 'doc'].flatMap(type => [
  [type, ''],
  ...(schema.definition(type)?.members ?? []).map(({ name }) => [type, name]),
])

const reached = (definition: string, name: string): readonly string[] => {
  const member = schema.member(definition, name)!
  return KINDS.filter(([type, relation]) => schema.reaches(member.id, type, relation)).map(
    ([type, relation]) => (relation === '' ? type : `${type}#${relation}`),
  )
}

t.test('a relation reaches the types it admits, and what their subject sets reach', async t => {
  t.strictSame(reached('doc', 'owner'), ['user'])
  t.strictSame(reached('doc', 'team'), ['group'])
  t.strictSame(reached('group', 'member'), ['user', 'group#member'])
  t.strictSame(reached('folder', 'reader'), ['user', 'group#member'])
  t.strictSame(reached('doc', 'folder'), ['user', 'group#member', 'folder#reader', 'folder#read'])
})

t.test('a permission reaches what it names, and what that reaches', async t => {
  t.strictSame(reached('doc', 'none'), [])
  t.strictSame(reached('doc', 'own'), ['user', 'doc#owner'])
  t.strictSame(reached('doc', 'both'), ['user', 'bot', 'doc#owner', 'doc#banned'])
})

t.test('`self` reaches the type of its own definition', async t => {
  t.strictSame(reached('doc', 'itself'), ['doc'])
})

t.test('what an exclusion takes away is not reached', async t => {
  t.notOk(reached('doc', 'view').includes('bot'))
})

t.test('an arrow drops the subject relation, and passes through what has its target', async t => {
  t.strictSame(reached('doc', 'view'), [
    'user',
    'group#member',
    'folder#reader',
    'folder#read',
    'doc#owner',
    'doc#own',
  ])
  t.strictSame(reached('doc', 'teams'), ['user', 'group#member'])
  t.strictSame(reached('doc', 'nowhere'), [])
})

t.test('recursion ends', async t => {
  t.strictSame(reached('folder', 'read'), ['user', 'group#member', 'folder#reader', 'folder#read'])
})

t.test('nothing reaches a kind that does not exist', async t => {
  const { id } = schema.member('doc', 'view')!
  t.notOk(schema.reaches(id, 'nobody', ''))
  t.notOk(schema.reaches(id, 'user', 'nothing'))
})
