// Lists of permissions: one walk for all, one bound on work for all, and refusals in the place of
// their permission.

import t from 'tap'
import { check } from '../../src/evaluator/index.js'
import { listPermissions } from '../../src/evaluator/listPermissions.js'
import { limits, Refusal } from '../../src/terms/index.js'
import { TestSnapshot } from '../snapshot.js'
import { toItem, type World, world } from '../world.js'
import { NOW } from './answer.js'

const SCHEMA = `
  caveat low(p int) { p < 10 }
  definition user {}
  definition folder {
    relation parent: folder
    relation reader: user
    permission read = reader + parent->read
  }
  definition doc {
    relation folder: folder
    relation reader: user | user with low
    relation owner: user
    permission edit = owner
    permission read = reader + edit
    permission comment = read & folder->read
    permission browse = folder->read
    permission none = nil
  }`

const ALL = ['edit', 'read', 'comment', 'browse', 'none']

interface Bounds {
  readonly depthMax?: number
  readonly workMax?: number
  readonly context?: Readonly<Record<string, string>>
}

function list(
  { schema, relationships }: World,
  permissions: readonly string[],
  bounds: Bounds = {},
) {
  const { depthMax, workMax } = limits
  const { resource, subject, context } = toItem('doc:d#read@user:ann')
  const question = { resource, subject, context, permissions, now: NOW, depthMax, workMax }
  return listPermissions(new TestSnapshot(relationships), schema, { ...question, ...bounds })
}

const words = (answers: ReturnType<typeof list>): readonly string[] =>
  answers.map(answer => (answer instanceof Refusal ? answer.code : answer.verdict))

/** Folders within folders, ten levels of them. */
const LEVELS = Array.from(
  { length: 10 },
  (_, level) => `folder:${level}#parent@folder:${level + 1}`,
)
const DEEP = world(`doc:d#folder@folder:0 doc:d#owner@user:ann ${LEVELS.join(' ')}`, SCHEMA)

t.test('permissions are answered in the order in which they are asked for', async t => {
  const caveated = world('doc:d#owner@user:ann doc:d#folder@folder:f', SCHEMA)
  t.strictSame(words(list(caveated, ALL)), ['yes', 'yes', 'no', 'no', 'no'])
  t.strictSame(words(list(caveated, ['none', 'owner', 'edit'])), ['no', 'yes', 'yes'])
  t.strictSame(list(caveated, []), [])
})

t.test('what was read for one permission is not read again for another', async t => {
  const { schema, relationships } = DEEP
  const { depthMax, workMax } = limits
  const bounds = { now: NOW, depthMax, workMax }
  const single = ALL.map(
    permission =>
      check(new TestSnapshot(relationships), schema, {
        ...toItem(`doc:d#${permission}@user:ann`),
        ...bounds,
      }).work,
  )
  const [last] = list(DEEP, ALL).slice(-1)
  t.ok(!(last instanceof Refusal) && last.work < single.reduce((sum, work) => sum + work) * 0.75)
})

t.test('a permission that leads too deep fails by itself', async t => {
  t.strictSame(words(list(DEEP, ALL, { depthMax: 5 })), [
    'yes',
    'yes',
    'depth-exceeded',
    'depth-exceeded',
    'no',
  ])
})

t.test('a caveat that cannot be evaluated fails what depends on it', async t => {
  const broken = world('doc:d#reader@user:ann[low] doc:d#folder@folder:f', SCHEMA)
  const found = list(broken, ALL, { context: { p: 'text' } })
  t.strictSame(words(found), ['no', 'caveat-parameter-type', 'no', 'no', 'no'])
  t.match(found[1], { metadata: { parameter_name: 'p' } })
})

t.test('work is bounded for all permissions together', async t => {
  const spent = (permissions: readonly string[], workMax: number): readonly string[] =>
    words(list(DEEP, permissions, { workMax }))
  t.strictSame(spent(['edit', 'browse', 'none'], 20), ['yes', 'work-exceeded', 'no'])
  t.strictSame(spent(['browse', 'edit'], 20), ['work-exceeded', 'work-exceeded'])
  t.strictSame(spent(['edit', 'edit'], 3), ['yes', 'yes'])
})

t.test('names that the schema lacks are refused as a whole', async t => {
  t.throws(() => list(DEEP, ['read', 'reed']), { code: 'unknown-relation' })
})
