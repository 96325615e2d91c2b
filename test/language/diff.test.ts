import t from 'tap'
import { diffInSteps, printAllowedType, type SchemaChange } from '../../src/language/index.js'
import { withoutPause } from '../../src/language/steps.js'
import { schemaOf } from '../world.js'

const BASE = `use expiration
definition user {}
definition group {
  relation member: user
}
caveat at_night(hour int, zone string) { hour > 20 && zone == "utc" }
definition doc {
  relation viewer: user | user:* | group#member | user with at_night | user with expiration
  relation editor: user
  permission view = viewer + editor
}
`

/** A change as a line: `kind` and what it is about. */
function printChange(change: SchemaChange): string {
  const words: string[] = [change.kind]
  if ('definition' in change) words.push(change.definition.name)
  if ('relation' in change) words.push(change.relation.definition, change.relation.name)
  if ('type' in change) words.push(printAllowedType(change.type))
  if ('permission' in change) words.push(change.permission.definition, change.permission.name)
  if ('caveat' in change) words.push(change.caveat.name)
  if ('parameter' in change) words.push(change.parameter.name, change.parameter.type)
  if ('from' in change) words.push(`from ${change.from}`)
  return words.join(' ')
}

const changesBetween = (from: string, to: string): readonly string[] =>
  withoutPause(diffInSteps(schemaOf(from), schemaOf(to))).map(printChange)

/** What becomes of the base when one text in it is replaced. */
function changes(from: string, to: string): readonly string[] {
  t.ok(BASE.includes(from))
  return changesBetween(BASE, BASE.replace(from, to))
}

t.test('a schema does not differ from itself', async t => {
  t.strictSame(changesBetween(BASE, BASE), [])
})

t.test('a removed definition is one change, plus one where its type was admitted', async t => {
  t.strictSame(changesBetween(BASE, 'definition user {}'), [
    'definition-removed group',
    'definition-removed doc',
    'caveat-removed at_night',
  ])
  t.strictSame(changesBetween('definition user {}', BASE), [
    'definition-added group',
    'definition-added doc',
    'caveat-added at_night',
  ])
})

t.test('a relation is removed when it is gone or becomes a permission', async t => {
  const viewOnly = 'permission view = viewer\n}'
  t.strictSame(
    changes('  relation editor: user\n  permission view = viewer + editor\n}', viewOnly),
    ['relation-removed doc editor', 'permission-expression-changed doc view'],
  )
  t.strictSame(changes('relation editor: user', 'permission editor = viewer'), [
    'relation-removed doc editor',
    'permission-added doc editor',
  ])
  t.strictSame(changes('permission view = viewer + editor', 'relation view: user').toSorted(), [
    'permission-removed doc view',
    'relation-added doc view',
  ])
})

t.test('an allowed type with other traits is another type', async t => {
  const types = ['user', 'user:*', 'group#member', 'user with at_night', 'user with expiration']
  for (const type of types) {
    const others = types.filter(other => other !== type).join(' | ')
    t.strictSame(changes(types.join(' | '), others), [`allowed-type-removed doc viewer ${type}`])
    t.strictSame(changesBetween(BASE.replace(types.join(' | '), others), BASE), [
      `allowed-type-added doc viewer ${type}`,
    ])
  }
})

t.test('parameters that go or change their type are changes', async t => {
  t.strictSame(
    changes('(hour int, zone string) { hour > 20 && zone == "utc" }', '(hour int) { hour > 20 }'),
    ['caveat-parameter-removed at_night zone string', 'caveat-expression-changed at_night'],
  )
  t.strictSame(changes('hour int', 'hour double'), [
    'caveat-parameter-changed at_night hour double from int',
  ])
  t.strictSame(changes('zone string) {', 'zone string, least int) { hour > least &&'), [
    'caveat-parameter-added at_night least int',
    'caveat-expression-changed at_night',
  ])
})

t.test('permissions and conditions are compared by meaning, not by layout', async t => {
  t.strictSame(changes('view = viewer + editor', 'view = viewer'), [
    'permission-expression-changed doc view',
  ])
  t.strictSame(changes('view = viewer + editor', 'view = (viewer  + (editor))'), [])
  t.strictSame(changes('hour > 20', 'hour > 21'), ['caveat-expression-changed at_night'])
  t.strictSame(changes('  permission view = viewer + editor\n', ''), [
    'permission-removed doc view',
  ])
})

t.test('a changed comment is a change of its own', async t => {
  const commented = BASE.replace('definition user', '// people\ndefinition user')
    .replace('  relation editor', '  /* writes */\n  relation editor')
    .replace('  permission view', '  // sees\n  permission view')
    .replace('caveat at_night', '/** dark */\ncaveat at_night')
  t.strictSame(changesBetween(BASE, commented), [
    'definition-comment-changed user',
    'relation-comment-changed doc editor',
    'permission-comment-changed doc view',
    'caveat-comment-changed at_night',
  ])
})
