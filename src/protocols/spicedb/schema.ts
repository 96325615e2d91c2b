// Read and write the schema.

import {
  type DryRun,
  dryRunSchema,
  type Engine,
  readSchema,
  token,
  writeSchema,
} from '../../engine/index.js'
import { NOTE_HEADERS, type Scope, toNote, unary } from '../../http/index.js'
import {
  flag,
  fromRelationship,
  list,
  member,
  message,
  Relationship,
  required,
  SOUND_TEXT,
  Status,
  text,
  toSpiceDbStatus,
  uint64,
  type Wire,
  ZedToken,
} from '../../messages/index.js'
import { fromChange, ReflectionSchemaDiff } from './reflectionMessages.js'

const TAG = 'schema'

const ReadSchemaRequest = message('ReadSchemaRequest', 'Nothing to say.', {})

const ReadSchemaResponse = message('ReadSchemaResponse', 'The schema as it was written.', {
  schemaText: text(SOUND_TEXT),
  readAt: ZedToken,
})

const WriteSchemaRequest = message(
  'WriteSchemaRequest',
  'The whole schema: it takes the place of the one before. A dry run only tells what that would come to.',
  { schema: text(SOUND_TEXT), dryRun: flag },
  {
    example: { schema: 'definition user {}\n\ndefinition document {\n  relation viewer: user\n}' },
  },
)

const SchemaObstruction = message(
  'SchemaObstruction',
  'A reason to refuse the schema, as a write is told of it; how many relationships stand in the way, or at least how many, and some of them.',
  {
    error: Status,
    relationshipsCount: uint64,
    countIsExact: flag,
    samples: list(required(Relationship)),
  },
)

const SchemaDryRun = message(
  'SchemaDryRun',
  'What writing the schema would have come to, as of one place in the order of changes.',
  {
    wouldBeWritten: flag,
    readAt: ZedToken,
    diffs: list(required(ReflectionSchemaDiff)),
    obstructions: list(required(SchemaObstruction)),
  },
)

const WriteSchemaResponse = message(
  'WriteSchemaResponse',
  'When it was written; of a dry run, which writes nothing, what it found.',
  { writtenAt: ZedToken, dryRun: member(SchemaDryRun) },
)

export function schemaRoutes(scope: Scope): void {
  unary(scope, {
    path: '/v1/schema/read',
    tag: TAG,
    summary: 'Read the schema',
    description: 'The schema in force, as it was written.',
    request: ReadSchemaRequest,
    response: ReadSchemaResponse,
    async answer(_body, { engine }) {
      const { text: schemaText, revision } = await readSchema(engine)
      return { schemaText, readAt: { token: token(engine, revision) } }
    },
  })
  unary(scope, {
    path: '/v1/schema/write',
    tag: TAG,
    summary: 'Write the schema',
    description: `Refused with every mistake in the text, or when stored relationships need what it takes away. ${NOTE_HEADERS}`,
    request: WriteSchemaRequest,
    response: WriteSchemaResponse,
    async answer({ schema, dryRun }, call): Promise<Wire<typeof WriteSchemaResponse>> {
      const { engine, metadata } = call
      if (dryRun) {
        const found = await dryRunSchema(engine, schema, call)
        return { writtenAt: null, dryRun: fromDryRun(engine, found) }
      }
      const revision = await writeSchema(engine, { text: schema, note: toNote(metadata, null) })
      return { writtenAt: { token: token(engine, revision) }, dryRun: undefined }
    },
  })
}

const fromDryRun = (
  engine: Engine,
  { revision, changes, obstructions }: DryRun,
): Wire<typeof SchemaDryRun> => ({
  wouldBeWritten: obstructions.length === 0,
  readAt: { token: token(engine, revision) },
  diffs: changes.map(fromChange),
  obstructions: obstructions.map(({ refusal, samples, count, countIsExact }) => ({
    error: toSpiceDbStatus(refusal),
    relationshipsCount: `${count}`,
    countIsExact,
    samples: samples.map(fromRelationship),
  })),
})
