import t from 'tap'
import { diffSchemas, printAllowedType } from '../../src/language/index.js'
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

/** What becomes of the base when one text in it is replaced: `kind facts`. */
function changes(from: string, to: string): readonly string[] {
  t.ok(BASE.includes(from))
  return diffSchemas(schemaOf(BASE), schemaOf(BASE.replace(from, to))).map(({ kind, ...facts }) =>
    Object.values(facts).reduce<string>(
      (text, fact) => `${text} ${typeof fact === 'string' ? fact : printAllowedType(fact)}`,
      kind,
    ),
  )
}

t.test('a schema does not differ from itself', async t => {
  t.strictSame(diffSchemas(schemaOf(BASE), schemaOf(BASE)), [])
})

t.test('a removed definition is told once, and where its type was admitted', async t => {
  const gone = schemaOf('definition user {}')
  t.strictSame(diffSchemas(schemaOf(BASE), gone), [
    { kind: 'definition-removed', definition: 'group' },
    { kind: 'definition-removed', definition: 'doc' },
  ])
})

t.test('a relation is removed when it is gone or becomes a permission', async t => {
  const viewOnly = 'permission view = viewer\n}'
  t.strictSame(
    changes('  relation editor: user\n  permission view = viewer + editor\n}', viewOnly),
    ['relation-removed doc editor'],
  )
  t.strictSame(changes('relation editor: user', 'permission editor = viewer'), [
    'relation-removed doc editor',
  ])
})

t.test('each allowed type is told by its own traits', async t => {
  const types = ['user', 'user:*', 'group#member', 'user with at_night', 'user with expiration']
  for (const type of types) {
    const others = types.filter(other => other !== type).join(' | ')
    t.strictSame(changes(types.join(' | '), others), [`allowed-type-removed doc viewer ${type}`])
  }
})

t.test('parameters are told when they go or change their type', async t => {
  t.strictSame(
    changes('(hour int, zone string) { hour > 20 && zone == "utc" }', '(hour int) { hour > 20 }'),
    ['caveat-parameter-removed at_night zone'],
  )
  t.strictSame(changes('hour int', 'hour double'), [
    'caveat-parameter-changed at_night hour int double',
  ])
})

t.test('what takes nothing away is not told', async t => {
  t.strictSame(changes('relation editor: user', 'relation editor: user | group#member'), [])
  t.strictSame(changes('view = viewer + editor', 'view = viewer'), [])
  t.strictSame(changes('  permission view = viewer + editor\n', ''), [])
  t.strictSame(changes('hour > 20', 'hour > 21'), [])
  t.strictSame(changes('zone string) {', 'zone string, least int) { hour > least &&'), [])
})
