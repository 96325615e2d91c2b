// The project's sources as the tests of its structure read them: files with their imports and
// exports.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../..')

/** The names that one statement imports or re-exports from one file or package. */
export interface Import {
  readonly specifier: string
  /** The names as the other file exports them; null for all. */
  readonly names: readonly string[] | null
  /** Whether the statement is a re-export. */
  readonly exported: boolean
}

export interface Source {
  /** The path from the root, such as `src/terms/index.ts`. */
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
}

export const files = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .map(path => join(folder, path))

export function readSources(folder: string): readonly Source[] {
  return files(folder).map(path => {
    const text = readFileSync(join(ROOT, path), 'utf8')
    return { path, text, imports: [...importsOf(text)] }
  })
}

const STATEMENT =
  /^(import|export)\s+(?:type\s+)?(?:\{([^}]*)\}|(\*)(?:\s+as\s+\w+)?)\s+from\s+'([^']+)'/gm
const BARE = /^import\s+(?:[\w$]+(?:,\s*\{[^}]*\})?\s+from\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm

function* importsOf(text: string): Generator<Import> {
  for (const [, word, braces, star, specifier] of text.matchAll(STATEMENT)) {
    const names = star === undefined ? namesIn(braces) : null
    yield { specifier, names, exported: word === 'export' }
  }
  for (const [, specifier, dynamic] of text.matchAll(BARE)) {
    yield { specifier: specifier ?? dynamic, names: null, exported: false }
  }
}

const namesIn = (braces: string): string[] =>
  braces
    .split(',')
    .map(name => name.trim().replace(/^type\s+/, ''))
    .filter(name => name !== '')
    .map(name => name.split(/\s+as\s+/)[0])

/** The path from the root of the imported file, or null for a package. */
export const targetOf = (path: string, specifier: string): string | null =>
  specifier.startsWith('.')
    ? relative(ROOT, resolve(ROOT, dirname(path), specifier)).replace(/\.js$/, '.ts')
    : null
