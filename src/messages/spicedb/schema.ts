// Messages for reading and writing the schema, and for what writing it would come to.

import { flag, list, text, uint64 } from '../field.js'
import { member, message, required } from '../message.js'
import { Status } from '../status.js'
import { ReflectionSchemaDiff } from './reflectionParts.js'
import { Relationship, SOUND_TEXT, ZedToken } from './shared.js'

export const ReadSchemaRequest = message('ReadSchemaRequest', 'Nothing to say.', {})

export const ReadSchemaResponse = message('ReadSchemaResponse', 'The schema as it was written.', {
  schemaText: text(SOUND_TEXT),
  readAt: ZedToken,
})

export const WriteSchemaRequest = message(
  'WriteSchemaRequest',
  'The whole schema: it takes the place of the one before. A dry run only tells what that would come to.',
  { schema: text(SOUND_TEXT), dryRun: flag },
  {
    example: { schema: 'definition user {}\n\ndefinition document {\n  relation viewer: user\n}' },
  },
)

export const SchemaObstructionMessage = message(
  'SchemaObstruction',
  'A reason to refuse the schema, as a write is told of it; how many relationships stand in the way, or at least how many, and some of them.',
  {
    error: Status,
    relationshipsCount: uint64,
    countIsExact: flag,
    samples: list(required(Relationship)),
  },
)

export const SchemaDryRunMessage = message(
  'SchemaDryRun',
  'What writing the schema would have come to, as of one place in the order of changes.',
  {
    wouldBeWritten: flag,
    readAt: ZedToken,
    diffs: list(required(ReflectionSchemaDiff)),
    obstructions: list(required(SchemaObstructionMessage)),
  },
)

export const WriteSchemaResponse = message(
  'WriteSchemaResponse',
  'When it was written; of a dry run, which writes nothing, what it found.',
  { writtenAt: ZedToken, dryRun: member(SchemaDryRunMessage) },
)
