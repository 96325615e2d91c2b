// The messages that read and write the schema, and report what a write would change.

import { flag, list, text, uint64 } from '../field.js'
import { member, message, required } from '../message.js'
import { Status } from '../status.js'
import { ReflectionSchemaDiff } from './reflectionParts.js'
import { Relationship, SOUND_TEXT, ZedToken } from './shared.js'

export const ReadSchemaRequest = message('ReadSchemaRequest', 'An empty message.', {})

export const ReadSchemaResponse = message('ReadSchemaResponse', 'The schema as it was written.', {
  schemaText: text(SOUND_TEXT),
  readAt: ZedToken,
})

export const WriteSchemaRequest = message(
  'WriteSchemaRequest',
  'The whole schema, which replaces the one in force. A dry run only reports what would change.',
  { schema: text(SOUND_TEXT), dryRun: flag },
  {
    example: { schema: 'definition user {}\n\ndefinition document {\n  relation viewer: user\n}' },
  },
)

export const SchemaObstructionMessage = message(
  'SchemaObstruction',
  'A reason why a write of the schema would be refused, with the error that it would get. ' +
    '`relationshipsCount` says how many relationships stand in the way, or at least how many, ' +
    'and `samples` lists some of them.',
  {
    error: Status,
    relationshipsCount: uint64,
    countIsExact: flag,
    samples: list(required(Relationship)),
  },
)

export const SchemaDryRunMessage = message(
  'SchemaDryRun',
  'What writing the schema would have done at one revision.',
  {
    wouldBeWritten: flag,
    readAt: ZedToken,
    diffs: list(required(ReflectionSchemaDiff)),
    obstructions: list(required(SchemaObstructionMessage)),
  },
)

export const WriteSchemaResponse = message(
  'WriteSchemaResponse',
  'The revision of the write; or what a dry run, which writes nothing, has found.',
  { writtenAt: ZedToken, dryRun: member(SchemaDryRunMessage) },
)
