// Reading and writing the schema, and what writing it would come to.

import type { Relationship } from '../terms/index.js'
import type { SchemaDiff } from './reflection.js'
import { RemoteError, type WireStatus } from './remoteError.js'
import { unary } from './route.js'
import type { CallOptions, Note, Transport } from './transport.js'
import { toRelationship, type WireRelationship, type WireToken } from './wire.js'

const read = unary({
  path: '/v1/schema/read',
  toBody: (_: undefined) => ({}),
  toAnswer: ({ schemaText, readAt }: { schemaText: string; readAt: WireToken }) => ({
    text: schemaText,
    token: readAt.token,
  }),
})

/** There is nothing to say with this call. */
export const readSchema = (transport: Transport) => (options?: CallOptions) =>
  read(transport)(undefined, options)

export interface WriteSchemaCall {
  readonly text: string
  readonly note?: Omit<Note, 'metadata'>
}

export const writeSchema = unary({
  path: '/v1/schema/write',
  toBody: ({ text }: WriteSchemaCall) => ({ schema: text }),
  toNote: ({ note }) => note,
  toAnswer: ({ writtenAt }: { writtenAt: WireToken }) => ({ token: writtenAt.token }),
})

export interface SchemaDryRun {
  readonly wouldBeWritten: boolean
  /** As of when this was found. */
  readonly token: string
  readonly diffs: readonly SchemaDiff[]
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

export const dryRunSchema = unary({
  path: '/v1/schema/write',
  toBody: ({ text }: Pick<WriteSchemaCall, 'text'>) => ({ schema: text, dryRun: true }),
  toAnswer: ({ dryRun }: { dryRun: WireDryRun }): SchemaDryRun => ({
    wouldBeWritten: dryRun.wouldBeWritten,
    token: dryRun.readAt.token,
    diffs: dryRun.diffs,
    obstructions: dryRun.obstructions.map(toObstruction),
  }),
})

const toObstruction = (wire: WireObstruction): SchemaObstruction => ({
  error: new RemoteError(200, wire.error),
  count: Number(wire.relationshipsCount),
  countIsExact: wire.countIsExact,
  samples: wire.samples.map(toRelationship),
})

interface WireDryRun {
  readonly wouldBeWritten: boolean
  readonly readAt: WireToken
  readonly diffs: readonly SchemaDiff[]
  readonly obstructions: readonly WireObstruction[]
}

interface WireObstruction {
  readonly error: WireStatus
  readonly relationshipsCount: string
  readonly countIsExact: boolean
  readonly samples: readonly WireRelationship[]
}
