// The messages of a watch.

import { enumeration, flag, list, struct, text, timestamp } from '../field.js'
import { message, required } from '../message.js'
import { RelationshipUpdate } from './relationships.js'
import { orEmpty, RelationshipFilter, SOUND_TEXT, TYPE_NAME, ZedToken } from './shared.js'

const watchKind = enumeration([
  'WATCH_KIND_UNSPECIFIED',
  'WATCH_KIND_INCLUDE_RELATIONSHIP_UPDATES',
  'WATCH_KIND_INCLUDE_SCHEMA_UPDATES',
  'WATCH_KIND_INCLUDE_CHECKPOINTS',
])

export const WatchRequest = message(
  'WatchRequest',
  'What to watch: relationships of some object types, or those that one of the filters ' +
    'matches, or all. Relationship updates are sent whatever the kinds. Without a start cursor, ' +
    'the watch begins with the next revision.',
  {
    optionalObjectTypes: list(text(TYPE_NAME)),
    optionalStartCursor: ZedToken,
    optionalRelationshipFilters: list(required(RelationshipFilter)),
    optionalUpdateKinds: list(watchKind),
    optionalIncludeExpirations: flag,
    optionalInitialSnapshot: flag,
  },
  {
    example: {
      optionalObjectTypes: ['document'],
      optionalUpdateKinds: ['WATCH_KIND_INCLUDE_CHECKPOINTS'],
    },
  },
)

export const RevisionNoteMessage = message(
  'RevisionNote',
  'Who wrote the revision, why, and when.',
  {
    actor: text(orEmpty(SOUND_TEXT)),
    reason: text(orEmpty(SOUND_TEXT)),
    requestId: text(orEmpty(SOUND_TEXT)),
    committedAt: timestamp,
  },
)

export const WatchResponse = message(
  'WatchResponse',
  'One of: updates of one revision, the notice that a revision changed the schema, updates ' +
    'because relationships have expired, part of the initial snapshot, or a checkpoint. A watch ' +
    'that starts at `changesThrough` sends exactly what comes after this message.',
  {
    updates: list(required(RelationshipUpdate)),
    changesThrough: ZedToken,
    optionalTransactionMetadata: struct,
    schemaUpdated: flag,
    isCheckpoint: flag,
    fullRevisionMetadata: list(struct),
    expired: flag,
    initialSnapshot: flag,
    revisionNote: RevisionNoteMessage,
  },
)
