// The check of names alone: each name must be well formed, and no two declarations may share one.

import { isCaveatName, isRelationName, isTypeName, limits } from '../terms/index.js'
import type { Report } from './report.js'
import type { Work } from './steps.js'
import type { DeclarationNode, ItemNode, Name, SchemaNode } from './syntax.js'

const WORD_RULE =
  '3 to 64 characters of a-z, 0-9 and `_`, beginning with a letter and not ending with `_`'
const PATH_MAX = `${limits.typeNameBytesMax} bytes at most`
const PATH_RULE = `words joined by \`/\`, each of ${WORD_RULE}, ${PATH_MAX}`
const CAVEAT_RULE = `1 to ${limits.caveatNameBytesMax} characters of a-z, A-Z, 0-9, \`_\` and \`/\``

/** Reports malformed names and names that two declarations share. */
export function* checkNames(schema: SchemaNode, report: Report): Work<void> {
  const taken = new Set<string>()
  for (const declaration of schema.declarations) {
    if (declaration.name === null) continue
    if (declaration.kind !== 'broken')
      yield* checkDeclaration(declaration, declaration.name, report)
    if (taken.has(declaration.name.text)) {
      const problem = 'found name reused between multiple definitions and/or caveats'
      const message = `${problem}: \`${declaration.name.text}\``
      report.add({ class: 'parse', code: 'duplicate-name', message, at: declaration.name })
    }
    taken.add(declaration.name.text)
  }
}

function* checkDeclaration(
  declaration: Exclude<DeclarationNode, { kind: 'broken' }>,
  name: Name,
  report: Report,
): Work<void> {
  yield null
  if (declaration.kind === 'caveat') {
    if (!isCaveatName(name.text)) refuse('caveat', name, CAVEAT_RULE, report)
    return
  }
  if (!isTypeName(name.text)) refuse(declaration.kind, name, PATH_RULE, report)
  for (const item of declaration.items) {
    checkItem(item, report)
    yield null
  }
}

function checkItem(item: ItemNode, report: Report): void {
  if (item.kind !== 'relation' && item.kind !== 'permission') return
  if (!isRelationName(item.name.text)) refuse(item.kind, item.name, WORD_RULE, report)
}

function refuse(what: string, name: Name, rule: string, report: Report): void {
  const message = `\`${name.text}\` is not a valid ${what} name: expected ${rule}`
  report.add({ class: 'parse', code: `invalid-${what}-name`, message, at: name })
}
