// Requests to one service over connections that are kept. It knows where the service is, the key and
// the store, and what a refusal looks like; what is asked, and what the answer means, is the routes'.

import { Pool } from 'undici'
import type { JsonObject } from '../terms/index.js'
import { printBody } from './print.js'
import { toRemoteError } from './remoteError.js'

/** All as PEM. */
export interface ClientTls {
  /** Certificates to trust instead of the usual ones. */
  readonly ca?: string
  /** The client's own, where the service asks for one. */
  readonly cert?: string
  readonly key?: string
}

export interface ClientOptions {
  /** `http://…`, `https://…`, or `unix:/path/of/socket`. */
  readonly url: string
  readonly key: string
  /** Whose relationships and schema are meant; `default` without. */
  readonly store?: string
  /** Over https: what else than the usual is trusted, and by what the client is known. */
  readonly tls?: ClientTls
  /** Connections at most; each carries one request at a time. */
  readonly connections?: number
}

export interface CallOptions {
  readonly signal?: AbortSignal
}

/** Who writes, why, and what the writer wants to find again. */
export interface Note {
  readonly actor?: string
  readonly reason?: string
  /** Kept with relationships; a schema write has none. */
  readonly metadata?: JsonObject
}

export interface Question {
  readonly path: string
  /** Sent as JSON; a stream of texts as it comes. Without one, the path says all, and it is a GET. */
  readonly body?: object
  readonly note?: Note
}

const CONNECTIONS = 128
const OK = 200

export class Transport {
  readonly #pool: Pool
  readonly #headers: Readonly<Record<string, string>>
  readonly #closing = new AbortController()

  constructor({ url, key, store, tls, connections = CONNECTIONS }: ClientOptions) {
    this.#pool = url.startsWith('unix:')
      ? new Pool('http://localhost', { connections, socketPath: url.slice('unix:'.length) })
      : new Pool(url, { connections, ...(tls !== undefined && { connect: { ...tls } }) })
    this.#headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      ...(store !== undefined && { 'x-pemba-store': store }),
    }
  }

  /** @throws RemoteError for what the service refuses; TypeError for what JSON cannot carry */
  async send({ path, body, note }: Question, { signal }: CallOptions = {}) {
    const { statusCode, body: answer } = await this.#pool.request({
      method: body === undefined ? 'GET' : 'POST',
      path,
      headers: {
        ...this.#headers,
        ...(note?.actor !== undefined && { 'x-pemba-actor': encodeURIComponent(note.actor) }),
        ...(note?.reason !== undefined && { 'x-pemba-reason': encodeURIComponent(note.reason) }),
      },
      body: body === undefined ? null : toBody(body),
      signal,
    })
    if (statusCode !== OK) throw toRemoteError(statusCode, await answer.text())
    return answer
  }

  /** Aborted when the transport is closed: for what would not end by itself. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  close(): Promise<void> {
    this.#closing.abort(new Error('the client was closed'))
    return this.#pool.close()
  }
}

/** The type of what is sent does not know of any streams but Node's own. */
const toBody = (body: object): string =>
  Symbol.asyncIterator in body ? (body as unknown as string) : printBody(body)
