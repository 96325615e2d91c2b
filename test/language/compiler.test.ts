import t from 'tap'
import { STORED } from '../../src/language/bounds.js'
import { compileSchema } from '../../src/language/index.js'
import { schemaOf } from '../world.js'

const TEXT = `use self
use self
// People.
definition user {}

definition doc {
  relation owner: user
  relation parent: doc
  permission view: user = (owner + self - nil) & parent.all(view)
}
/* When. */
caveat at_night(hour int) { hour > 20 }
`
const schema = schemaOf(TEXT)

t.test('the text is kept as it was written', async t => {
  t.equal(schema.text, TEXT)
  t.strictSame(schema.uses, ['self'])
})

t.test('members are numbered over all definitions, in the order of the text', async t => {
  t.strictSame(
    schema.members.map(({ id, definition, name }) => `${id} ${definition}#${name}`),
    ['0 doc#owner', '1 doc#parent', '2 doc#view'],
  )
  t.equal(schema.definition('doc')?.members[2], schema.members[2])
  t.equal(schema.member('doc', 'view'), schema.members[2])
})

t.test('names that are not there are undefined', async t => {
  t.equal(schema.definition('nobody'), undefined)
  t.equal(schema.member('doc', 'nothing'), undefined)
  t.equal(schema.member('nobody', 'view'), undefined)
  t.equal(schema.member('doc', 'constructor'), undefined)
  t.equal(schema.caveat('nothing'), undefined)
})

t.test('expressions name members by number', async t => {
  t.match(schema.member('doc', 'view'), {
    annotation: [],
    expression: {
      kind: 'intersection',
      operands: [
        {
          kind: 'exclusion',
          base: { kind: 'union', operands: [{ kind: 'member', member: 0 }, { kind: 'self' }] },
          excluded: { kind: 'nil' },
        },
        { kind: 'arrow', relation: 1, target: 'view', all: true },
      ],
    },
  })
})

t.test('comments are kept without their markers', async t => {
  t.equal(schema.definition('user')?.comment, 'People.')
  t.equal(schema.caveat('at_night')?.comment, 'When.')
})

t.test('an empty text is a schema without definitions', async t => {
  t.strictSame(schemaOf('').definitions, [])
})

t.test('a schema that is written has a bound on its members; one that is stored opens', async t => {
  const members = Array.from({ length: 12 }, (_, i) => `relation one${i}: user`).join('\n')
  const text = `definition user {}\ndefinition doc {\n${members}\n}`
  t.ok(compileSchema(text).ok)
  t.ok(compileSchema(text, { ...STORED, members: 12 }).ok)
  const refused = compileSchema(text, { ...STORED, members: 11 })
  t.match(refused, { ok: false, diagnostics: [{ code: 'too-many-members' }] })
})
