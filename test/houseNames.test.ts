// Tests of the project's names: one concept has one name, and one name is for one concept.

import t from 'tap'
import { readSources } from './houseSources.js'

/** The server and the client may each declare the type of a value that passes between them. */
const DECLARATIONS_MAX = 2

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
