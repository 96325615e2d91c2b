// Messages about stores (tenants), and about how many relationships each may have.

import { isStoreName, limits, STORE_NAME_FORM } from '../../terms/index.js'
import { type Field, list, NO_FAULTS, nullable, text, timestamp, uint32, uint64 } from '../field.js'
import { message, required } from '../message.js'
import { Cursor } from '../spicedb/shared.js'

const id = text({ holds: isStoreName, expected: STORE_NAME_FORM })

const QUOTA_FORM = `a whole number of relationships up to ${Number.MAX_SAFE_INTEGER}; 0 for no quota`

/** How many relationships a store may have; 0 for no quota, null when nothing is said. */
const quota: Field<string | null> = {
  ...nullable(uint64),
  faults: value =>
    value === null || Number.isSafeInteger(Number(value))
      ? NO_FAULTS
      : [{ field: '', expected: QUOTA_FORM }],
}

/** The same where it has to be said: whoever forgets it would take a quota away. */
const newQuota: Field<string | null> = {
  ...quota,
  required: true,
  faults: value => (value === null ? [{ field: '', expected: QUOTA_FORM }] : quota.faults(value)),
}

export const StoreMessage = message(
  'Store',
  'Relationships and a schema that share nothing with others; how many relationships it has, those that have expired included until they are collected, and how many it may have, 0 for no quota.',
  { id, createdAt: timestamp, relationships: uint64, relationshipsMax: uint64 },
)

export const CreateStoreRequest = message(
  'CreateStoreRequest',
  'What the store is called, and how many relationships it may have: the quota of the node without, none with 0.',
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
  'Which store gets which quota; 0 for none.',
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

export const DeleteStoreResponse = message('DeleteStoreResponse', 'Nothing to say.', {})
