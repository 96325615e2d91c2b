// The project's sources as the tests of the house read them: files, what they import and export.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../..')

/** What one statement imports, or hands on, from one file or package. */
export interface Import {
  readonly specifier: string
  /** By the names that the other file gives them; null for all of them. */
  readonly names: readonly string[] | null
  /** Whether it is handed on. */
  readonly exported: boolean
}

export interface Source {
  /** Below the root: `src/terms/index.ts`. */
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

/** The path below the root that an import means, or null for a package. */
export const targetOf = (path: string, specifier: string): string | null =>
  specifier.startsWith('.')
    ? relative(ROOT, resolve(ROOT, dirname(path), specifier)).replace(/\.js$/, '.ts')
    : null
