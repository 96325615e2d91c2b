// Names and lines of the whole house: one concept has one name, and a line fits on a screen.

import t from 'tap'
import { readSources } from './houseSources.js'

/** The server and the client may each declare the type of what passes between them. */
const DECLARATIONS_MAX = 2
const COLUMNS_MAX = 100

const TYPE_DECLARATION =
  /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type) ([A-Z][\w$]*)/gm

t.test(`a type name is declared in at most ${DECLARATIONS_MAX} files`, async t => {
  const files = new Map<string, Set<string>>()
  for (const { path, text } of readSources('src')) {
    for (const [, name] of text.matchAll(TYPE_DECLARATION)) {
      files.set(name, (files.get(name) ?? new Set()).add(path))
    }
  }
  t.ok(files.size > 0)
  const crowded = [...files].filter(([, paths]) => paths.size > DECLARATIONS_MAX)
  t.strictSame(
    crowded.map(([name, paths]) => `${name}: ${[...paths].join(', ')}`),
    [],
  )
})

t.test(`no comment is wider than ${COLUMNS_MAX} columns`, async t => {
  const wide = ['src', 'test', 'bench', 'examples'].flatMap(readSources).flatMap(({ path, text }) =>
    text
      .split('\n')
      .map((line, index) => ({ line, at: `${path}:${index + 1}` }))
      .filter(({ line }) => /^\s*(?:\/\/|\/?\*)/.test(line) && [...line].length > COLUMNS_MAX),
  )
  t.strictSame(
    wide.map(({ at }) => at),
    [],
  )
})
