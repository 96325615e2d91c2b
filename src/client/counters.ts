// Counters: filters that are registered under a name, whose matches are counted.

import {
  type CountRelationshipsRequest,
  type CountRelationshipsResponse,
  fromFilter,
  type RegisterCounterRequest,
  type Sent,
  type UnregisterCounterRequest,
  type Wire,
} from '../messages/index.js'
import type { RelationshipFilter } from '../terms/index.js'
import { unary } from './route.js'
import { tokenOf } from './wire.js'

export interface CounterCall {
  readonly name: string
}

export interface RegisterCounterCall extends CounterCall {
  readonly filter: RelationshipFilter
}

export const registerCounter = unary({
  path: '/v1/experimental/registerrelationshipcounter',
  toBody: ({ name, filter }: RegisterCounterCall): Sent<typeof RegisterCounterRequest> => ({
    name,
    relationshipFilter: fromFilter(filter),
  }),
  toAnswer: () => undefined,
})

export const countRelationships = unary({
  path: '/v1/experimental/countrelationships',
  toBody: ({ name }: CounterCall): Sent<typeof CountRelationshipsRequest> => ({ name }),
  toAnswer: ({ readCounterValue: value }: Wire<typeof CountRelationshipsResponse>) => ({
    count: Number(value?.relationshipCount),
    token: tokenOf(value?.readAt ?? null),
  }),
})

export const unregisterCounter = unary({
  path: '/v1/experimental/unregisterrelationshipcounter',
  toBody: ({ name }: CounterCall): Sent<typeof UnregisterCounterRequest> => ({ name }),
  toAnswer: () => undefined,
})
