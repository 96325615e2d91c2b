// Which kinds of subject can stand behind a member: what lets a check stop before it walks.
//
// Members form a graph, where `b` leads to `a` when all subjects of `b` can be subjects of `a`. Into a
// relation lead the subject sets that it admits; into a permission the members that it names and,
// for an arrow, the target on each type that the arrow's relation admits (an arrow does not care for
// the `#relation` of a subject). What an exclusion takes away gives nobody access: only its base
// counts. A subject set itself stands behind everything that its member leads into.
//
// The graph is walked from a kind to all members it stands behind, when that kind is first asked
// for: to walk for all kinds at once would cost kinds × members for kinds that nobody asks for.

import type { Expression, Member, MemberId, Permission, Schema } from './schema.js'

type Find = Schema['member']

interface Graph {
  /** By type: the members that hold objects of it themselves. */
  readonly holders: ReadonlyMap<string, readonly MemberId[]>
  /** By member: the members that it leads into. */
  readonly into: readonly (readonly MemberId[])[]
}

export function toReach(members: readonly Member[], find: Find): Schema['reaches'] {
  const graph = toGraph(members, find)
  const walked = new Map<string, Uint8Array>()

  const firstOf = (type: string, relation: string): readonly MemberId[] | undefined => {
    if (relation === '') return graph.holders.get(type)
    const member = find(type, relation)
    return member === undefined ? undefined : graph.into[member.id]
  }

  return (member, type, relation) => {
    const kind = `${type}#${relation}`
    let behind = walked.get(kind)
    if (behind === undefined) {
      const first = firstOf(type, relation)
      if (first === undefined) return false
      behind = walk(graph, first)
      walked.set(kind, behind)
    }
    return behind[member] === 1
  }
}

/** A byte for each member: 1 for the first ones and all that they lead into. */
function walk({ into }: Graph, first: readonly MemberId[]): Uint8Array {
  const behind = new Uint8Array(into.length)
  const pending = [...first]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (behind[next] === 1) continue
    behind[next] = 1
    for (const member of into[next]) if (behind[member] === 0) pending.push(member)
  }
  return behind
}

function toGraph(members: readonly Member[], find: Find): Graph {
  const holders = new Map<string, MemberId[]>()
  const into: MemberId[][] = members.map(() => [])
  for (const member of members) {
    for (const { type, relation } of sourcesOf(member, members)) {
      if (relation !== '') {
        const source = find(type, relation)
        if (source !== undefined) into[source.id].push(member.id)
      } else if (holders.has(type)) {
        holders.get(type)!.push(member.id)
      } else {
        holders.set(type, [member.id])
      }
    }
  }
  return { holders, into }
}

/** Objects of a type, or, with a relation, the subjects of another member if it exists. */
export interface Kind {
  readonly type: string
  readonly relation: string
}

/** Where a member's subjects come from, in one step. */
export const sourcesOf = (member: Member, members: readonly Member[]): readonly Kind[] =>
  member.kind === 'relation' ? member.types : mentioned(member, members)

function mentioned(
  { definition, expression }: Permission,
  members: readonly Member[],
): readonly Kind[] {
  const kinds: Kind[] = []
  const visit = (node: Expression): void => {
    switch (node.kind) {
      case 'nil':
        return
      case 'self':
        kinds.push({ type: definition, relation: '' })
        return
      case 'member':
        kinds.push({ type: definition, relation: members[node.member].name })
        return
      case 'arrow':
        kinds.push(...targets(members[node.relation], node.target))
        return
      case 'exclusion':
        visit(node.base)
        return
      default:
        node.operands.forEach(visit)
    }
  }
  visit(expression)
  return kinds
}

function targets(relation: Member, target: string): readonly Kind[] {
  if (relation.kind !== 'relation') return []
  const types = new Set(relation.types.map(({ type }) => type))
  return [...types].map(type => ({ type, relation: target }))
}
