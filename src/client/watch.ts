// Following what happens in a store, for as long as somebody wants to know: when the connection
// breaks, or the service tells that it cannot go on just now, the watch goes on from its last token,
// so that every event is given once. It asks for checkpoints in any case: they move the token on
// where nothing is told, and they show that the connection is alive.

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
  /** Goes on after what this token stands for: an event's, or any other; now, without. */
  readonly start?: string
  /** Of resources. Without these and without filters, everything is told. */
  readonly objectTypes?: readonly string[]
  /** Exclusive with object types: what any of them matches is told. */
  readonly filters?: readonly RelationshipFilter[]
  readonly schemaUpdates?: boolean
  readonly checkpoints?: boolean
  /** Whether relationships that expire are told to have gone. */
  readonly expirations?: boolean
  /** Whether to begin with all that there is, unless the start is an event's. */
  readonly initialSnapshot?: boolean
}

export interface WatchEvent {
  /** `listed` comes once, after a whole snapshot. */
  readonly kind: 'changes' | 'schema' | 'expired' | 'snapshot' | 'listed' | 'checkpoint'
  readonly updates: readonly (Update & { readonly operation: 'touch' | 'delete' })[]
  /** A watch from here on tells the rest. */
  readonly token: string
  readonly metadata: JsonObject | null
  /** Of changes and schemas. */
  readonly note: WatchNote | null
}

export interface WatchNote {
  readonly actor: string
  readonly reason: string
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly committedAt: number
}

const RETRY_MIN_MS = 50
const RETRY_MAX_MS = 5000
/** Statuses of what may be better another time, or at another node. */
const TRANSIENT: ReadonlySet<number> = new Set([4, 8, 14])
const UNKNOWN = 2

export const watch =
  (transport: Transport) =>
  (call: WatchCall = {}, options: CallOptions = {}): AsyncGenerator<WatchEvent, never> => {
    const { closing } = transport
    const signal = options.signal ? AbortSignal.any([options.signal, closing]) : closing
    return follow(transport, call, signal)
  }

/** @throws RemoteError for what the service refuses for good; the signal's reason */
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

/** What stands between us and the service tells no code of its own. */
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
