// `@sharing` in comments: what it declares, and everything that can be wrong with it.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { compileSchema } from '../../src/language/index.js'
import { schemaOf } from '../world.js'

const schemaZed = readFileSync(join(import.meta.dirname, '../../../schema.zed'), 'utf8')

/** `line:column code`, and the message after it. */
function mistakes(text: string): readonly string[] {
  const compiled = compileSchema(text)
  if (compiled.ok) return []
  return compiled.diagnostics.map(
    ({ span, code, message }) => `${span.line}:${span.column} ${code} ${message}`,
  )
}

t.test('schema.zed declares its account, its groups, and five kinds that are shared', async t => {
  const { sharing } = schemaOf(schemaZed)
  t.strictSame(
    [...sharing.scopes.values()],
    [
      {
        definition: 'account',
        people: 'member',
        createForGroups: 'active',
        createForEveryone: 'administrate',
      },
    ],
  )
  t.strictSame(
    [...sharing.shared.keys()],
    [...['account', 'group', 'campaign', 'contact_list', 'template', 'form', 'landing_page']],
  )
  const form = sharing.shared.get('form')
  t.match(form, {
    scope: { relation: 'account', type: 'account' },
    access: 'view',
    sheet: 'share',
    manage: 'share',
    remove: 'edit',
    adding: { permission: 'add_group', role: 'viewer' },
  })
  const principals = [
    { kind: 'person', type: 'user', relation: '' },
    { kind: 'group', type: 'group', relation: 'member' },
    { kind: 'everyone', type: 'account', relation: 'member' },
  ]
  const role = { managedBy: 'share', neverEmpty: false, principals }
  t.strictSame(form?.roles, [
    { name: 'viewer', ...role, isDefault: true, isMakers: false },
    { name: 'editor', ...role, isDefault: false, isMakers: true },
  ])
  const [owner] = sharing.shared.get('account')?.roles ?? []
  t.match(owner, { name: 'owner', managedBy: 'own', neverEmpty: true, isMakers: true })
})

t.test('clauses stand in comments of either style, several on a line or on several', async t => {
  const { sharing } = schemaOf(`
definition user {}
definition doc {
  // who reads it
  // @sharing role never empty managed by boss
  relation reader: user | user:*
  /*
   * @sharing   access ,  manage
   * @sharing remove
   */
  permission boss = reader
}`)
  t.match(sharing.shared.get('doc'), {
    scope: null,
    access: 'boss',
    manage: 'boss',
    remove: 'boss',
    sheet: 'boss',
    adding: null,
    roles: [{ neverEmpty: true, principals: [{ kind: 'person' }, { kind: 'everyone' }] }],
  })
})

t.test('other comments declare nothing', async t => {
  const { sharing } = schemaOf(`
definition user {}
/**
 * Mail me@sharing.org; see @sharing.
 * @sharing.org is a place, and @sharing-x another.
 */
definition doc {
  /** as @sharing role says; @sharingrole */
  relation reader: user
}`)
  t.equal(sharing.shared.size + sharing.scopes.size, 0)
})

/** A definition of a document in an account, with lines of its own. */
const doc = (...lines: readonly string[]): string => `definition user {}
definition team { relation member: user
}
definition account {
  relation staff: user
  // @sharing people, create for everyone
  permission all = staff
}
definition doc {
${lines.join('\n')}
}`

const SCOPE = ['// @sharing scope', 'relation account: account']
const MANAGE = ['// @sharing manage', 'permission share = account->all']
const READER = ['// @sharing role', 'relation reader: user']

