// Whether this node answers, and how its parts are, in words for a person and a probe.

import type { Engine } from './engine.js'

export interface Readiness {
  readonly ready: boolean
  /** Part → how it is: `feed: following`. */
  readonly parts: Readonly<Record<string, string>>
}

/** An engine that is open answers; without its database only what needs no fresh revision. */
export function readiness(engine: Engine): Readiness {
  const { graph, trouble } = engine.live
  return {
    ready: true,
    parts: {
      datastore: engine.datastore,
      revision: `${graph.head}`,
      relationships: graph.size === null ? 'looked up on demand' : `${graph.size}`,
      feed: trouble === null ? 'following' : `away: ${trouble.message}`,
    },
  }
}
