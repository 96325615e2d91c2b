// Stores (tenants). Only a key that opens all of them may create, list and delete them.

import { unary } from './route.js'
import { fromCursor, type WireToken } from './wire.js'

export interface StoreCall {
  readonly id: string
}

export interface CreateStoreCall extends StoreCall {
  /** How many relationships it may have; 0 for no quota, the service's default without. */
  readonly relationshipsMax?: number
}

export interface UpdateStoreCall extends StoreCall {
  /** The new quota; 0 for none. */
  readonly relationshipsMax: number
}

export interface StoreDescription {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** How many it has, those that have expired and were not collected yet included. */
  readonly relationships: number
  /** How many it may have; 0 for no quota. */
  readonly relationshipsMax: number
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
  toBody: ({ id, relationshipsMax }: CreateStoreCall) => ({ id, relationshipsMax }),
  toAnswer: ({ store }: { store: WireStore }) => toStore(store),
})

export const updateStore = unary({
  path: '/v1/stores/update',
  toBody: ({ id, relationshipsMax }: UpdateStoreCall) => ({ id, relationshipsMax }),
  toAnswer: ({ store }: { store: WireStore }) => toStore(store),
})

export const listStores = unary({
  path: '/v1/stores/list',
  toBody: ({ limit, cursor }: ListStoresCall = {}) => ({
    optionalLimit: limit,
    optionalCursor: fromCursor(cursor),
  }),
  toAnswer: ({ stores, afterResultCursor }: WirePage): StorePage => ({
    stores: stores.map(toStore),
    cursor: afterResultCursor?.token ?? null,
  }),
})

export const deleteStore = unary({
  path: '/v1/stores/delete',
  toBody: ({ id }: StoreCall) => ({ id }),
  toAnswer: () => undefined,
})

const toStore = (store: WireStore): StoreDescription => ({
  id: store.id,
  createdAt: Date.parse(store.createdAt),
  relationships: Number(store.relationships),
  relationshipsMax: Number(store.relationshipsMax),
})

interface WireStore {
  readonly id: string
  readonly createdAt: string
  readonly relationships: string
  readonly relationshipsMax: string
}

interface WirePage {
  readonly stores: readonly WireStore[]
  readonly afterResultCursor: WireToken | null
}
