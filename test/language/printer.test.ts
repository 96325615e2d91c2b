import fc from 'fast-check'
import t from 'tap'
import type { Schema } from '../../src/language/index.js'
import { printSchema } from '../../src/language/printer.js'
import { schemaOf } from '../world.js'
import { schemaTexts } from './arbitrary.js'

const canonical = (text: string): string => printSchema(schemaOf(text))

t.test('caveats come first, then definitions, sorted by name', async t => {
  t.equal(
    canonical(
      'definition user {} definition doc {} caveat abc(zone string, hour int) { zone == ' +
        '"utc" && hour > 2 }',
    ),
    `caveat abc(hour int, zone string) {
	zone == "utc" && hour > 2
}

definition doc {}

definition user {}`,
  )
})

t.test('members stay in their order, one a line', async t => {
  const text = `definition user {}
definition doc { relation viewer: user |
   user:* | doc#viewer ; permission view=viewer
   relation editor:user;
}`
  t.equal(
    canonical(text),
    `definition doc {
	relation viewer: user | user:* | doc#viewer
	permission view = viewer
	relation editor: user
}

definition user {}`,
  )
})

t.test('flags are printed if they are needed, `self` before `expiration`', async t => {
  const text = (type: string, expression: string) =>
    `use expiration use self
    definition doc {
      relation viewer: ${type}
      permission view = ${expression}
    }`
  const heads = (type: string, expression: string) =>
    canonical(text(type, expression)).split('\n\n').slice(0, -1)
  t.strictSame(heads('doc', 'viewer'), [])
  t.strictSame(heads('doc with expiration', 'viewer - (viewer & self)'), [
    'use self',
    'use expiration',
  ])
})

t.test('comments are printed above what they speak of, apart from what is before', async t => {
  const text = `/** A thing.
 *
 * Truly. */
definition doc {
  // Who sees it.
  relation viewer: doc // nobody else
  // Who changes it.
  // Not many.
  relation editor: doc
}`
  t.equal(
    canonical(text),
    `// A thing.
//
// Truly.
definition doc {
	// Who sees it.
	relation viewer: doc

	// Who changes it.
	// Not many.
	relation editor: doc
}`,
  )
})

t.test('operations have parentheses where they are operands, plain unions have not', async t => {
  const table = {
    'aaa - bbb + ccc': 'aaa - bbb + ccc',
    '(aaa - bbb) + ccc': '(aaa - bbb) + ccc',
    '(aaa + bbb) & ccc': 'aaa + bbb & ccc',
    'aaa & bbb - ccc': '(aaa & bbb) - ccc',
    'aaa - bbb - ccc': '(aaa - bbb) - ccc',
    'aaa - (bbb - ccc)': 'aaa - (bbb - ccc)',
    '((aaa & bbb) + ccc) - aaa': '((aaa & bbb) + ccc) - aaa',
    'aaa.any(xxx) + aaa.all(xxx)': 'aaa->xxx + aaa.all(xxx)',
  }
  const relations = ['aaa', 'bbb', 'ccc'].map(name => `relation ${name}: doc\n`).join('')
  for (const [written, printed] of Object.entries(table)) {
    const text = canonical(`definition doc {\n${relations}permission all = ${written}\n}`)
    t.match(text, `permission all = ${printed}\n`)
  }
})

t.test('partials are printed expanded', async t => {
  const text = `use partial
partial common {
  relation viewer: doc
}
definition doc {
  ...common
}`
  t.equal(canonical(text), 'definition doc {\n\trelation viewer: doc\n}')
})

t.test('binding annotations are kept', async t => {
  const text =
    'use typechecking\n\ndefinition doc {\n\trelation owner: doc\n\tpermission own: doc = owner\n}'
  t.equal(canonical(text), text)
})

/** The content of a schema, without the order of its definitions and its caveats' parameters. */
function meaning({ definitions, members, caveats }: Schema): unknown {
  const named = JSON.stringify(
    [...definitions].sort((a, b) => (a.name < b.name ? -1 : 1)),
    (key, value: unknown) => {
      if (key === 'id') return undefined
      const isMember = typeof value === 'number' && (key === 'member' || key === 'relation')
      return isMember ? members[value].name : value
    },
  )
  const conditions = caveats.map(({ name, comment, parameters, expression }) => {
    const types = Object.fromEntries(parameters.map(each => [each.name, each.type]))
    return { name, comment, types, expression }
  })
  return { definitions: JSON.parse(named), conditions }
}

t.test('what is printed compiles to the same schema, and prints as itself', async t => {
  fc.assert(
    fc.property(schemaTexts, text => {
      const schema = schemaOf(text)
      const printed = printSchema(schema)
      const again = schemaOf(printed)
      t.strictSame(meaning(again), meaning(schema))
      t.equal(printSchema(again), printed)
    }),
    { numRuns: 60 },
  )
})
