// Which relations of a definition hold a wildcard, of their own or through other relations of the
// same definition (`relation viewer: doc#reader`, `relation reader: user:*`). Through another
// definition's relation none may come in: the checker refuses that link itself.

import { printAllowedType, toAllowedType } from './allowed.js'
import type { Wildcard } from './mistakes.js'
import type { DefinitionScope } from './scope.js'
import type { Work } from './steps.js'

/** By the relation's name. The answer does not depend on the order of the text. */
export function* wildcardsOf(definition: DefinitionScope): Work<ReadonlyMap<string, Wildcard>> {
  const found = new Map<string, Wildcard>()
  const takenBy = new Map<string, string[]>()
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
      const takers = takenBy.get(node.relation.text)
      if (takers === undefined) takenBy.set(node.relation.text, [name])
      else takers.push(name)
    }
  }
  // A map that grows while it is walked: what was added is walked too.
  for (const [name, wildcard] of found) {
    for (const taker of takenBy.get(name) ?? []) if (!found.has(taker)) found.set(taker, wildcard)
  }
  return found
}
