import t from 'tap'
import type { DefinitionNode, ItemNode } from '../../src/language/syntax.js'
import { limits } from '../../src/terms/index.js'
import { doc, parse, spell } from './notation.js'

const itemsOf = (text: string): readonly ItemNode[] => {
  const { tree, found } = parse(text)
  t.strictSame(found, [], text)
  return (tree.declarations[0] as DefinitionNode).items
}

const expressionOf = (expression: string, uses = ''): string => {
  const { tree, found } = parse(`${uses}${doc(`permission x = ${expression}`)}`)
  t.strictSame(found, [], expression)
  const [item] = (tree.declarations[0] as DefinitionNode).items
  return item.kind === 'permission' ? spell(item.expression) : item.kind
}

/** The codes of what is wrong with the items of one body, with their lines. */
const foundIn = (...items: readonly string[]): readonly string[] => parse(doc(...items)).found

t.test('operators bind in this order: arrow, +, &, -', async t => {
  const table = {
    'a - b + c': '(a - (b + c))',
    'a + b - c': '((a + b) - c)',
    'a & b + c': '(a & (b + c))',
    'a + b & c': '((a + b) & c)',
    'a - b & c': '(a - (b & c))',
    'a & b - c': '((a & b) - c)',
    'a - b - c': '((a - b) - c)',
    'a - (b - c)': '(a - (b - c))',
    'a - b & c + d': '(a - (b & (c + d)))',
    'a + b & c - d': '(((a + b) & c) - d)',
    'a->b + c->d - e': '((a.any(b) + c.any(d)) - e)',
  }
  for (const [text, tree] of Object.entries(table)) t.equal(expressionOf(text), tree)
})

t.test('parentheses override, and leave no trace where they change nothing', async t => {
  t.equal(expressionOf('(a - b) + c'), '((a - b) + c)')
  t.equal(expressionOf('(a & b) + c'), '((a & b) + c)')
  t.equal(expressionOf('((a)) + (b + c) + (d)'), '(a + b + c + d)')
  t.equal(expressionOf('a & (b & c)'), '(a & b & c)')
})

t.test('arrows are written three ways', async t => {
  t.equal(expressionOf('a->b'), 'a.any(b)')
  t.equal(expressionOf('a.any(b)'), 'a.any(b)')
  t.equal(expressionOf('a.all(b)'), 'a.all(b)')
})

t.test('`nil` is a keyword always, `self` if used', async t => {
  t.equal(expressionOf('nil + self'), '(nil + self)')
  const kindsOf = (uses: string) => {
    const { tree } = parse(`${uses}${doc('permission x = self')}`)
    const [item] = (tree.declarations[0] as DefinitionNode).items
    return item.kind === 'permission' ? item.expression.kind : item.kind
  }
  t.equal(kindsOf(''), 'name')
  t.equal(kindsOf('use self\n'), 'self')
})

t.test('an expression goes on after an operator at the end of a line, not before one', async t => {
  t.equal(expressionOf('a +\n b'), '(a + b)')
  t.equal(expressionOf('a ->\n b'), 'a.any(b)')
  t.equal(expressionOf('(a +\n b)'), '(a + b)')
  t.strictSame(foundIn('permission x = a', '+ b'), ['3 unexpected-token'])
})

t.test('an arrow begins with a relation, and no second arrow follows', async t => {
  for (const bad of ['nil->x', '(a)->x', '(a + b).any(x)', 'a->(b)', 'a->nil', 'a.some(x)']) {
    t.strictSame(foundIn(`permission x = ${bad}`), ['2 unexpected-token'], bad)
  }
  t.strictSame(parse(`use self\n${doc('permission x = self->y')}`).found, ['3 unexpected-token'])
  t.strictSame(foundIn('permission x = a->b->c'), ['2 nested-arrow'])
  t.strictSame(foundIn('permission x = a.any(b).all(c)->d + e'), ['2 nested-arrow'])
})

t.test('expressions may be as deep as the limit, and no deeper', async t => {
  const nested = (depth: number) => `${'('.repeat(depth)}a${')'.repeat(depth)}`
  const chained = (depth: number) => `a${' - a'.repeat(depth)}`
  const most = limits.expressionDepthMax
  for (const spelled of [nested, chained]) {
    t.strictSame(foundIn(`permission x = ${spelled(most)}`), [])
    t.strictSame(foundIn(`permission x = ${spelled(most + 1)}`), ['2 expression-too-deep'])
  }
  t.strictSame(foundIn(`permission x = a${' + a'.repeat(10_000)}`), [], 'a flat list is not deep')
})

t.test('a relation takes every kind of subject type', async t => {
  const [item] = itemsOf(
    `use expiration\n${doc(
      'relation x: user | a/b/user:* | group#member | user#... | user with c | ' +
        'user with expiration | user:* with a/c and expiration',
    )}`,
  )
  const types = item.kind === 'relation' ? item.types : []
  t.strictSame(
    types.map(({ type, relation, wildcard, caveat, expiration }) => [
      type.text,
      relation?.text ?? null,
      wildcard,
      caveat?.text ?? null,
      expiration,
    ]),
    [
      ['user', null, false, null, false],
      ['a/b/user', null, true, null, false],
      ['group', 'member', false, null, false],
      ['user', null, false, null, false],
      ['user', null, false, 'c', false],
      ['user', null, false, null, true],
      ['user', null, true, 'a/c', true],
    ],
  )
})

