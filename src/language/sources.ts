// Where the subjects of a member come from, in one step: objects of types that it holds itself, and
// the subjects of other members. A relation takes in the subject sets that it admits; a permission the
// members that it names and, for an arrow, the target on each type that the arrow's relation admits
// (an arrow does not care for the `#relation` of a subject). What an exclusion takes away gives
// nobody access: only its base counts.

import type { Expression, Member, MemberId, Permission, Relation, Schema } from './schema.js'
import type { Work } from './steps.js'

export interface Sources {
  readonly types: ReadonlySet<string>
  readonly members: ReadonlySet<MemberId>
}

interface Draft {
  readonly types: Set<string>
  readonly members: Set<MemberId>
}

/** By member. */
export function* toSources(
  members: readonly Member[],
  find: Schema['member'],
): Work<readonly Sources[]> {
  const collector = new Collector(members, find)
  const all: Sources[] = []
  for (const member of members) {
    yield null
    all.push(member.kind === 'relation' ? collector.admitted(member) : collector.mentioned(member))
  }
  return all
}

class Collector {
  readonly #members: readonly Member[]
  readonly #find: Schema['member']
  readonly #named = new Map<string, Member[]>()
  readonly #types = new Map<MemberId, ReadonlySet<string>>()

  constructor(members: readonly Member[], find: Schema['member']) {
    this.#members = members
    this.#find = find
    for (const member of members) {
      const named = this.#named.get(member.name)
      if (named === undefined) this.#named.set(member.name, [member])
      else named.push(member)
    }
  }

  admitted({ types }: Relation): Sources {
    const draft: Draft = { types: new Set(), members: new Set() }
    for (const { type, relation } of types) {
      if (relation === '') draft.types.add(type)
      else this.#add(draft, this.#find(type, relation))
    }
    return draft
  }

  mentioned({ definition, expression }: Permission): Sources {
    const draft: Draft = { types: new Set(), members: new Set() }
    const followed = new Set<string>()
    const visit = (node: Expression): void => {
      switch (node.kind) {
        case 'nil':
          return
        case 'self':
          draft.types.add(definition)
          return
        case 'member':
          draft.members.add(node.member)
          return
        case 'arrow':
          if (followed.has(`${node.relation} ${node.target}`)) return
          followed.add(`${node.relation} ${node.target}`)
          this.#follow(draft, node.relation, node.target)
          return
        case 'exclusion':
          visit(node.base)
          return
        default:
          node.operands.forEach(visit)
      }
    }
    visit(expression)
    return draft
  }

  /** By types or by members of that name, whichever are fewer: many of both would be too many. */
  #follow(draft: Draft, relation: MemberId, target: string): void {
    const types = this.#typesOf(relation)
    const named = this.#named.get(target) ?? []
    if (types.size <= named.length) {
      for (const type of types) this.#add(draft, this.#find(type, target))
    } else {
      for (const member of named) if (types.has(member.definition)) this.#add(draft, member)
    }
  }

  #add({ members }: Draft, member: Member | undefined): void {
    if (member !== undefined) members.add(member.id)
  }

  #typesOf(relation: MemberId): ReadonlySet<string> {
    const known = this.#types.get(relation)
    if (known !== undefined) return known
    const member = this.#members[relation]
    const types = new Set(member.kind === 'relation' ? member.types.map(({ type }) => type) : [])
    this.#types.set(relation, types)
    return types
  }
}
