import t from 'tap'
import { limits } from '../../src/terms/index.js'
import { schemaOf } from '../world.js'
import { mistakes } from './notation.js'

const USER = 'use partial\ndefinition user {}\n'
const part = (name: string, ...items: readonly string[]): string =>
  `partial ${name} {\n${items.map(item => `${item}\n`).join('')}}\n`
const definition = (...items: readonly string[]): string =>
  `definition doc {\n${items.join('\n')}\n}`

const membersOf = (text: string): readonly string[] | undefined =>
  schemaOf(text)
    .definition('doc')
    ?.members.map(({ name }) => name)

t.test('a reference stands for the members of its partial, in its place', async t => {
  const text = `${USER}${definition('relation aaa: user', '...common', 'permission zzz = ccc')}
    ${part('common', 'relation bbb: user', '...more')}${part('more', 'permission ccc = aaa + bbb')}`
  t.strictSame(membersOf(text), ['aaa', 'bbb', 'ccc', 'zzz'])
  t.equal(schemaOf(text).definitions.length, 2, 'partials themselves are gone')
})

t.test('the names in a partial must exist in each definition that includes it', async t => {
  const common = part('common', 'permission view = viewer')
  t.strictSame(mistakes(`${USER}${common}${definition('relation viewer: user', '...common')}`), [])
  t.strictSame(mistakes(`${USER}${common}${definition('...common')}`), ['4:19 relation-not-found'])
  t.strictSame(mistakes(`${USER}${common}`), [], 'and nowhere else')
})

t.test('members that come in twice are duplicates', async t => {
  const common = part('common', 'relation viewer: user')
  t.strictSame(mistakes(`${USER}${common}${definition('...common', '...common')}`), [
    '4:10 duplicate-relation',
  ])
})

t.test('partials must exist and not include themselves', async t => {
  t.strictSame(mistakes(`${USER}${definition('...common')}`), ['4:4 unknown-partial'])
  t.strictSame(mistakes(`${USER}${part('common', '...common')}`), ['4:4 circular-partial'])
  const circle = `${part('one', '...two')}${part('two', '...one')}`
  t.strictSame(mistakes(`${USER}${circle}${definition('...one', '...two')}`), [
    '7:4 circular-partial',
  ])
})

t.test('members of a missing partial are not reported as missing', async t => {
  t.strictSame(mistakes(`${USER}${definition('...common', 'permission view = viewer')}`), [
    '4:4 unknown-partial',
  ])
})

t.test('a short text cannot spell a huge schema', async t => {
  const doubling = Array.from({ length: 40 }, (_, i) =>
    part(`p${100 + i}`, `...p${101 + i}`, `...p${101 + i}`),
  )
  const text = `${USER}${doubling.join('')}${part('p140', 'relation viewer: user')}`
  t.match(mistakes(text), [/too-many-members/])
  const chain = Array.from({ length: limits.expressionDepthMax + 1 }, (_, i) =>
    part(`p${1000 + i}`, `...p${1001 + i}`),
  )
  t.match(mistakes(`${USER}${chain.join('')}${part(`p${1001 + limits.expressionDepthMax}`)}`), [
    /partial-too-deep/,
  ])
})
