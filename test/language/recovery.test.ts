// One mistake, one diagnostic: references to a broken part cause no further diagnostics.

import t from 'tap'
import { limits } from '../../src/terms/index.js'
import { doc, messages, mistakes, refusal } from './notation.js'

t.test('ten mistakes give ten diagnostics, each in its place', async t => {
  const text = `use expiratoin
definition user {}
definition Group {
  relation member user
  relation admin: usr
  permission all = member + admn
  permission some = member & (admin
  relation admin: user
}
definition doc {
  relation parent: doc
  permission view = parent->view->view
  relation nil: user
  permission edit = nil + veiw
}
caveat late(day string, day string) { day == "tue" }
`
  t.strictSame(mistakes(text), [
    '1:5 unknown-flag',
    '3:12 invalid-definition-name',
    '4:19 unexpected-token',
    '5:19 definition-not-found',
    '6:29 relation-not-found',
    '7:36 unexpected-token',
    '8:12 duplicate-relation',
    '12:21 nested-arrow',
    '13:12 unexpected-token',
    '16:25 duplicate-parameter',
  ])
})

t.test('names declared in broken parts are not reported as missing', async t => {
  const broken: Readonly<Record<string, readonly string[]>> = {
    'a relation': ['relation viewer user', 'permission view = viewer'],
    'an item with a misspelt keyword': ['relatoin viewer: user', 'permission view = viewer'],
    'an item without a name': ['relation : doc', 'permission view = viewer'],
    'a reference to a partial': ['...common extra', 'permission view = viewer'],
    'a block where none belongs': ['permission view {', ' viewer', '}', 'permission edit = view'],
  }
  for (const [what, items] of Object.entries(broken)) {
    t.strictSame(mistakes(doc(...items)).length, 1, what)
  }
})

t.test('broken heads cost one diagnostic, and not their body', async t => {
  const uses = `${doc('relation viewer: user with c')}\n`
  const heads = [
    'definitoin user {}\ncaveat c(x int) { x == 1 }',
    'definition user extra {}\ncaveat c(x int) { x == 1 }',
    'definition user\n{}\ncaveat c(x int) { x == 1 }',
    'definition user\ndefinition other {}\ncaveat c(x int) { x == 1 }',
    'definition user {}\ncaveat c(x int { x == 1 }',
    'definition user {}\ncaveat c(x int) { x == {',
  ]
  for (const head of heads) t.equal(mistakes(uses + head).length, 1, head)
  t.strictSame(mistakes('definition user extra {\n relation a: user\n}'), [
    '1:17 unexpected-token',
    '2:11 invalid-relation-name',
  ])
})

t.test('stray and missing braces cost one diagnostic', async t => {
  t.strictSame(mistakes(`${doc()}\n}\ndefinition user {}`), ['3:1 unexpected-token'])
  t.strictSame(mistakes('definition doc {\n relation abc: doc {\n }\n}'), ['2:20 unexpected-token'])
  t.strictSame(mistakes('definition doc {\n relation abc: doc {\n relation def: doc\n }\n}'), [
    '2:20 unexpected-token',
  ])
  t.strictSame(mistakes('definition doc {\n relation abc: doc\n'), ['3:1 unexpected-token'])
  t.strictSame(mistakes('definition doc {\n relation abc: doc\ndefinition user {}'), [
    '3:1 unexpected-token',
  ])
})

t.test('an unclosed comment, string or body is one diagnostic', async t => {
  t.strictSame(mistakes('definition doc {\n /* relation abc: doc\n}'), ['2:2 unterminated-comment'])
  t.strictSame(mistakes(doc('permission view = "abc')), ['2:19 unterminated-string'])
  t.strictSame(mistakes('caveat c(x int) { x == 1\n'), ['1:17 unterminated-body'])
})

t.test('messages say what was found and what was expected', async t => {
  t.strictSame(messages(doc('relation viewer user')), [
    'expected `:` and the types of its subjects, found `user`',
  ])
  t.strictSame(messages(doc('relation nil: doc')), [
    'expected the name of a relation, found the keyword `nil`',
  ])
  t.strictSame(messages('definition doc'), [
    'expected `{` after the name of the definition, found the end of the text',
  ])
})

t.test(
  'a refusal tells all diagnostics, and the facts of the first that cannot be read',
  async t => {
    const text = doc('relation viewer: usr', 'relation editor user')
    const { code, message, metadata } = refusal(text)
    t.equal(code, 'schema-parse')
    t.strictSame(message.split('\n'), [
      'parse error in `schema`, line 3, column 17: expected `:` and the types of its ' +
        'subjects, found `user`',
      'type error in `schema`, line 2, column 18: object definition `usr` not found',
    ])
    t.strictSame(metadata, {
      start_line_number: '2',
      start_column_position: '16',
      end_line_number: '2',
      end_column_position: '20',
      source_code: 'user',
    })
  },
)

t.test('a refusal for types only carries the keys of its class', async t => {
  const { code, metadata } = refusal(doc('relation viewer: usr'))
  t.equal(code, 'schema-type')
  t.match(metadata, { definition_name: 'usr', start_line_number: '1' })
})

t.test('only the first of very many mistakes are reported, and that there are more', async t => {
  const most = limits.diagnosticsMax
  const broken = (count: number) => doc(...Array.from({ length: count }, () => 'relation abc def'))
  t.equal(mistakes(broken(most)).length, most)
  t.notMatch(mistakes(broken(most)), [/too-many-mistakes/])
  t.equal(mistakes(broken(most + 50)).length, most + 1)
  t.match(mistakes(broken(most + 50)).at(-1), 'too-many-mistakes')
})
