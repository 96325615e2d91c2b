// The messages about stores (tenants) and their quotas.

import { isStoreName, limits, STORE_NAME_FORM } from '../../terms/index.js'
import { type Field, list, NO_FAULTS, nullable, text, timestamp, uint32, uint64 } from '../field.js'
import { message, required } from '../message.js'
import { Cursor } from '../spicedb/shared.js'

const id = text({ holds: isStoreName, expected: STORE_NAME_FORM })

const QUOTA_MAX = Number.MAX_SAFE_INTEGER
const QUOTA_FORM = `a whole number of relationships up to ${QUOTA_MAX}; 0 for no quota`

/** The maximum number of relationships of a store; 0 for no quota, null when unset. */
const quota: Field<string | null> = {
  ...nullable(uint64),
  faults: value =>
    value === null || Number.isSafeInteger(Number(value))
      ? NO_FAULTS
      : [{ field: '', expected: QUOTA_FORM }],
}

/** The quota of an update. It must be set, because a forgotten field would remove the quota. */
const newQuota: Field<string | null> = {
  ...quota,
  required: true,
  faults: value => (value === null ? [{ field: '', expected: QUOTA_FORM }] : quota.faults(value)),
}

export const StoreMessage = message(
  'Store',
  'A tenant: relationships and a schema that are separate from those of other stores. ' +
    '`relationships` counts expired ones too until they are collected. `relationshipsMax` is ' +
    'the quota, 0 for none.',
  { id, createdAt: timestamp, relationships: uint64, relationshipsMax: uint64 },
)

export const CreateStoreRequest = message(
  'CreateStoreRequest',
  'The name of the store and its quota of relationships: 0 for none. Without one, the quota ' +
    'of the node applies.',
  { id, relationshipsMax: quota },
  { example: { id: 'acme' } },
)

export const CreateStoreResponse = message(
  'CreateStoreResponse',
  'The new store, which is empty.',
  {
    store: required(StoreMessage),
  },
)

export const ListStoresRequest = message(
  'ListStoresRequest',
  `Which stores to list; 0 as the limit lists up to ${limits.storesPageMax}.`,
  { optionalLimit: uint32, optionalCursor: Cursor },
)

export const ListStoresResponse = message(
  'ListStoresResponse',
  'Stores in the order of their ids; without a cursor there are no more.',
  { stores: list(required(StoreMessage)), afterResultCursor: Cursor },
)

export const UpdateStoreRequest = message(
  'UpdateStoreRequest',
  'The store and its new quota; 0 for none.',
  { id, relationshipsMax: newQuota },
  { example: { id: 'acme', relationshipsMax: '2000000' } },
)

export const UpdateStoreResponse = message('UpdateStoreResponse', 'The store as it is now.', {
  store: required(StoreMessage),
})

export const DeleteStoreRequest = message(
  'DeleteStoreRequest',
  'Which store to delete.',
  { id },
  { example: { id: 'acme' } },
)

export const DeleteStoreResponse = message('DeleteStoreResponse', 'An empty message.', {})
