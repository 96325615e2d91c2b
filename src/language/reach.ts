// Reach: which members can have subjects of a given kind. A kind is an object type (`user`) or a
// subject set (`group#member`). A check stops early if the kind of its subject does not reach the
// member. An object type reaches the members that it is a source of, and a subject set those that
// its own member is a source of (`sources.ts`). A kind that reaches a member also reaches the
// members that have that one as a source.
//
// The reach of a kind is computed when that kind is first asked about, since computing all kinds
// ahead would cost kinds × members. The results are cached within a bound (`derived.ts`).

import { derived } from './derived.js'
import type { Member, MemberId, Reach, Schema } from './schema.js'
import { toSources } from './sources.js'
import type { Work } from './steps.js'

/** The sources of all members, inverted. */
interface Graph {
  /** The members that admit objects of each type. */
  readonly membersByType: ReadonlyMap<string, readonly MemberId[]>
  /** The members that have each member as a source. */
  readonly includedBy: readonly (readonly MemberId[])[]
}

/** The reach function of a schema with these members. */
export function* toReach(members: readonly Member[], find: Schema['member']): Work<Reach> {
  const graph = yield* toGraph(members, find)

  const directMembers = (type: string, relation: string): readonly MemberId[] => {
    if (relation === '') return graph.membersByType.get(type) ?? []
    const member = find(type, relation)
    return member === undefined ? [] : graph.includedBy[member.id]
  }

  return (type, relation, prepare) =>
    derived(graph, `${type}#${relation}`, () => {
      prepare?.(members.length)
      return { value: propagate(graph, directMembers(type, relation)), bytes: members.length }
    })
}

/**
 * One byte per member: 1 for the first members and for all that have one of them as a source, at
 * any distance.
 */
function propagate({ includedBy }: Graph, first: readonly MemberId[]): Uint8Array {
  const reached = new Uint8Array(includedBy.length)
  const pending = [...first]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (reached[next] === 1) continue
    reached[next] = 1
    for (const includer of includedBy[next]) if (reached[includer] === 0) pending.push(includer)
  }
  return reached
}

function* toGraph(members: readonly Member[], find: Schema['member']): Work<Graph> {
  const membersByType = new Map<string, MemberId[]>()
  const includedBy: MemberId[][] = members.map(() => [])
  const all = yield* toSources(members, find)
  for (const [i, sources] of all.entries()) {
    yield null
    const { id } = members[i]
    for (const source of sources.members) includedBy[source].push(id)
    for (const type of sources.types) {
      const known = membersByType.get(type)
      if (known === undefined) membersByType.set(type, [id])
      else known.push(id)
    }
  }
  return { membersByType, includedBy }
}
