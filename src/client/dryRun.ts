// What writing a schema would come to: the answer of a dry run, from the wire.

import type { JsonObject, Relationship } from '../terms/index.js'
import { RemoteError, type WireStatus } from './remoteError.js'
import { toRelationship, type WireRelationship, type WireToken } from './wire.js'

export interface SchemaDryRun {
  readonly wouldBeWritten: boolean
  /** As of when this was found. */
  readonly token: string
  /** What would change: one object with one key each, such as `relationAdded`. */
  readonly diffs: readonly JsonObject[]
  readonly obstructions: readonly SchemaObstruction[]
}

export interface SchemaObstruction {
  /** As a write rejects with it. */
  readonly error: RemoteError
  /** How many relationships stand in the way, or at least how many. */
  readonly count: number
  readonly countIsExact: boolean
  /** Some of them. */
  readonly samples: readonly Relationship[]
}

export interface WireDryRun {
  readonly wouldBeWritten: boolean
  readonly readAt: WireToken
  readonly diffs: readonly JsonObject[]
  readonly obstructions: readonly WireObstruction[]
}

interface WireObstruction {
  readonly error: WireStatus
  readonly relationshipsCount: string
  readonly countIsExact: boolean
  readonly samples: readonly WireRelationship[]
}

export const toDryRun = ({
  wouldBeWritten,
  readAt,
  diffs,
  obstructions,
}: WireDryRun): SchemaDryRun => ({
  wouldBeWritten,
  token: readAt.token,
  diffs,
  obstructions: obstructions.map(({ error, relationshipsCount, countIsExact, samples }) => ({
    error: new RemoteError(200, error),
    count: Number(relationshipsCount),
    countIsExact,
    samples: samples.map(toRelationship),
  })),
})
