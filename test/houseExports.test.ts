// Tests that every export is used: another file imports it, and another folder imports what an
// index.ts exports. Tests may import any file, so no index.ts exports anything for them.

import { basename, dirname } from 'node:path'
import t from 'tap'
import { readSources, type Source, targetOf } from './houseSources.js'

/** The entry points of packages, whose users are outside of the project. */
const PUBLIC = new Set(['src/client/index.ts'])

const src = readSources('src')
const users = ['bench', 'examples'].flatMap(readSources)
const tests = readSources('test')

const isFace = (path: string): boolean => basename(path) === 'index.ts'

/**
 * The texts `file name` of everything that the sources import, with `*` for all names of a file.
 * @param handsOn whether a re-export counts as an import
 */
function taken(sources: readonly Source[], handsOn: (path: string) => boolean): Set<string> {
  const found = new Set<string>()
  for (const { path, imports } of sources) {
    for (const { specifier, names, exported } of imports) {
      const target = targetOf(path, specifier)
      if (target === null || (exported && !handsOn(path))) continue
      for (const name of names ?? [exported ? '*' : 'all']) found.add(`${target} ${name}`)
    }
  }
  return found
}

const DECLARATION =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|function\*?|class|interface|type) ([\w$]+)/gm

const declared = (sources: readonly Source[]) =>
  sources.flatMap(({ path, text }) =>
    [...text.matchAll(DECLARATION)].map(([, name]) => ({ path, name })),
  )

t.test('what a file exports, another one imports', async t => {
  const direct = taken([...src, ...users, ...tests], () => true)
  const throughFaces = taken([...src, ...users, ...tests], () => false)
  const isShown = (path: string, name: string): boolean => {
    for (let folder = dirname(path); folder !== 'src'; folder = dirname(folder)) {
      if (throughFaces.has(`${folder}/index.ts ${name}`)) return true
    }
    return false
  }
  const unused = declared(src).filter(
    ({ path, name }) =>
      !direct.has(`${path} ${name}`) &&
      !direct.has(`${path} all`) &&
      !(direct.has(`${path} *`) && isShown(path, name)),
  )
  t.strictSame(
    unused.map(({ path, name }) => `${path}: ${name}`),
    [],
  )
})

t.test('what an index.ts exports, another folder imports', async t => {
  const outside = taken([...src, ...users], path => !isFace(path))
  const unused = src
    .filter(({ path }) => isFace(path) && !PUBLIC.has(path))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ exported }) => exported)
        .flatMap(({ names }) => names ?? [])
        .filter(name => !outside.has(`${path} ${name}`))
        .map(name => `${path}: ${name}`),
    )
  t.strictSame(unused, [])
})
