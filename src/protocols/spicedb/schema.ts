// The routes that read and write the schema.

import {
  type DryRun,
  dryRunSchema,
  type Engine,
  readSchema,
  token,
  writeSchema,
} from '../../engine/index.js'
import { NOTE_HEADERS, type RouteScope, toNote, unary } from '../../http/index.js'
import {
  fromRelationship,
  ReadSchemaRequest,
  ReadSchemaResponse,
  type SchemaDryRunMessage,
  toSpiceDbStatus,
  type Wire,
  WriteSchemaRequest,
  WriteSchemaResponse,
} from '../../messages/index.js'
import { fromChange } from './reflectionParts.js'

const TAG = 'schema'

export function schemaRoutes(scope: RouteScope): void {
  unary(scope, {
    path: '/v1/schema/read',
    writes: false,
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
    writes: 'unless-dry-run',
    tag: TAG,
    summary: 'Write the schema',
    description:
      'Replaces the schema. It is refused with every mistake in the text, or when stored ' +
      `relationships need what it removes. ${NOTE_HEADERS}`,
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
): Wire<typeof SchemaDryRunMessage> => ({
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
