// The management of stores, which are tenants. It needs a key that opens all stores.

import type {
  CreateStoreRequest,
  CreateStoreResponse,
  DeleteStoreRequest,
  ListStoresRequest,
  ListStoresResponse,
  Sent,
  StoreMessage,
  UpdateStoreRequest,
  UpdateStoreResponse,
  Wire,
} from '../messages/index.js'
import { unary } from './route.js'
import { fromCursor } from './wire.js'

export interface StoreCall {
  readonly id: string
}

export interface CreateStoreCall extends StoreCall {
  /** The quota of relationships; 0 for none. Without it, the service's default is used. */
  readonly relationshipsMax?: number
}

export interface UpdateStoreCall extends StoreCall {
  /** The new quota of relationships; 0 for none. */
  readonly relationshipsMax: number
}

export interface StoreDescription {
  readonly id: string
  /** Time of creation, ms since 1970. */
  readonly createdAt: number
  /** Number of relationships, including expired ones that have not been collected. */
  readonly relationships: number
  /** The quota of relationships; 0 for none. */
  readonly relationshipsMax: number
}

export interface ListStoresCall {
  /** The largest number of stores. 0, the default, is for as many as one page can have. */
  readonly limit?: number
  /** The cursor of the last page, after which this call continues. */
  readonly cursor?: string
}

export interface StorePage {
  /** The stores of the page, in the order of ids. */
  readonly stores: readonly StoreDescription[]
  /** The cursor of the next page, or null after the last one. */
  readonly cursor: string | null
}

export const createStore = unary({
  path: '/v1/stores/create',
  toBody: ({ id, relationshipsMax }: CreateStoreCall): Sent<typeof CreateStoreRequest> => ({
    id,
    relationshipsMax: relationshipsMax === undefined ? undefined : `${relationshipsMax}`,
  }),
  toAnswer: ({ store }: Wire<typeof CreateStoreResponse>) => toStore(store),
})

export const updateStore = unary({
  path: '/v1/stores/update',
  toBody: ({ id, relationshipsMax }: UpdateStoreCall): Sent<typeof UpdateStoreRequest> => ({
    id,
    relationshipsMax: `${relationshipsMax}`,
  }),
  toAnswer: ({ store }: Wire<typeof UpdateStoreResponse>) => toStore(store),
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

const toStore = (store: Wire<typeof StoreMessage>): StoreDescription => ({
  id: store.id,
  createdAt: Date.parse(store.createdAt ?? ''),
  relationships: Number(store.relationships),
  relationshipsMax: Number(store.relationshipsMax),
})
