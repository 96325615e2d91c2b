// Stores (tenants). Only a key that opens all of them may create, list and delete them.

import type {
  CreateStoreRequest,
  CreateStoreResponse,
  DeleteStoreRequest,
  ListStoresRequest,
  ListStoresResponse,
  Sent,
  StoreMessage,
  Wire,
} from '../messages/index.js'
import { unary } from './route.js'
import { fromCursor } from './wire.js'

export interface StoreCall {
  readonly id: string
}

export interface StoreDescription {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

export interface ListStoresCall {
  /** 0, the default, lists as many as the service lists at once. */
  readonly limit?: number
  /** Goes on after the page that came with it. */
  readonly cursor?: string
}

export interface StorePage {
  /** In the order of ids. */
  readonly stores: readonly StoreDescription[]
  /** Null when there are no more. */
  readonly cursor: string | null
}

export const createStore = unary({
  path: '/v1/stores/create',
  toBody: ({ id }: StoreCall): Sent<typeof CreateStoreRequest> => ({ id }),
  toAnswer: ({ store }: Wire<typeof CreateStoreResponse>) => toStore(store),
})

export const listStores = unary({
  path: '/v1/stores/list',
  toBody: ({ limit, cursor }: ListStoresCall = {}): Sent<typeof ListStoresRequest> => ({
    optionalLimit: limit,
    optionalCursor: fromCursor(cursor),
  }),
  toAnswer: ({ stores, afterResultCursor }: Wire<typeof ListStoresResponse>): StorePage => ({
    stores: stores.map(toStore),
    cursor: afterResultCursor?.token ?? null,
  }),
})

export const deleteStore = unary({
  path: '/v1/stores/delete',
  toBody: ({ id }: StoreCall): Sent<typeof DeleteStoreRequest> => ({ id }),
  toAnswer: () => undefined,
})

const toStore = ({ id, createdAt }: Wire<typeof StoreMessage>): StoreDescription => ({
  id,
  createdAt: Date.parse(createdAt ?? ''),
})
