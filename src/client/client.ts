// A client of one service: connections that are kept, one method a route, requests and answers in
// terms. Tokens stay texts here: a client sends back what it was given.

import { Pool } from 'undici'
import type { CheckAnswer } from '../terms/index.js'
import type {
  CallOptions,
  CheckBulkCall,
  CheckCall,
  DeleteCall,
  ExportCall,
  ExportedBatch,
  ImportCall,
  ListedPermission,
  ListPermissionsCall,
  Note,
  ReadCall,
  ReadItem,
  WriteAnswer,
  WriteCall,
  WriteSchemaCall,
} from './calls.js'
import { type SchemaDryRun, toDryRun, type WireDryRun } from './dryRun.js'
import { toImportMessages } from './importMessages.js'
import { readLines } from './lines.js'
import { type RemoteError, toRemoteError } from './remoteError.js'
import { follow, type WatchCall, type WatchEvent } from './watch.js'
import {
  fromConsistency,
  fromContextual,
  fromFilter,
  fromItem,
  fromObject,
  fromPermissionPrecondition,
  fromPrecondition,
  fromSubject,
  fromUpdate,
  toAnswer,
  toBulkAnswer,
  toListed,
  toRelationship,
  toUpdateOutcome,
  type WireAnswer,
  type WireListed,
  type WirePair,
  type WireRelationship,
  type WireToken,
  type WireWriteAnswer,
} from './wire.js'

export interface ClientOptions {
  /** `http://…`, `https://…`, or `unix:/path/of/socket`. */
  readonly url: string
  readonly key: string
  /** Whose relationships and schema are meant; `default` without. */
  readonly store?: string
  /** Connections at most; each carries one request at a time. */
  readonly connections?: number
}

const CONNECTIONS = 128
const OK = 200

/** A client of the service at `url`. It connects when it is first asked something. */
export function connect({ url, key, store, connections = CONNECTIONS }: ClientOptions): Client {
  const socket = url.startsWith('unix:') ? url.slice('unix:'.length) : null
  const pool =
    socket === null
      ? new Pool(url, { connections })
      : new Pool('http://localhost', { connections, socketPath: socket })
  return new Client(pool, key, store)
}

/** Every method rejects with a RemoteError for what the service refuses. */
export class Client {
  readonly #pool: Pool
  readonly #closing = new AbortController()
  readonly #headers: Readonly<Record<string, string>>

