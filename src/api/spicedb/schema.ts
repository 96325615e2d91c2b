// Read and write the schema.

import { readSchema, token, writeSchema } from '../../engine/index.js'
import { text } from '../field.js'
import { message } from '../message.js'
import { NOTE_HEADERS, toNote } from '../note.js'
import { SOUND_TEXT, ZedToken } from './messages.js'
import { type Scope, unary } from './route.js'

const TAG = 'schema'

const ReadSchemaRequest = message('ReadSchemaRequest', 'Nothing to say.', {})

const ReadSchemaResponse = message('ReadSchemaResponse', 'The schema as it was written.', {
  schemaText: text(SOUND_TEXT),
  readAt: ZedToken,
})

const WriteSchemaRequest = message(
  'WriteSchemaRequest',
  'The whole schema: it takes the place of the one before.',
  { schema: text(SOUND_TEXT) },
  {
    example: { schema: 'definition user {}\n\ndefinition document {\n  relation viewer: user\n}' },
  },
)

const WriteSchemaResponse = message('WriteSchemaResponse', 'When it was written.', {
  writtenAt: ZedToken,
})

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
    async answer({ schema }, { engine, request }) {
      const revision = await writeSchema(engine, { text: schema, note: toNote(request, null) })
      return { writtenAt: { token: token(engine, revision) } }
    },
  })
}
