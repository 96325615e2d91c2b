// A graph source in memory, with relationships, schemas and changes in arrays. It keeps every
// revision and implements the same port as the storage, so that an engine runs on it without a
// database.

import type {
  ChangeFollower,
  Following,
  GraphSource,
  NewestStart,
  SchemaText,
  SnapshotBatch,
  SourceHead,
  StartPoint,
} from '../src/engine/graph/graphSource.js'
import {
  type Change,
  NO_NOTE,
  printIdentity,
  REVISION_NONE,
  type Relationship,
  type Revision,
  toRevision,
} from '../src/terms/index.js'
import { toRelationships } from './world.js'

export class MemorySource implements GraphSource {
  readonly rows = null
  readonly #changes: Change[] = []
  readonly #schemas: SchemaText[] = []
  readonly #followers = new Set<() => void>()

  /** Writes a schema as a revision. */
  define(text: string): Revision {
    const revision = this.#next()
    this.#schemas.push({ revision, text })
    return this.#append({ revision, created: [], deleted: [], schemaChanged: true })
  }

  /** Writes a revision that creates and deletes relationships, in the notation of world.ts. */
  write(created: string, deleted = ''): Revision {
    return this.#append({
      revision: this.#next(),
      created: toRelationships(created),
      deleted: toRelationships(deleted),
      schemaChanged: false,
    })
  }

  async head(): Promise<SourceHead> {
    const schemaRevision = this.#schemas.at(-1)?.revision ?? REVISION_NONE
    return { revision: toRevision(this.#changes.length), schemaRevision, oldest: REVISION_NONE }
  }

  async origin(): Promise<NewestStart> {
    const revision = toRevision(this.#changes.length)
    return { revision, fingerprint: null, relationships: this.#there(revision).length }
  }

  async *snapshot(at: Revision): AsyncGenerator<SnapshotBatch> {
    yield { revision: at, relationships: this.#there(at) }
  }

  async schemaAt(revision: Revision): Promise<SchemaText | null> {
    return this.#schemas.findLast(schema => schema.revision <= revision) ?? null
  }

  follow(from: StartPoint, follower: ChangeFollower): Following {
    let at: number = from.revision
    const deliver = (): void => {
      if (at >= this.#changes.length) return
      const changes = this.#changes.slice(at)
      at = this.#changes.length
      follower.onChanges(changes)
    }
    this.#followers.add(deliver)
    return {
      trouble: null,
      ageMs: 0,
      hasEnded: false,
      nudge: deliver,
      close: async () => void this.#followers.delete(deliver),
    }
  }

  #there(at: Revision): readonly Relationship[] {
    const there = new Map<string, Relationship>()
    for (const { created, deleted } of this.#changes.slice(0, at)) {
      for (const each of deleted) there.delete(printIdentity(each))
      for (const each of created) there.set(printIdentity(each), each)
    }
    return [...there.values()]
  }

  #next(): Revision {
    return toRevision(this.#changes.length + 1)
  }

  #append(change: Omit<Change, 'at' | 'note'>): Revision {
    this.#changes.push({ ...change, at: change.revision, note: NO_NOTE })
    for (const deliver of this.#followers) deliver()
    return change.revision
  }
}
