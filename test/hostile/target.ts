// The service under attack: a node as in production, on PostgreSQL, with a store for each attacker
// and one for the bystander.

import { readFileSync } from 'node:fs'
import { Agent, request } from 'undici'
import { Node } from '../cluster/node.js'
import { provisionPostgres } from '../provision.js'

export const KEY = 'a-key-for-hostile-tests'

/** Characters of a body that are looked at for a refusal. */
const EXCERPT = 4096

/** An answer as far as an attacker looks at it. */
export interface Reply {
  readonly status: number
  /** The code of a refusal, or of the refusal that ends a stream; null for an answer. */
  readonly code: number | null
  readonly message: string
  readonly bytes: number
}

export interface Call {
  readonly store: string
  readonly path: string
  /** A text as it is, anything else as JSON. */
  readonly body: unknown
  readonly signal?: AbortSignal
}

/** The reply that nobody waited for. */
const LEFT: Reply = { status: 0, code: null, message: 'left', bytes: 0 }

export const isLeft = (reply: Reply): boolean => reply === LEFT

export class Target {
  readonly url: string
  readonly #node: Node
  readonly #agent = new Agent({ connections: 512, headersTimeout: 0, bodyTimeout: 0 })
  readonly #stopDatabase: () => Promise<void>

  private constructor(node: Node, stopDatabase: () => Promise<void>) {
    this.#node = node
    this.url = node.url
    this.#stopDatabase = stopDatabase
  }

  /** A node that is ready, with further flags. */
  static async start(flags: readonly string[]): Promise<Target> {
    const postgres = await provisionPostgres()
    const node = await Node.at({
      name: 'hostile',
      environment: { PEMBA_DATASTORE: await postgres.freshDatabase(), PEMBA_KEYS: KEY },
      flags,
    })
    await node.daemon.start()
    return new Target(node, () => postgres.stop())
  }

  /** The memory of the node's process, bytes. */
  get memory(): number {
    const status = readFileSync(`/proc/${this.#node.daemon.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
  }

  async call({ store, path, body, signal }: Call): Promise<Reply> {
    const { statusCode, body: answer } = await request(`${this.url}${path}`, {
      method: 'POST',
      dispatcher: this.#agent,
      headers: { authorization: `Bearer ${KEY}`, 'x-pemba-store': store },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal,
    })
    let [bytes, first, last] = [0, '', '']
    for await (const chunk of answer) {
      bytes += (chunk as Buffer).length
      if (first.length < EXCERPT) first += `${chunk}`
      last = `${last}${chunk}`.slice(-EXCERPT)
    }
    return {
      status: statusCode,
      bytes,
      ...toRefusal(statusCode, statusCode === 200 ? last : first),
    }
  }

  /** The lines of a streamed answer; who stops reading leaves. @throws Error for a refusal */
  async *lines({ store, path, body, signal }: Call): AsyncGenerator<string, void> {
    const { statusCode, body: answer } = await request(`${this.url}${path}`, {
      method: 'POST',
      dispatcher: this.#agent,
      headers: { authorization: `Bearer ${KEY}`, 'x-pemba-store': store },
      body: JSON.stringify(body),
      signal,
    })
    if (statusCode !== 200) throw new Error(`${statusCode} ${(await answer.text()).slice(0, 100)}`)
    let rest = ''
    for await (const chunk of answer) {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
    if (rest !== '') yield rest
  }

  /** The same for a caller who goes away by the signal: the work must end with it. */
  async callUnlessLeft(call: Call & { readonly signal: AbortSignal }): Promise<Reply> {
    try {
      return await this.call(call)
    } catch (error) {
      if (!call.signal.aborted) throw error
      return LEFT
    }
  }

  /** @throws Error for anything but an answer: what is prepared must succeed */
  async prepare(call: Call): Promise<void> {
    const { status, message } = await this.call(call)
    if (status !== 200) throw new Error(`${call.path} of ${call.store}: ${status} ${message}`)
  }

  async createStore(id: string): Promise<void> {
    await this.prepare({ store: 'default', path: '/v1/stores/create', body: { id } })
  }

  async writeSchema(store: string, schema: string): Promise<void> {
    await this.prepare({ store, path: '/v1/schema/write', body: { schema } })
  }

  /** Imports relationships in SpiceDB's JSON. */
  async load(store: string, relationships: Iterable<object>): Promise<void> {
    let body = ''
    let batch: object[] = []
    for (const each of relationships) {
      batch.push(each)
      if (batch.length < 500) continue
      body += `${JSON.stringify({ relationships: batch })}\n`
      batch = []
    }
    if (batch.length > 0) body += `${JSON.stringify({ relationships: batch })}\n`
    await this.prepare({ store, path: '/v1/relationships/importbulk', body })
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
    await this.#node.daemon.remove()
    await this.#stopDatabase()
  }
}

/** The refusal of a body or of a stream's last line. */
function toRefusal(status: number, text: string): Pick<Reply, 'code' | 'message'> {
  const line = text.trimEnd().split('\n').at(-1) ?? ''
  const found = /"code":(\d+),"message":"((?:[^"\\]|\\.)*)"/.exec(line)
  const isRefusal = status !== 200 || line.startsWith('{"error"')
  if (!isRefusal || found === null) return { code: null, message: '' }
  return { code: Number(found[1]), message: found[2] }
}

/** So many items, by their numbers from 0. */
export function* counted(count: number, toItem: (number: number) => object): Generator<object> {
  for (let number = 0; number < count; number++) yield toItem(number)
}

/** A relationship in SpiceDB's JSON. */
export function relationship(
  [type, id, relation]: readonly [string, string, string],
  [subjectType, subjectId, subjectRelation = '']: readonly [string, string, string?],
  optionalCaveat?: { readonly caveatName: string; readonly context: object },
): object {
  return {
    resource: { objectType: type, objectId: id },
    relation,
    subject: {
      object: { objectType: subjectType, objectId: subjectId },
      optionalRelation: subjectRelation,
    },
    ...(optionalCaveat && { optionalCaveat }),
  }
}

export const toCheck = (
  [type, id, permission]: readonly [string, string, string],
  [subjectType, subjectId, optionalRelation = '']: readonly [string, string, string?],
): object => ({
  resource: { objectType: type, objectId: id },
  permission,
  subject: { object: { objectType: subjectType, objectId: subjectId }, optionalRelation },
})
