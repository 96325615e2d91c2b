import t from 'tap'
import {
  dependenciesOf,
  dependentsOf,
  type Member,
  requireMember,
} from '../../src/language/index.js'
import { schemaOf } from '../world.js'

const SCHEMA = schemaOf(`
  definition user {}
  definition group {
    relation direct: user | group#member
    relation admin: user
    permission member = direct + admin
  }
  definition folder {
    relation unused: user
    relation parent: folder
    relation viewer: user | group#member
    permission view = viewer + parent->view
  }
  definition doc {
    relation folder: folder
    relation owner: user
    relation banned: user
    permission own = owner - banned
    permission see = folder->view & own
    permission nobody = nil
  }`)

const print = (members: readonly Member[]): string =>
  members.map(({ definition, name }) => `${definition}#${name}`).join(' ')
const dependencies = (definition: string, name: string): string =>
  print(dependenciesOf(SCHEMA, requireMember(SCHEMA, definition, name)))
const dependents = (definition: string, relation = ''): string =>
  print(dependentsOf(SCHEMA, definition, relation))

t.test('a permission depends on its operands, including the subtracted ones', async t => {
  t.equal(dependencies('doc', 'own'), 'doc#banned doc#owner')
  t.equal(dependencies('doc', 'nobody'), '')
})

t.test('dependencies pass through subject sets, arrows and their relations', async t => {
  t.equal(dependencies('group', 'member'), 'group#admin group#direct')
  t.equal(
    dependencies('folder', 'view'),
    'folder#parent folder#viewer group#admin group#direct group#member',
  )
  t.equal(
    dependencies('doc', 'see'),
    'doc#banned doc#folder doc#own doc#owner folder#parent folder#view folder#viewer ' +
      'group#admin group#direct group#member',
  )
})

t.test('the dependents of a member are those that depend on it', async t => {
  t.equal(dependents('doc', 'banned'), 'doc#own doc#see')
  t.equal(
    dependents('group', 'admin'),
    'doc#see folder#view folder#viewer group#direct group#member',
  )
  t.equal(dependents('folder', 'parent'), 'doc#see folder#view')
  t.equal(dependents('doc', 'see'), '')
})

t.test('the dependents of a definition start from the relations that admit it', async t => {
  t.equal(dependents('folder'), 'doc#folder doc#see folder#parent folder#view')
  t.equal(dependents('doc'), '')
  t.match(dependents('user'), /^doc#banned .* group#member$/)
})
