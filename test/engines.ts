// Engines as the nodes of a service, for tests of several: written to and asked in one line each.

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

/** Documents that users view. */
export const DOCS = `definition user {}
definition doc {
  relation viewer: user
  permission view = viewer
}`

/** Documents in documents, and users in nested groups, some of them banned. */
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

/** As of the schema or later. */
export async function define(engine: Engine, text: string): Promise<Consistency> {
  return since(engine, await writeSchema(engine, { text, note: NO_NOTE }))
}

/**
 * Writes what the lines say, `doc:1#viewer@user:ann` or `delete doc:1#viewer@user:ann`.
 * @returns as of that or later
 */
export async function write(engine: Engine, ...lines: readonly string[]): Promise<Consistency> {
  return noted(engine, null, ...lines)
}

/** The same by a request of this name. */
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

/** What a check comes to: `doc:1#view@user:ann`. */
export async function ask(
  engine: Engine,
  consistency: Consistency,
  question: string,
): Promise<string> {
  return (await check(engine, { consistency, item: toItem(question) })).answer.kind
}

/** @throws Error for a node that holds its graph */
export function lookedUp({ live }: Engine): OnDemand {
  if (!(live.graph instanceof OnDemand)) throw new Error('it holds the whole graph')
  return live.graph
}

/** Tries again for as long as the database is away. */
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
