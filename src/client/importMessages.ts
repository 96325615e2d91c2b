// The body of an import: relationships, some hundred in a message, one message after the other.

import type { Relationship } from '../terms/index.js'
import { fromRelationship } from './wire.js'

const TOGETHER = 500

export async function* toImportMessages(
  relationships: AsyncIterable<Relationship> | Iterable<Relationship>,
): AsyncGenerator<string> {
  let waiting: Relationship[] = []
  for await (const relationship of relationships) {
    waiting.push(relationship)
    if (waiting.length < TOGETHER) continue
    yield print(waiting)
    waiting = []
  }
  if (waiting.length > 0) yield print(waiting)
}

const print = (relationships: readonly Relationship[]): string =>
  `${JSON.stringify({ relationships: relationships.map(fromRelationship) })}\n`
