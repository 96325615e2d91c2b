// The routes of counters. A counter is a filter that is registered under a name, to count by.

import {
  countRelationships,
  registerCounter,
  token,
  unregisterCounter,
} from '../../engine/index.js'
import { type RouteScope, unary } from '../../http/index.js'
import {
  CountRelationshipsRequest,
  CountRelationshipsResponse,
  RegisterCounterRequest,
  RegisterCounterResponse,
  toFilter,
  UnregisterCounterRequest,
  UnregisterCounterResponse,
  type Wire,
} from '../../messages/index.js'

const TAG = 'relationships'

export function counterRoutes(scope: RouteScope): void {
  unary(scope, {
    path: '/v1/experimental/registerrelationshipcounter',
    writes: true,
    tag: TAG,
    summary: 'Register a counter',
    description: 'Registers a filter under a name, to count by.',
    request: RegisterCounterRequest,
    response: RegisterCounterResponse,
    async answer({ name, relationshipFilter }, { engine }) {
      await registerCounter(engine, name, toFilter(relationshipFilter))
      return {}
    },
  })
  unary(scope, {
    path: '/v1/experimental/countrelationships',
    writes: false,
    tag: TAG,
    summary: 'Count relationships',
    description:
      'The exact number of relationships that match the filter of a counter, at the head.',
    request: CountRelationshipsRequest,
    response: CountRelationshipsResponse,
    async answer({ name }, { engine }): Promise<Wire<typeof CountRelationshipsResponse>> {
      const { answer, revision } = await countRelationships(engine, name)
      const readAt = { token: token(engine, revision) }
      return {
        counterStillCalculating: undefined,
        readCounterValue: { relationshipCount: `${answer}`, readAt },
      }
    },
  })
  unary(scope, {
    path: '/v1/experimental/unregisterrelationshipcounter',
    writes: true,
    tag: TAG,
    summary: 'Unregister a counter',
    description: 'Removes a counter.',
    request: UnregisterCounterRequest,
    response: UnregisterCounterResponse,
    async answer({ name }, { engine }) {
      await unregisterCounter(engine, name)
      return {}
    },
  })
}