t.test('every mistake is reported at its position', async t => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [
      ['// @sharing rle', 'relation reader: user'],
      /11:10 sharing-clause .*`rle`.*did you mean `role`/,
    ],
    [['// @sharing', 'relation reader: user'], /sharing-clause .*found nothing/],
    [
      ['// @sharing role deflt', 'relation reader: user'],
      /`deflt` after `role`.*did you mean `default`/,
    ],
    [['// @sharing role default default', 'relation reader: user'], /`default` twice/],
    [
      ['// @sharing role managed by', 'relation reader: user'],
      /name of a permission after `managed by`/,
    ],
    [['// @sharing add', 'permission boss = nil'], /`add` and the name of one role/],
    [
      ['// @sharing role', 'permission boss = nil'],
      /11:12 sharing-not-a-relation .*`role` belongs to a relation/,
    ],
    [['// @sharing scope', 'permission boss = nil'], /`scope` belongs to a relation/],
    [
      [...SCOPE, ...MANAGE, '// @sharing role', '// @sharing role', 'relation r_r: user'],
      /second `role`/,
    ],
    [
      [...SCOPE, ...MANAGE, ...READER, '// @sharing manage', 'permission more = nil'],
      /second `manage`/,
    ],
    [[...SCOPE, ...READER], /sharing-no-manage/],
    [[...SCOPE, ...MANAGE], /sharing-no-role/],
    [['// @sharing add reader', 'permission boss = nil'], /sharing-no-role .*`add`/],
    [
      [...SCOPE, ...MANAGE, '// @sharing role managed by shar', 'relation reader: user'],
      /sharing-unknown-permission .*did you mean `share`/,
    ],
    [
      [...SCOPE, ...MANAGE, ...READER, '// @sharing add redaer', 'permission more = nil'],
      /sharing-unknown-role .*did you mean `reader`/,
    ],
    [
      [...SCOPE, ...MANAGE, ...READER, '// @sharing add reader', 'permission more = nil'],
      /sharing-no-group/,
    ],
    [
      [
        '// @sharing scope',
        'relation account: account | user',
        ...MANAGE.slice(1),
        '// @sharing manage',
        'permission boss = nil',
        ...READER,
      ],
      /sharing-scope-type/,
    ],
    [
      [
        '// @sharing scope',
        'relation team: team',
        '// @sharing manage',
        'permission boss = nil',
        ...READER,
      ],
      /sharing-no-scope/,
    ],
    [
      [...SCOPE, ...MANAGE, '// @sharing role', 'relation reader: user | team#member'],
      /sharing-stranger .*`team#member`/,
    ],
    [
      [...SCOPE, ...MANAGE, '// @sharing role', 'relation reader: team'],
      /sharing-stranger .*`team`/,
    ],
    [
      [...SCOPE, ...MANAGE, '// @sharing role default', 'relation reader: user'],
      /sharing-no-everyone/,
    ],
    [
      [
        '// @sharing manage',
        'permission boss = nil',
        '// @sharing role default',
        'relation reader: user',
      ],
      /sharing-no-scope .*`default`/,
    ],
    [
      [...SCOPE, ...MANAGE, '// @sharing role never empty', 'relation reader: account#all'],
      /sharing-no-person/,
    ],
    [
      [
        ...SCOPE,
        ...MANAGE,
        '// @sharing role default',
        'relation reader: account#all',
        '// @sharing role default',
        'relation writer: account#all',
      ],
      /second role that is `default`/,
    ],
    [['// @sharing create for groups', 'permission boss = nil'], /sharing-no-people/],
  ]
  for (const [lines, expected] of wrong) {
    t.match(mistakes(doc(...lines)).join('\n'), expected, lines.join(' '))
  }
  t.strictSame(mistakes(doc(...SCOPE, ...MANAGE, ...READER)), [])
})

t.test('all mistakes come at once, one in a partial once, and one of a definition too', async t => {
  const text = `use partial
definition user {}
partial shared {
  // @sharing rol
  relation reader: user
}
definition one { ...shared
}
/** @sharing role */
caveat odd(n int) { n == 1 }
/** @sharing manage */
definition two { ...shared
  // @sharing manag
  permission boss = reader
}`
  t.match(mistakes(text), [
    /^5:12 .*`rol`/,
    /^10:8 sharing-misplaced .*caveat/,
    /^12:12 sharing-misplaced .*definition/,
    /`manag`/,
  ])
  t.equal(mistakes(text).length, 4)
})

t.test('no comment whatever makes it fall over', async t => {
  const words = [
    'role',
    'default',
    'maker',
    'never',
    'empty',
    'managed',
    'by',
    'add',
    'scope',
    ',',
    '@sharing',
    'people',
    'create',
    'for',
    'groups',
    'reader',
    '\u{1f600}',
    '',
  ]
  const line = fc.array(fc.constantFrom(...words), { maxLength: 8 }).map(each => each.join(' '))
  const property = fc.property(line, line, (a, b) => {
    compileSchema(
      doc(
        ...SCOPE,
        ...MANAGE,
        `// @sharing ${a}`,
        'relation reader: user',
        `/* @sharing ${b} */`,
        'permission more = reader',
      ),
    )
  })
  t.equal(fc.check(property).failed, false)
})
