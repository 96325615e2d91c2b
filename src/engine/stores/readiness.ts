// The readiness of this node and the state of its parts and stores, in words for people and probes.

import { OnDemand } from '../../rows/index.js'
import { Refusal } from '../../terms/index.js'
import type { Engine } from '../engine.js'
import type { GraphState } from '../graph/liveGraph.js'
import type { Stores } from './stores.js'

interface Readiness {
  readonly ready: boolean
  /** The state of each part, such as `feed: following`. */
  readonly parts: Readonly<Record<string, string>>
}

/**
 * Returns the readiness of an engine. An open engine answers; without its database it answers only
 * what needs no fresh revision.
 */
export function readiness({ datastore, live }: Engine): Readiness {
  const { state, trouble } = live
  const { size, head } = state.graph
  return {
    ready: state.refusal === null,
    parts: {
      datastore,
      revision: `${head}`,
      graph: toWords(state),
      ...(size !== null && { relationships: `${size}` }),
      feed: trouble === null ? 'following' : `away: ${describe(trouble)}`,
    },
  }
}

/** Describes the error without the database driver's message, which is for the log only. */
const describe = (error: Error): string =>
  error instanceof Refusal ? error.publicMessage : 'an internal error, the log has more'

/** Returns the state of the graph of each open store, by name. */
export function graphs(stores: Stores): Readonly<Record<string, string>> {
  const states = [...stores.engines()].map(([name, { live }]) => [name, toWords(live.state)])
  return Object.fromEntries(states)
}

function toWords({ graph, refusal, changeover }: GraphState): string {
  if (refusal !== null) return `refusing: ${refusal.publicMessage}`
  if (!(graph instanceof OnDemand)) return 'resident'
  if (changeover === null) return 'looked up on demand'
  const since = new Date(changeover.at).toISOString()
  return `looked up on demand since ${since}: ${changeover.reason}`
}
