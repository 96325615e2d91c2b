// Watch what happens, as a stream without end.

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
        `the watch has fallen behind: nothing was taken of it for ${limits.streamStallMs} ms; go on from the last token`,
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

const DESCRIPTION = `What happens in the store, in order and without end. Each message is of one revision; one that holds very many updates comes in several messages. Its \`changesThrough\` is a token to start from again, without a gap or a repetition, and a ZedToken like any other.

A relationship that is written anew is an \`OPERATION_TOUCH\`, whether it was there before or not; an \`OPERATION_DELETE\` carries what was there. With \`WATCH_KIND_INCLUDE_CHECKPOINTS\` a checkpoint comes at once and then every ${limits.watchHeartbeatMs} ms, also when all else is filtered away. A store that has no schema yet can be watched, but not with relationship filters, whose names must be known.

With \`optionalIncludeExpirations\`, relationships that expire are told as deletions, in messages marked \`expired\`, a heartbeat later at the latest. Without it, as in SpiceDB, nothing is told of an expiration until the relationship is replaced, deleted or cleared away.

With \`optionalInitialSnapshot\`, the watch begins with all that there is, in messages marked \`initialSnapshot\`, and then a checkpoint with the same mark. A start cursor of an earlier watch goes on where that one was instead, be it within the snapshot; with any other ZedToken, the snapshot is as of that.

A reader that takes nothing for ${limits.streamStallMs / 1000} s is told RESOURCE_EXHAUSTED and cut off; one that comes back after the retention is told OUT_OF_RANGE.`

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