t.test('without `use expiration`, `expiration` and `and` are names', async t => {
  const [item] = itemsOf(doc('relation and: user with expiration'))
  t.equal(item.kind === 'relation' && item.types[0].caveat?.text, 'expiration')
  t.strictSame(foundIn('relation x: user with c and expiration'), ['2 unexpected-token'])
})

t.test('the caveat comes before the expiration', async t => {
  const { found } = parse(`use expiration\n${doc('relation x: user with expiration and c')}`)
  t.strictSame(found, ['3 expiration-before-caveat'])
})

t.test('an item ends with its line or with a semicolon', async t => {
  t.equal(itemsOf(doc('relation a: user; relation b: user', 'permission c = a;;')).length, 3)
  t.equal(itemsOf(doc('relation a: user#...', 'relation b: user#...')).length, 2)
  t.strictSame(parse('definition doc { relation a: user }').found, ['1 unexpected-token'])
  t.strictSame(foundIn('relation a: user relation b: user'), ['2 unexpected-token'])
})

t.test('definitions need no line of their own', async t => {
  const { tree, found } = parse('use self definition a {} definition b/c {} caveat d(x int) { x }')
  t.strictSame(found, [])
  t.strictSame(tree.uses, ['self'])
  t.strictSame(
    tree.declarations.map(({ kind, name }) => `${kind} ${name?.text}`),
    ['definition a', 'definition b/c', 'caveat d'],
  )
})

t.test('permissions may be annotated with types', async t => {
  const [item] = itemsOf(doc('permission x: user | group = a'))
  t.strictSame(item.kind === 'permission' && item.annotation.map(({ text }) => text), [
    'user',
    'group',
  ])
  t.strictSame(foundIn('permission x: a/user = a'), ['2 unexpected-token'])
  t.strictSame(foundIn('permission x: group#member = a'), ['2 unexpected-token'])
})

t.test('caveats have typed parameters and a raw body', async t => {
  const { tree, found } = parse('caveat a/b(x int, y map<list<string>>) {\n x == y["}"]\n}')
  t.strictSame(found, [])
  const [caveat] = tree.declarations
  t.strictSame(
    caveat.kind === 'caveat' && [
      caveat.name.text,
      caveat.parameters.map(({ name, type }) => `${name.text} ${type}`),
      caveat.body.text,
    ],
    ['a/b', ['x int', 'y map<list<string>>'], '\n x == y["}"]\n'],
  )
  t.strictSame(parse('caveat a() { true }').found, ['1 unexpected-token'])
  t.strictSame(parse('caveat a(with int) { with }').found, ['1 unexpected-token'])
  t.strictSame(parse('caveat a(x) { x }').found, ['1 unexpected-token'])
  t.strictSame(parse('caveat a(x int) x').found, ['1 unexpected-token'])
})

t.test('`use` comes first, is known, and may be repeated', async t => {
  t.strictSame(parse('use self\nuse expiration\nuse self').tree.uses, ['self', 'expiration'])
  t.strictSame(parse('use selfish').found, ['1 unknown-flag'])
  t.strictSame(parse('use {').found, ['1 unexpected-token'])
  t.strictSame(parse('definition a {}\nuse self').found, ['2 late-use'])
})

t.test('imports and undeclared partials have codes of their own', async t => {
  t.strictSame(parse('import "a.zed"\ndefinition b {}').found, ['1 import-not-allowed'])
  t.strictSame(parse('use import\nimport "a.zed"').found, ['2 import-not-allowed'])
  t.strictSame(parse('partial a {\n relation b: c\n}').found, ['1 partial-not-in-use'])
  t.strictSame(parse('use partial\npartial a {\n relation b: c\n}').found, [])
})

t.test('keywords are no names', async t => {
  for (const item of ['relation nil: a', 'permission with = a', 'relation a: caveat']) {
    t.strictSame(foundIn(item), ['2 unexpected-token'], item)
  }
  t.strictSame(parse('definition relation {}').found, ['1 unexpected-token'])
})

t.test('comments become the documentation of what follows', async t => {
  const text = '// a\ndefinition d { // b\n/** c */\nrelation e: f // g\n// h\npermission i = e\n}'
  const [definition] = parse(text).tree.declarations
  const items = definition.kind === 'definition' ? definition.items : []
  t.equal(definition.kind === 'definition' && definition.comment, 'a')
  t.strictSame(
    items.map(item => 'comment' in item && item.comment),
    ['b\nc', 'h'],
  )
})

t.test('nodes carry their ranges', async t => {
  const text = doc('relation  abc : user', 'permission x = ( a + b ) - c')
  const { declarations } = parse(text).tree
  const items = declarations[0].kind === 'definition' ? declarations[0].items : []
  const cut = ({ start, end }: { start: number; end: number }) => text.slice(start, end)
  t.equal(cut(declarations[0]), text)
  t.strictSame(items.map(cut), ['relation  abc : user', 'permission x = ( a + b ) - c'])
  const [, permission] = items
  t.equal(permission.kind === 'permission' && cut(permission.expression), '( a + b ) - c')
})
