// Reading and writing the schema, and what writing it would come to.

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

/** There is nothing to say with this call. */
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
  toBody: ({ text }: Pick<WriteSchemaCall, 'text'>): Sent<typeof WriteSchemaRequest> => ({
    schema: text,
    dryRun: true,
  }),
  toAnswer: ({ dryRun }: Wire<typeof WriteSchemaResponse>): SchemaDryRun =>
    toDryRun(dryRun as Wire<typeof SchemaDryRunMessage>),
})

const toDryRun = (told: Wire<typeof SchemaDryRunMessage>): SchemaDryRun => ({
  wouldBeWritten: told.wouldBeWritten,
  token: tokenOf(told.readAt),
  diffs: told.diffs,
  obstructions: told.obstructions.map(toObstruction),
})

const toObstruction = (told: Wire<typeof SchemaObstructionMessage>): SchemaObstruction => ({
  error: new RemoteError(200, told.error ?? {}),
  count: Number(told.relationshipsCount),
  countIsExact: told.countIsExact,
  samples: told.samples.map(toRelationship),
})
