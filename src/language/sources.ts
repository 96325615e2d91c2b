// The sources of a member: where its subjects come from in one step. A source is either a type,
// whose objects the member admits itself, or another member, all of whose subjects it includes. A
// relation has the subject sets that it admits as sources. A permission has the members that it
// names and, for an arrow, the target on each type that the arrow's relation admits; the
// `#relation` of such a subject does not matter. An exclusion has only the sources of its base,
// because what it subtracts gives no access.

import type { Expression, Member, MemberId, Permission, Relation, Schema } from './schema.js'
import type { Work } from './steps.js'

/** The sources of one member. */
export interface Sources {
  readonly types: ReadonlySet<string>
  readonly members: ReadonlySet<MemberId>
}

/** Sources that are being collected. */
interface MutableSources {
  readonly types: Set<string>
  readonly members: Set<MemberId>
}

/** The sources of each member, by member id. */
export function* toSources(
  members: readonly Member[],
  find: Schema['member'],
): Work<readonly Sources[]> {
  const collector = new Collector(members, find)
  const all: Sources[] = []
  for (const member of members) {
    yield null
    all.push(
      member.kind === 'relation' ? collector.ofRelation(member) : collector.ofPermission(member),
    )
  }
  return all
}

/** Collects the sources of members, and caches lookups that several members share. */
class Collector {
  readonly #members: readonly Member[]
  readonly #find: Schema['member']
  readonly #membersByName = new Map<string, Member[]>()
  readonly #typesByRelation = new Map<MemberId, ReadonlySet<string>>()

  constructor(members: readonly Member[], find: Schema['member']) {
    this.#members = members
    this.#find = find
    for (const member of members) {
      const named = this.#membersByName.get(member.name)
      if (named === undefined) this.#membersByName.set(member.name, [member])
      else named.push(member)
    }
  }

  ofRelation({ types }: Relation): Sources {
    const sources: MutableSources = { types: new Set(), members: new Set() }
    for (const { type, relation } of types) {
      if (relation === '') sources.types.add(type)
      else this.#add(sources, this.#find(type, relation))
    }
    return sources
  }

  ofPermission({ definition, expression }: Permission): Sources {
    const sources: MutableSources = { types: new Set(), members: new Set() }
    const followed = new Set<string>()
    const visit = (node: Expression): void => {
      switch (node.kind) {
        case 'nil':
          return
        case 'self':
          sources.types.add(definition)
          return
        case 'member':
          sources.members.add(node.member)
          return
        case 'arrow':
          if (followed.has(`${node.relation} ${node.target}`)) return
          followed.add(`${node.relation} ${node.target}`)
          this.#addArrow(sources, node.relation, node.target)
          return
        case 'exclusion':
          visit(node.base)
          return
        default:
          node.operands.forEach(visit)
      }
    }
    visit(expression)
    return sources
  }

  /**
   * Adds the sources of an arrow. It iterates over the types or over the members named `target`,
   * whichever are fewer, because a hostile schema can have many of both.
   */
  #addArrow(sources: MutableSources, relation: MemberId, target: string): void {
    const types = this.#typesOf(relation)
    const named = this.#membersByName.get(target) ?? []
    if (types.size <= named.length) {
      for (const type of types) this.#add(sources, this.#find(type, target))
    } else {
      for (const member of named) if (types.has(member.definition)) this.#add(sources, member)
    }
  }

  #add({ members }: MutableSources, member: Member | undefined): void {
    if (member !== undefined) members.add(member.id)
  }

  #typesOf(relation: MemberId): ReadonlySet<string> {
    const known = this.#typesByRelation.get(relation)
    if (known !== undefined) return known
    const member = this.#members[relation]
    const types = new Set(member.kind === 'relation' ? member.types.map(({ type }) => type) : [])
    this.#typesByRelation.set(relation, types)
    return types
  }
}
