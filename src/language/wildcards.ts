// The relations of a definition that include a wildcard: directly, or through other relations of
// the same definition (`relation viewer: doc#reader`, `relation reader: user:*`). Relations of
// other definitions do not matter here, because the type check refuses to include a wildcard across
// definitions.

import { printAllowedType, toAllowedType } from './allowed.js'
import type { Wildcard } from './mistakes.js'
import type { DefinitionScope } from './scope.js'
import type { Work } from './steps.js'

/**
 * The wildcard of each relation that includes one, by relation. The result does not depend on the
 * order of the text.
 */
export function* wildcardsOf(definition: DefinitionScope): Work<ReadonlyMap<string, Wildcard>> {
  const found = new Map<string, Wildcard>()
  const includedBy = new Map<string, string[]>()
  for (const member of definition.members.values()) {
    yield null
    if (member.kind !== 'relation') continue
    const name = member.name.text
    for (const node of member.types) {
      if (node.wildcard && !found.has(name)) {
        found.set(name, {
          type: printAllowedType(toAllowedType(node)),
          via: `${definition.name}#${name}`,
        })
      }
      if (node.relation === null || node.type.text !== definition.name) continue
      const includers = includedBy.get(node.relation.text)
      if (includers === undefined) includedBy.set(node.relation.text, [name])
      else includers.push(name)
    }
  }
  // A map may grow while it is iterated: entries that are added are visited as well.
  for (const [name, wildcard] of found) {
    for (const includer of includedBy.get(name) ?? [])
      if (!found.has(includer)) found.set(includer, wildcard)
  }
  return found
}
