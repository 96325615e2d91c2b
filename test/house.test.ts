// Tests of the project's structure: imports go down only, enter a folder only through its index.ts,
// and have no cycles; files and functions stay small. src/README.md describes the floors.

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { files, ROOT, readSources, targetOf } from './houseSources.js'

const FLOORS: Readonly<Record<string, number>> = {
  terms: 0,
  messages: 1,
  language: 1,
  client: 1.5,
  evaluator: 2,
  storage: 3,
  replica: 3,
  rows: 3,
  engine: 4,
  sharing: 4.5,
  http: 5,
  'protocols/spicedb': 5.5,
  'protocols/pemba': 5.5,
  'protocols/sharing': 5.5,
  protocols: 5.6,
  settings: 5.7,
  process: 5.8,
}
const TOP_FLOOR = 6
const LINES_MAX = 400
const FUNCTION_LINES_MAX = 70
const BANNED_NAMES = /(util|helper|common|manager|service[A-Z]|impl)/i
const BROWSER_FLOORS_MAX = 2

/** A file below `src`, with its path from there. */
interface Source {
  readonly path: string
  readonly text: string
  readonly imports: readonly string[]
}

const SRC = 'src/'
const inside = (path: string): string => path.slice(SRC.length)

const sources: readonly Source[] = readSources('src').map(({ path, text, imports }) => ({
  path: inside(path),
  text,
  imports: imports.map(({ specifier }) => specifier),
}))

/** The innermost folder of the file that has a floor, or else its outermost folder. */
function roomOf(path: string): string {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    if (folder in FLOORS) return folder
  }
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
}
const floorOf = (path: string): number => FLOORS[roomOf(path)] ?? TOP_FLOOR

const edges = sources.flatMap(source =>
  source.imports.flatMap(specifier => {
    const target = targetOf(SRC + source.path, specifier)
    return target === null ? [] : [{ from: source.path, to: inside(target) }]
  }),
)

t.test('every folder of src has a floor, and every protocol', async t => {
  const rooms = new Set(
    sources.flatMap(({ path }) => {
      const [room, inner, file] = path.split('/')
      if (inner === undefined) return []
      return room === 'protocols' && file !== undefined ? [`${room}/${inner}`] : [room]
    }),
  )
  t.strictSame(
    [...rooms].filter(room => !(room in FLOORS)),
    [],
  )
})

t.test('imports go down, and never to another folder of the same floor', async t => {
  const climbing = edges.filter(({ from, to }) => {
    if (roomOf(from) === roomOf(to)) return false
    return floorOf(to) >= floorOf(from)
  })
  t.strictSame(climbing, [])
})

t.test('the client knows terms and messages only', async t => {
  const strays = edges.filter(
    ({ from, to }) =>
      roomOf(from) === 'client' && !['client', 'messages', 'terms'].includes(roomOf(to)),
  )
  t.strictSame(strays, [])
})

t.test('above storage, only its adapters, the writer and the top floor import it', async t => {
  const adapters = /^engine\/(graph\/storage[A-Z]\w*|writer)\.ts$/
  const strays = edges.filter(
    ({ from, to }) =>
      roomOf(to) === 'storage' &&
      roomOf(from) !== 'storage' &&
      floorOf(from) < TOP_FLOOR &&
      !adapters.test(from),
  )
  t.strictSame(strays, [])
})

t.test('another folder is entered through its index.ts', async t => {
  const faces = new Set(sources.map(({ path }) => path).filter(path => path.endsWith('/index.ts')))
  /** Whether the import enters a folder that has an index.ts by another file. */
  const intrudes = ({ from, to }: (typeof edges)[number]): boolean => {
    for (let folder = dirname(to); folder !== '.'; folder = dirname(folder)) {
      const face = `${folder}/index.ts`
      if (!from.startsWith(`${folder}/`) && faces.has(face) && to !== face) return true
    }
    return false
  }
  t.strictSame(edges.filter(intrudes), [])
  const rooms = Object.keys(FLOORS)
  t.strictSame(
    rooms.filter(room => !faces.has(`${room}/index.ts`)),
    [],
  )
})

t.test('there are no import cycles', async t => {
  const next = new Map(sources.map(({ path }) => [path, edges.filter(({ from }) => from === path)]))
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' > '))
    if (done.has(path) || trail.includes(path)) return
    for (const { to } of next.get(path) ?? []) visit(to, [...trail, path])
    done.add(path)
  }
  for (const { path } of sources) visit(path, [])
  t.strictSame(cycles, [])
})

t.test('floors 0 to 2 run in a browser: no Node imports', async t => {
  const strays = sources.filter(
    ({ path, imports }) =>
      floorOf(path) <= BROWSER_FLOORS_MAX &&
      imports.some(specifier => specifier.startsWith('node:')),
  )
  t.strictSame(
    strays.map(({ path }) => path),
    [],
  )
})

t.test(`no file is longer than ${LINES_MAX} lines`, async t => {
  const long = ['src', 'test', 'bench', 'examples']
    .flatMap(files)
    .map(path => [path, readFileSync(join(ROOT, path), 'utf8').split('\n').length - 1] as const)
    .filter(([, lines]) => lines > LINES_MAX)
  t.strictSame(long, [])
})

t.test(`no function of src is longer than ${FUNCTION_LINES_MAX} lines`, async t => {
  t.strictSame(sources.flatMap(longFunctions), [])
})

/**
 * Functions by layout: the formatter puts a function's closing brace on a line of its own, indented
 * like the line that opened it.
 */
function longFunctions({ path, text }: Source): string[] {
  const lines = text.split('\n')
  const found: string[] = []
  lines.forEach((line, start) => {
    const opening =
      /^(\s*)(?:export |async |function|static |private |get |#|const )*[^'"`/]*(?:\)(?:: [^=]+)?|=>) \{$/.exec(
        line,
      )
    if (opening === null || /^\s*(?:if|for|while|switch|return|\}|class)\b/.test(line)) return
    const closing = new RegExp(`^${opening[1]}\\}`)
    const length = lines.slice(start + 1).findIndex(later => closing.test(later)) + 2
    if (length > FUNCTION_LINES_MAX) found.push(`${path}:${start + 1} has ${length} lines`)
  })
  return found
}

t.test('every file of src opens with a comment that says what it holds', async t => {
  const silent = sources.filter(({ text }) => !/^(#!.*\n)?\/\/ /.test(text))
  t.strictSame(
    silent.map(({ path }) => path),
    [],
  )
})

t.test('files are nouns: no helpers, utils, managers', async t => {
  t.strictSame(
    sources.map(({ path }) => path).filter(path => BANNED_NAMES.test(path)),
    [],
  )
})

t.test('there are no TODO comments', async t => {
  const marks = /\b(TODO|FIXME)\b|export default/
  t.strictSame(
    sources.filter(({ text }) => marks.test(text)).map(({ path }) => path),
    [],
  )
})
