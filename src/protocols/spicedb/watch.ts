// The route that watches the changes of a store, as an endless stream.

import { type WatchMessage, watch } from '../../engine/index.js'
import { type RouteScope, stream } from '../../http/index.js'
import {
  fromRelationship,
  fromTime,
  type RevisionNoteMessage,
  toFilter,
  WatchRequest,
  WatchResponse,
  type Wire,
} from '../../messages/index.js'
import { type Change, limits, parseToken, Refusal } from '../../terms/index.js'

export function watchRoute(scope: RouteScope): void {
  stream(scope, {
    path: '/v1/watch',
    writes: false,
    tag: 'watch',
    summary: 'Watch changes',
    description: DESCRIPTION,
    request: WatchRequest,
    response: WatchResponse,
    endless: true,
    stalled: () =>
      new Refusal(
        'watch-behind',
        `the watch has fallen behind: nothing was read from it for ${limits.streamStallMs} ` +
          'ms; continue from the last token',
      ),
    async open(body, call) {
      const { optionalStartCursor: cursor, optionalUpdateKinds: kinds } = body
      const messages = await watch(
        call.engine,
        {
          start: cursor === null ? null : parseToken(cursor.token),
          objectTypes: body.optionalObjectTypes,
          filters: body.optionalRelationshipFilters.map(toFilter),
          schemaUpdates: kinds.includes('WATCH_KIND_INCLUDE_SCHEMA_UPDATES'),
          checkpoints: kinds.includes('WATCH_KIND_INCLUDE_CHECKPOINTS'),
          expirations: body.optionalIncludeExpirations,
          initialSnapshot: body.optionalInitialSnapshot,
        },
        call,
      )
      return { items: messages, toResult: fromMessage }
    },
  })
}

const DESCRIPTION = [
  'The changes of the store, in order and without end. Each message is about one revision; a ' +
    'revision with very many updates comes in several messages. `changesThrough` is a token ' +
    'from which another watch continues without a gap or a repetition, and a ZedToken like any ' +
    'other.',
  'A written relationship is an `OPERATION_TOUCH`, whether it existed before or not; an ' +
    '`OPERATION_DELETE` carries the relationship as it was. With ' +
    '`WATCH_KIND_INCLUDE_CHECKPOINTS` a checkpoint comes at once and then every ' +
    `${limits.watchHeartbeatMs} ms, also when filters exclude everything else. A store without ` +
    'a schema can be watched, but not with relationship filters, whose names the schema must ' +
    'define.',
  'With `optionalIncludeExpirations`, relationships that expire are sent as deletions, in ' +
    'messages marked `expired`, a heartbeat later at the latest. Without it, as in SpiceDB, ' +
    'an expiration is not sent until the relationship is replaced, deleted or collected.',
  'With `optionalInitialSnapshot`, the watch begins with all stored relationships, in ' +
    'messages marked `initialSnapshot`, followed by a checkpoint with the same mark. A start ' +
    'cursor of an earlier watch continues where that watch was, even within the snapshot. With ' +
    'any other ZedToken, the snapshot is of that revision.',
  `A reader that reads nothing for ${limits.streamStallMs / 1000} s gets RESOURCE_EXHAUSTED ` +
    'and is disconnected. A reader that comes back after the retention gets OUT_OF_RANGE.',
].join('\n\n')

const OPERATIONS = { touch: 'OPERATION_TOUCH', delete: 'OPERATION_DELETE' } as const

function fromMessage({ kind, updates, token, change }: WatchMessage): Wire<typeof WatchResponse> {
  const metadata = change?.note.metadata ?? null
  return {
    updates: updates.map(({ operation, relationship }) => ({
      operation: OPERATIONS[operation],
      relationship: fromRelationship(relationship),
    })),
    changesThrough: { token },
    optionalTransactionMetadata: metadata,
    schemaUpdated: kind === 'schema',
    isCheckpoint: kind === 'checkpoint' || kind === 'listed',
    fullRevisionMetadata: metadata === null ? [] : [metadata],
    expired: kind === 'expired',
    initialSnapshot: kind === 'snapshot' || kind === 'listed',
    revisionNote: change === null ? null : fromNote(change),
  }
}

const fromNote = ({ at, note }: Change): Wire<typeof RevisionNoteMessage> => ({
  actor: note.actor ?? '',
  reason: note.reason ?? '',
  requestId: note.requestId ?? '',
  committedAt: fromTime(at),
})
