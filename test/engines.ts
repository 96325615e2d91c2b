// Engines as the nodes of a service, for tests with several nodes. A write or a check is one line.

import {
  check,
  type Engine,
  type Stores,
  token,
  writeRelationships,
  writeSchema,
} from '../src/engine/index.js'
import { OnDemand } from '../src/rows/index.js'
import { type Consistency, NO_NOTE, parseRelationship, parseToken } from '../src/terms/index.js'
import { toItem } from './world.js'

/** A schema with documents that users view. */
export const DOCS = `definition user {}
definition doc {
  relation viewer: user
  permission view = viewer
}`

/** A schema with documents in documents, and users in nested groups, some of them banned. */
export const NESTED_DOCS = `definition user {}
definition group {
  relation member: user | group#member
}
definition doc {
  relation parent: doc
  relation viewer: user | group#member
  relation banned: user
  permission view = (viewer + parent->view) - banned
}`

export const FULL = { kind: 'full' } as const
export const FAST = { kind: 'minimize-latency' } as const

/** The consistency that reads the schema's revision or a later one. */
export async function define(engine: Engine, text: string): Promise<Consistency> {
  return since(engine, await writeSchema(engine, { text, note: NO_NOTE }))
}

/**
 * Carries out the lines, such as `doc:1#viewer@user:ann` or `delete doc:1#viewer@user:ann`.
 * @returns the consistency that reads the revision of the write or a later one
 */
export async function write(engine: Engine, ...lines: readonly string[]): Promise<Consistency> {
  return noted(engine, null, ...lines)
}

/** The same for a request with this id. */
export async function noted(
  engine: Engine,
  requestId: string | null,
  ...lines: readonly string[]
): Promise<Consistency> {
  const updates = lines.map(line => {
    const isDeletion = line.startsWith('delete ')
    const relationship = parseRelationship(isDeletion ? line.slice('delete '.length) : line)
    return { operation: isDeletion ? 'delete' : 'touch', relationship } as const
  })
  const note = { ...NO_NOTE, requestId }
  const { revision } = await writeRelationships(engine, { updates, preconditions: [], note })
  return since(engine, revision)
}

const since = (engine: Engine, revision: Parameters<typeof token>[1]): Consistency => ({
  kind: 'at-least',
  token: parseToken(token(engine, revision)),
})

/** The answer of a check, such as `doc:1#view@user:ann`. */
export async function ask(
  engine: Engine,
  consistency: Consistency,
  question: string,
): Promise<string> {
  return (await check(engine, { consistency, item: toItem(question) })).answer.kind
}

/** @throws Error for a node whose graph is resident */
export function lookedUp({ live }: Engine): OnDemand {
  if (!(live.graph instanceof OnDemand)) throw new Error('it holds the whole graph')
  return live.graph
}

/** Repeats the work for as long as the database is unavailable. */
export async function untilThere<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if ((error as { code?: string }).code !== 'storage-unavailable') throw error
      await new Promise(done => setTimeout(done, 20))
    }
  }
}

/** Opens a store of the node for one piece of work. */
export async function within<T>(
  node: Stores,
  name: string,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const lease = await node.lease(name)
  try {
    return await work(lease.engine)
  } finally {
    lease.end()
  }
}
