// Stores (tenants). Only a key that opens all of them may create, list and delete them.

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
