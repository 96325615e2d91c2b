// Names by themselves: each must have the right shape, and no two things at the top may share one.

import { isCaveatName, isRelationName, isTypeName, limits } from '../terms/index.js'
import type { Report } from './report.js'
import type { Work } from './steps.js'
import type { ItemNode, Name, SchemaNode, TopNode } from './syntax.js'

const WORD_RULE =
  '3 to 64 characters of a-z, 0-9 and `_`, beginning with a letter and not ending with `_`'
const PATH_RULE = `words joined by \`/\`, each of ${WORD_RULE}, ${limits.typeNameBytesMax} bytes at most`
const CAVEAT_RULE = `1 to ${limits.caveatNameBytesMax} characters of a-z, A-Z, 0-9, \`_\` and \`/\``

export function* checkNames(schema: SchemaNode, report: Report): Work<void> {
  const taken = new Set<string>()
  for (const top of schema.tops) {
    if (top.name === null) continue
    if (top.kind !== 'broken') yield* checkTop(top, top.name, report)
    if (taken.has(top.name.text)) {
      const message = `found name reused between multiple definitions and/or caveats: \`${top.name.text}\``
      report.add({ class: 'parse', code: 'duplicate-name', message, at: top.name })
    }
    taken.add(top.name.text)
  }
}

function* checkTop(
  top: Exclude<TopNode, { kind: 'broken' }>,
  name: Name,
  report: Report,
): Work<void> {
  yield null
  if (top.kind === 'caveat') {
    if (!isCaveatName(name.text)) refuse('caveat', name, CAVEAT_RULE, report)
    return
  }
  if (!isTypeName(name.text)) refuse(top.kind, name, PATH_RULE, report)
  for (const item of top.items) {
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