  constructor(pool: Pool, key: string, store?: string) {
    this.#pool = pool
    this.#headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      ...(store !== undefined && { 'x-pemba-store': store }),
    }
  }

  async check(
    { consistency, item, contextual }: CheckCall,
    options?: CallOptions,
  ): Promise<{ answer: CheckAnswer; token: string }> {
    const body = { consistency: fromConsistency(consistency), ...fromItem({ ...item, contextual }) }
    const told = await this.#ask<WireAnswer & { checkedAt: WireToken }>(
      { path: '/v1/permissions/check', body },
      options,
    )
    return { answer: toAnswer(told), token: told.checkedAt.token }
  }

  /** One answer or error an item, in their order. */
  async checkBulk(
    { consistency, items, contextual }: CheckBulkCall,
    options?: CallOptions,
  ): Promise<{ answers: readonly (CheckAnswer | RemoteError)[]; token: string }> {
    const body = {
      consistency: fromConsistency(consistency),
      items: items.map(fromItem),
      ...fromContextual({ contextual }),
    }
    const told = await this.#ask<{ checkedAt: WireToken; pairs: readonly WirePair[] }>(
      { path: '/v1/permissions/checkbulk', body },
      options,
    )
    return { answers: told.pairs.map(toBulkAnswer), token: told.checkedAt.token }
  }

  /** Each permission once, in the order of the schema, with its answer or error. */
  async listPermissions(
    call: ListPermissionsCall,
    options?: CallOptions,
  ): Promise<{ permissions: readonly ListedPermission[]; token: string }> {
    const body = {
      consistency: fromConsistency(call.consistency),
      resource: fromObject(call.resource),
      subject: fromSubject(call.subject),
      context: call.context,
      ...fromContextual(call),
      optionalPermissions: call.permissions,
    }
    const told = await this.#ask<{ checkedAt: WireToken; permissions: readonly WireListed[] }>(
      { path: '/v1/permissions/list', body },
      options,
    )
    return { permissions: told.permissions.map(toListed), token: told.checkedAt.token }
  }

  /** The request is sent when the items are first asked for; leaving them early ends it. */
  async *readRelationships(
    { consistency, filter, limit, cursor }: ReadCall,
    options?: CallOptions,
  ): AsyncGenerator<ReadItem> {
    const body = {
      consistency: fromConsistency(consistency),
      relationshipFilter: fromFilter(filter),
      optionalLimit: limit,
      optionalCursor: cursor === undefined ? undefined : { token: cursor },
    }
    const answer = await this.#send({ path: '/v1/relationships/read', body }, options)
    for await (const line of readLines(answer)) {
      const { readAt, relationship, afterResultCursor } = line as WireReadItem
      yield {
        relationship: toRelationship(relationship),
        cursor: afterResultCursor.token,
        token: readAt.token,
      }
    }
  }

  /**
   * Creates all of them in one revision, or none; they are asked for no faster than the service takes
   * them.
   */
  async importRelationships(
    { relationships, note }: ImportCall,
    options?: CallOptions,
  ): Promise<{ created: number }> {
    const body = toImportMessages(relationships)
    const question = { path: '/v1/relationships/importbulk', body, note }
    const told = await this.#ask<{ numLoaded: string }>(question, options)
    return { created: Number(told.numLoaded) }
  }

  /** The request is sent when the batches are first asked for; leaving them early ends it. */
  async *exportRelationships(
    { consistency, filter, batch, cursor }: ExportCall = {},
    options?: CallOptions,
  ): AsyncGenerator<ExportedBatch> {
    const body = {
      consistency: fromConsistency(consistency),
      optionalRelationshipFilter: filter === undefined ? undefined : fromFilter(filter),
      optionalLimit: batch,
      optionalCursor: cursor === undefined ? undefined : { token: cursor },
    }
    const answer = await this.#send({ path: '/v1/relationships/exportbulk', body }, options)
    for await (const line of readLines(answer)) {
      const { relationships, afterResultCursor } = line as WireExportBatch
      yield {
        relationships: relationships.map(toRelationship),
        cursor: afterResultCursor.token,
      }
    }
  }

  async writeRelationships(call: WriteCall, options?: CallOptions): Promise<WriteAnswer> {
    const { note = {} } = call
    const body = {
      updates: call.updates.map(fromUpdate),
      optionalDeletions: call.deletions?.map(fromFilter),
      optionalPreconditions: call.preconditions?.map(fromPrecondition),
      optionalPermissionPreconditions: call.permissionPreconditions?.map(
        fromPermissionPrecondition,
      ),
      optionalTransactionMetadata: note.metadata,
    }
    const told = await this.#ask<WireWriteAnswer>(
      { path: '/v1/relationships/write', body, note },
      options,
    )
    return {
      token: told.writtenAt.token,
      outcomes: told.updateOutcomes.map(toUpdateOutcome),
      deleted: Number(told.relationshipsDeletedCount),
    }
  }

  async deleteRelationships(
    { filter, limit, partial, preconditions = [], note = {} }: DeleteCall,
    options?: CallOptions,
  ): Promise<{ token: string; deleted: number; complete: boolean }> {
    const body = {
      relationshipFilter: fromFilter(filter),
      optionalLimit: limit,
      optionalAllowPartialDeletions: partial,
      optionalPreconditions: preconditions.map(fromPrecondition),
      optionalTransactionMetadata: note.metadata,
    }
    const told = await this.#ask<WireDeletion>(
      { path: '/v1/relationships/delete', body, note },
      options,
    )
    return {
      token: told.deletedAt.token,
      deleted: Number(told.relationshipsDeletedCount),
      complete: told.deletionProgress === 'DELETION_PROGRESS_COMPLETE',
    }
  }

  async readSchema(options?: CallOptions): Promise<{ text: string; token: string }> {
    const told = await this.#ask<{ schemaText: string; readAt: WireToken }>(
      { path: '/v1/schema/read', body: {} },
      options,
    )
    return { text: told.schemaText, token: told.readAt.token }
  }

  async writeSchema(
    { text, note }: WriteSchemaCall,
    options?: CallOptions,
  ): Promise<{ token: string }> {
    const told = await this.#ask<{ writtenAt: WireToken }>(
      { path: '/v1/schema/write', body: { schema: text }, note },
      options,
    )
    return { token: told.writtenAt.token }
  }

  /** Writes nothing; rejects, as a write does, for a text that is no schema. */
  async dryRunSchema(
    { text }: Pick<WriteSchemaCall, 'text'>,
    options?: CallOptions,
  ): Promise<SchemaDryRun> {
    const told = await this.#ask<{ dryRun: WireDryRun }>(
      { path: '/v1/schema/write', body: { schema: text, dryRun: true } },
      options,
    )
    return toDryRun(told.dryRun)
  }

  /**
   * What happens, each event once, for as long as it is asked for. It connects again by itself, and
   * rejects only for what the service refuses for good.
   */
  watch(call: WatchCall = {}, { signal }: CallOptions = {}): AsyncGenerator<WatchEvent, never> {
    const closing = this.#closing.signal
    const ended = signal === undefined ? closing : AbortSignal.any([signal, closing])
    return follow(body => this.#send({ path: '/v1/watch', body }, { signal: ended }), call, ended)
  }

  /** Ends watches, waits for what else is under way, then closes the connections. */
  close(): Promise<void> {
    this.#closing.abort(new Error('the client was closed'))
    return this.#pool.close()
  }

  async #ask<Answer>(question: Question, options?: CallOptions): Promise<Answer> {
    const answer = await this.#send(question, options)
    return (await answer.json()) as Answer
  }

  async #send({ path, body, note }: Question, options: CallOptions = {}) {
    const { statusCode, body: answer } = await this.#pool.request({
      method: 'POST',
      path,
      headers: {
        ...this.#headers,
        ...(note?.actor !== undefined && { 'x-pemba-actor': encodeURIComponent(note.actor) }),
        ...(note?.reason !== undefined && { 'x-pemba-reason': encodeURIComponent(note.reason) }),
      },
      body: toBody(body),
      signal: options.signal,
    })
    if (statusCode !== OK) throw toRemoteError(statusCode, await answer.text())
    return answer
  }
}

/** A stream of texts is sent as it comes; its type does not know of any but Node's own. */
const toBody = (body: object): string =>
  Symbol.asyncIterator in body ? (body as unknown as string) : JSON.stringify(body)

interface Question {
  readonly path: string
  readonly body: object
  readonly note?: Note
}

interface WireReadItem {
  readonly readAt: WireToken
  readonly relationship: WireRelationship
  readonly afterResultCursor: WireToken
}

interface WireExportBatch {
  readonly afterResultCursor: WireToken
  readonly relationships: readonly WireRelationship[]
}

interface WireDeletion {
  readonly deletedAt: WireToken
  readonly deletionProgress: string
  readonly relationshipsDeletedCount: string
}
