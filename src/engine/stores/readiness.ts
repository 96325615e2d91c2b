// Whether this node answers, and how its parts and its stores are, in words for a person and a probe.

import { OnDemand } from '../../rows/index.js'
import { Refusal } from '../../terms/index.js'
import type { Engine } from '../engine.js'
import type { GraphState } from '../graph/liveGraph.js'
import type { Stores } from './stores.js'

interface Readiness {
  readonly ready: boolean
  /** Part → how it is: `feed: following`. */
  readonly parts: Readonly<Record<string, string>>
}

/** An engine that is open answers; without its database only what needs no fresh revision. */
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
      feed: trouble === null ? 'following' : `away: ${toldOf(trouble)}`,
    },
  }
}

/** Without what a driver said, which is for the log. */
const toldOf = (error: Error): string =>
  error instanceof Refusal ? error.publicMessage : 'an internal error, the log has more'

/** How the graphs of the stores that are open are held, by their names. */
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
