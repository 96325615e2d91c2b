// Layered graphs and replicas for tests, made from relationships: the whole as a base, or some of
// it as a base and the rest as changes that came after.

import type { Snapshot } from '../../src/evaluator/index.js'
import { AdjacencyBuilder } from '../../src/replica/adjacencyBuilder.js'
import { Replica } from '../../src/replica/index.js'
import { Interner } from '../../src/replica/interner.js'
import { LayeredGraph } from '../../src/replica/layeredGraph.js'
import type { RelationshipBatch, ReplicaOptions } from '../../src/replica/replica.js'
import { ReplicaSnapshot } from '../../src/replica/replicaSnapshot.js'
import { atOnce } from '../../src/replica/steps.js'
import { type Change, NO_NOTE, type Relationship, toRevision } from '../../src/terms/index.js'

export const BASE = toRevision(7)

/** A snapshot whose base holds the first half of the relationships, and whose delta the second. */
export function snapshotOf(relationships: readonly Relationship[]): Snapshot {
  const half = Math.ceil(relationships.length / 2)
  const interner = new Interner()
  const builder = new AdjacencyBuilder()
  for (const each of relationships.slice(0, half)) builder.add(interner.add(each))
  const graph = new LayeredGraph(interner, atOnce(builder.finish(interner.nodes.size)), BASE)
  const head = toRevision(BASE + 1)
  for (const each of relationships.slice(half)) graph.create(interner.add(each), head)
  return new ReplicaSnapshot(graph, head)
}

/** A replica of the relationships at revision `BASE`, which came in batches of three. */
export const replicaOf = (
  relationships: readonly Relationship[],
  options: Partial<ReplicaOptions> = {},
): Promise<Replica> => Replica.bootstrap(batchesOf(relationships), options)

async function* batchesOf(
  relationships: readonly Relationship[],
): AsyncGenerator<RelationshipBatch> {
  let start = 0
  do {
    yield { revision: BASE, relationships: relationships.slice(start, start + 3) }
    start += 3
  } while (start < relationships.length)
}

export const toChange = (
  revision: number,
  { created = [], deleted = [], at = 0 }: Partial<Pick<Change, 'created' | 'deleted' | 'at'>>,
): Change => ({
  revision: toRevision(revision),
  at,
  note: NO_NOTE,
  created,
  deleted,
  schemaChanged: false,
})
