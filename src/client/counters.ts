// Counters: filters that are registered under a name, and how many relationships match.

import type { RelationshipFilter } from '../terms/index.js'
import { unary } from './route.js'
import { fromFilter, type WireToken } from './wire.js'

export interface CounterCall {
  readonly name: string
}

export interface RegisterCounterCall extends CounterCall {
  readonly filter: RelationshipFilter
}

export const registerCounter = unary({
  path: '/v1/experimental/registerrelationshipcounter',
  toBody: ({ name, filter }: RegisterCounterCall) => ({
    name,
    relationshipFilter: fromFilter(filter),
  }),
  toAnswer: () => undefined,
})

export const countRelationships = unary({
  path: '/v1/experimental/countrelationships',
  toBody: ({ name }: CounterCall) => ({ name }),
  toAnswer: ({ readCounterValue: { relationshipCount, readAt } }: WireCount) => ({
    count: Number(relationshipCount),
    token: readAt.token,
  }),
})

export const unregisterCounter = unary({
  path: '/v1/experimental/unregisterrelationshipcounter',
  toBody: ({ name }: CounterCall) => ({ name }),
  toAnswer: () => undefined,
})

interface WireCount {
  readonly readCounterValue: { readonly relationshipCount: string; readonly readAt: WireToken }
}
