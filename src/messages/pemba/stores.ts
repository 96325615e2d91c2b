// Messages about stores (tenants).

import { isStoreName, limits, STORE_NAME_FORM } from '../../terms/index.js'
import { list, text, timestamp, uint32 } from '../field.js'
import { message, required } from '../message.js'
import { Cursor } from '../spicedb/shared.js'

const id = text({ holds: isStoreName, expected: STORE_NAME_FORM })

export const StoreMessage = message(
  'Store',
  'Relationships and a schema that share nothing with others.',
  {
    id,
    createdAt: timestamp,
  },
)

export const CreateStoreRequest = message(
  'CreateStoreRequest',
  'What the store is called.',
  { id },
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

export const DeleteStoreRequest = message(
  'DeleteStoreRequest',
  'Which store to delete.',
  { id },
  { example: { id: 'acme' } },
)

export const DeleteStoreResponse = message('DeleteStoreResponse', 'Nothing to say.', {})
