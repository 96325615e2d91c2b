// The transport: requests to one service over pooled connections. It knows the address of the
// service, the key, the store and the form of refusals. The routes know the content of requests and
// answers.

import { Pool } from 'undici'
import type { JsonObject } from '../terms/index.js'
import { printBody } from './print.js'
import { toRemoteError } from './remoteError.js'

/** Certificates and key for TLS, all as PEM. */
export interface ClientTls {
  /** Authorities to trust instead of the usual ones. */
  readonly ca?: string
  /** The client's certificate, for a service that requires one. */
  readonly cert?: string
  readonly key?: string
}

/** The service to call, and how to connect to it. */
export interface ClientOptions {
  /** `http://…`, `https://…`, or `unix:/path/of/socket`. */
  readonly url: string
  readonly key: string
  /** The name of the store. It is `default` if left out. */
  readonly store?: string
  /** Certificates for https, where the usual ones do not suffice. */
  readonly tls?: ClientTls
  /** The largest number of connections. Each carries one request at a time. */
  readonly connections?: number
}

export interface CallOptions {
  readonly signal?: AbortSignal
}

/** The note on a write: who writes, why, and free metadata. */
export interface Note {
  readonly actor?: string
  readonly reason?: string
  /** Free metadata, for writes of relationships only. */
  readonly metadata?: JsonObject
}

/** A request of a route. */
interface Question {
  readonly path: string
  /** The body, sent as JSON; a stream of texts is sent as it is. Without a body, it is a GET. */
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

  /** @throws RemoteError for a refusal of the service, TypeError for values JSON cannot express */
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

  /** A signal that is aborted when the transport is closed, for watches, which never end. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  close(): Promise<void> {
    this.#closing.abort(new Error('the client was closed'))
    return this.#pool.close()
  }
}

/** The body to send. The cast is for async iterables, which the types of undici do not allow. */
const toBody = (body: object): string =>
  Symbol.asyncIterator in body ? (body as unknown as string) : printBody(body)
