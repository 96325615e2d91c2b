// Watches of a store. When the connection breaks, or the service has a temporary failure, the watch
// connects again and continues from its last token, so that the caller receives every event once.
// It always requests checkpoints: they advance the token while there are no events, and show that
// the connection is alive.

import {
  fromFilter,
  type Sent,
  toRelationship,
  type WatchRequest,
  type WatchResponse,
  type Wire,
} from '../messages/index.js'
import type { JsonObject, RelationshipFilter, Update } from '../terms/index.js'
import { readLines } from './lines.js'
import { RemoteError } from './remoteError.js'
import type { CallOptions, Transport } from './transport.js'
import { tokenOf } from './wire.js'

export interface WatchCall {
  /** The token of an event or any other answer, after which to start. Without it: now. */
  readonly start?: string
  /** Types of resources to report. Without these and without filters, everything is reported. */
  readonly objectTypes?: readonly string[]
  /** Filters, of which an update has to match at least one. They exclude object types. */
  readonly filters?: readonly RelationshipFilter[]
  readonly schemaUpdates?: boolean
  readonly checkpoints?: boolean
  /** Whether relationships that expire are reported as deleted. */
  readonly expirations?: boolean
  /** Whether to begin with all existing relationships, unless `start` is the token of an event. */
  readonly initialSnapshot?: boolean
}

export interface WatchEvent {
  /** The kind of event. `listed` occurs once, after the whole initial snapshot. */
  readonly kind: 'changes' | 'schema' | 'expired' | 'snapshot' | 'listed' | 'checkpoint'
  readonly updates: readonly (Update & { readonly operation: 'touch' | 'delete' })[]
  /** The token with which another watch can continue after this event. */
  readonly token: string
  readonly metadata: JsonObject | null
  /** The note on the revision, for `changes` and `schema`. */
  readonly note: WatchNote | null
}

export interface WatchNote {
  readonly actor: string
  readonly reason: string
  readonly requestId: string
  /** Time of the commit, ms since 1970. */
  readonly committedAt: number
}

const RETRY_MIN_MS = 50
const RETRY_MAX_MS = 5000
/** Codes of failures that may pass with time, or at another node. */
const TRANSIENT: ReadonlySet<number> = new Set([4, 8, 14])
const UNKNOWN = 2

export const watch =
  (transport: Transport) =>
  (call: WatchCall = {}, options: CallOptions = {}): AsyncGenerator<WatchEvent, never> => {
    const { closing } = transport
    const signal = options.signal ? AbortSignal.any([options.signal, closing]) : closing
    return follow(transport, call, signal)
  }

/** @throws RemoteError for a permanent refusal of the service; the signal's reason */
async function* follow(
  transport: Transport,
  call: WatchCall,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent, never> {
  let token = call.start
  for (let failures = 0; ; failures++) {
    try {
      const question = { path: '/v1/watch', body: toBody(call, token) }
      for await (const line of readLines(await transport.send(question, { signal }))) {
        const event = toEvent(line as Wire<typeof WatchResponse>)
        token = event.token
        failures = 0
        if (event.kind !== 'checkpoint' || call.checkpoints === true) yield event
      }
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof RemoteError && !isTransient(error)) throw error
    }
    await pause(Math.min(RETRY_MIN_MS * 2 ** failures, RETRY_MAX_MS), signal)
  }
}

/** Whether to try again. A proxy's error has no code, so there the HTTP status decides. */
const isTransient = ({ code, status }: RemoteError): boolean =>
  TRANSIENT.has(code) || (code === UNKNOWN && status >= 500)

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>(resolve => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, delayMs)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
  })
  signal.throwIfAborted()
}

const toBody = (call: WatchCall, token: string | undefined): Sent<typeof WatchRequest> => ({
  optionalStartCursor: token === undefined ? undefined : { token },
  optionalObjectTypes: call.objectTypes,
  optionalRelationshipFilters: call.filters?.map(fromFilter),
  optionalUpdateKinds: [
    'WATCH_KIND_INCLUDE_RELATIONSHIP_UPDATES',
    'WATCH_KIND_INCLUDE_CHECKPOINTS',
    ...(call.schemaUpdates === true ? (['WATCH_KIND_INCLUDE_SCHEMA_UPDATES'] as const) : []),
  ],
  optionalIncludeExpirations: call.expirations,
  optionalInitialSnapshot: call.initialSnapshot,
})

const toEvent = (wire: Wire<typeof WatchResponse>): WatchEvent => ({
  kind: kindOf(wire),
  updates: wire.updates.map(({ operation, relationship }) => ({
    operation: operation === 'OPERATION_DELETE' ? 'delete' : 'touch',
    relationship: toRelationship(relationship),
  })),
  token: tokenOf(wire.changesThrough),
  metadata: wire.optionalTransactionMetadata,
  note: wire.revisionNote && {
    ...wire.revisionNote,
    committedAt: Date.parse(wire.revisionNote.committedAt ?? ''),
  },
})

function kindOf(wire: Wire<typeof WatchResponse>) {
  const { schemaUpdated, isCheckpoint, expired, initialSnapshot } = wire
  if (schemaUpdated) return 'schema'
  if (isCheckpoint) return initialSnapshot ? 'listed' : 'checkpoint'
  if (expired) return 'expired'
  return initialSnapshot ? 'snapshot' : 'changes'
}
