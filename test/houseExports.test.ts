// Nothing is exported for nobody: what only its own file uses is that file's own, and a room's face
// shows what other rooms use. Tests enter a room where they like, so nothing is shown for them.

import { basename, dirname } from 'node:path'
import t from 'tap'
import { readSources, type Source, targetOf } from './houseSources.js'

/** The face of a package: those whom it is for are elsewhere. */
const PUBLIC = new Set(['src/client/index.ts'])

const src = readSources('src')
const users = ['bench', 'examples'].flatMap(readSources)
const tests = readSources('test')

const isFace = (path: string): boolean => basename(path) === 'index.ts'

/**
 * `file name` of everything that the sources take, with `*` for a file's names together.
 * @param handsOn whether a file that hands a name on takes it
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

t.test('what a face shows, another room uses', async t => {
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
