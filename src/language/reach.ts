// Which kinds of subject can stand behind a member: what lets a check stop before it walks. A kind of
// objects stands behind the members that hold its type, a subject set behind the members that take
// its own member in; and whatever stands behind a member stands behind those that take that one in.
//
// This is walked from a kind to all members it stands behind, when that kind is asked for: to walk for
// all kinds at once would cost kinds × members for kinds that nobody asks for. It is kept within a bound.

import { derived } from './derived.js'
import type { Member, MemberId, Reach, Schema } from './schema.js'
import { toSources } from './sources.js'
import type { Work } from './steps.js'

/** The sources of all members, the other way round. */
interface Graph {
  /** By type: the members that hold it. */
  readonly holders: ReadonlyMap<string, readonly MemberId[]>
  /** By member: the members that take it in. */
  readonly takers: readonly (readonly MemberId[])[]
}

export function* toReach(members: readonly Member[], find: Schema['member']): Work<Reach> {
  const graph = yield* toGraph(members, find)

  const firstOf = (type: string, relation: string): readonly MemberId[] => {
    if (relation === '') return graph.holders.get(type) ?? []
    const member = find(type, relation)
    return member === undefined ? [] : graph.takers[member.id]
  }

  return (type, relation, prepare) =>
    derived(graph, `${type}#${relation}`, () => {
      prepare?.(members.length)
      return { value: walk(graph, firstOf(type, relation)), bytes: members.length }
    })
}

/** A byte for each member: 1 for the first ones and for all that take one of those in. */
function walk({ takers }: Graph, first: readonly MemberId[]): Uint8Array {
  const behind = new Uint8Array(takers.length)
  const pending = [...first]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (behind[next] === 1) continue
    behind[next] = 1
    for (const taker of takers[next]) if (behind[taker] === 0) pending.push(taker)
  }
  return behind
}

function* toGraph(members: readonly Member[], find: Schema['member']): Work<Graph> {
  const holders = new Map<string, MemberId[]>()
  const takers: MemberId[][] = members.map(() => [])
  const all = yield* toSources(members, find)
  for (const [i, sources] of all.entries()) {
    yield null
    const { id } = members[i]
    for (const source of sources.members) takers[source].push(id)
    for (const type of sources.types) {
      const known = holders.get(type)
      if (known === undefined) holders.set(type, [id])
      else known.push(id)
    }
  }
  return { holders, takers }
}
