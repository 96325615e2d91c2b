// The reading and writing of the schema, and dry runs of a write.

import {
  type ReadSchemaRequest,
  type ReadSchemaResponse,
  type SchemaDryRunMessage,
  type SchemaObstructionMessage,
  type Sent,
  toRelationship,
  type Wire,
  type WriteSchemaRequest,
  type WriteSchemaResponse,
} from '../messages/index.js'
import type { Relationship } from '../terms/index.js'
import type { SchemaDiff } from './reflection.js'
import { RemoteError } from './remoteError.js'
import { unary } from './route.js'
import type { CallOptions, Note, Transport } from './transport.js'
import { tokenOf } from './wire.js'

const read = unary({
  path: '/v1/schema/read',
  toBody: (_: undefined): Sent<typeof ReadSchemaRequest> => ({}),
  toAnswer: ({ schemaText, readAt }: Wire<typeof ReadSchemaResponse>) => ({
    text: schemaText,
    token: tokenOf(readAt),
  }),
})

/** The method that reads the schema. Its call has no fields, so it takes options only. */
export const readSchema = (transport: Transport) => (options?: CallOptions) =>
  read(transport)(undefined, options)

export interface WriteSchemaCall {
  readonly text: string
  readonly note?: Omit<Note, 'metadata'>
}

export const writeSchema = unary({
  path: '/v1/schema/write',
  toBody: ({ text }: WriteSchemaCall): Sent<typeof WriteSchemaRequest> => ({ schema: text }),
  toNote: ({ note }) => note,
  toAnswer: ({ writtenAt }: Wire<typeof WriteSchemaResponse>) => ({ token: tokenOf(writtenAt) }),
})

export interface SchemaDryRun {
  readonly wouldBeWritten: boolean
  /** The revision of the dry run. */
  readonly token: string
  readonly diffs: readonly SchemaDiff[]
  readonly obstructions: readonly SchemaObstruction[]
}

export interface SchemaObstruction {
  /** The error with which a write would fail. */
  readonly error: RemoteError
  /** Number of relationships that prevent the write, or a lower bound of it. */
  readonly count: number
  readonly countIsExact: boolean
  /** Some of these relationships. */
  readonly samples: readonly Relationship[]
}

export const dryRunSchema = unary({
  path: '/v1/schema/write',
  toBody: ({ text }: Pick<WriteSchemaCall, 'text'>): Sent<typeof WriteSchemaRequest> => ({
    schema: text,
    dryRun: true,
  }),
  toAnswer: ({ dryRun }: Wire<typeof WriteSchemaResponse>): SchemaDryRun =>
    toDryRun(dryRun as Wire<typeof SchemaDryRunMessage>),
})

const toDryRun = (wire: Wire<typeof SchemaDryRunMessage>): SchemaDryRun => ({
  wouldBeWritten: wire.wouldBeWritten,
  token: tokenOf(wire.readAt),
  diffs: wire.diffs,
  obstructions: wire.obstructions.map(toObstruction),
})

const toObstruction = (wire: Wire<typeof SchemaObstructionMessage>): SchemaObstruction => ({
  error: new RemoteError(200, wire.error ?? {}),
  count: Number(wire.relationshipsCount),
  countIsExact: wire.countIsExact,
  samples: wire.samples.map(toRelationship),
})
