// Stores (tenants): create, list, delete, and how many relationships each may have. Only for keys that open all of them. SpiceDB has nothing
// like it.

import type { Stores } from '../../engine/index.js'
import { type Scope, unary } from '../../http/index.js'
import {
  Cursor,
  type Field,
  list,
  message,
  NO_FAULTS,
  nullable,
  required,
  text,
  timestamp,
  uint32,
  uint64,
  type Wire,
} from '../../messages/index.js'
import {
  type DatastoreId,
  isStoreName,
  limits,
  open,
  Refusal,
  STORE_NAME_FORM,
  seal,
} from '../../terms/index.js'

const TAG = 'stores'

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

const Store = message(
  'Store',
  'Relationships and a schema that share nothing with others; how many relationships it has, those that have expired included until they are collected, and how many it may have, 0 for no quota.',
  { id, createdAt: timestamp, relationships: uint64, relationshipsMax: uint64 },
)

const CreateStoreRequest = message(
  'CreateStoreRequest',
  'What the store is called, and how many relationships it may have: the quota of the node without, none with 0.',
  { id, relationshipsMax: quota },
  { example: { id: 'acme' } },
)

const CreateStoreResponse = message('CreateStoreResponse', 'The new store, which is empty.', {
  store: required(Store),
})

const ListStoresRequest = message(
  'ListStoresRequest',
  `Which stores to list; 0 as the limit lists up to ${limits.storesPageMax}.`,
  { optionalLimit: uint32, optionalCursor: Cursor },
)

const ListStoresResponse = message(
  'ListStoresResponse',
  'Stores in the order of their ids; without a cursor there are no more.',
  { stores: list(required(Store)), afterResultCursor: Cursor },
)

const UpdateStoreRequest = message(
  'UpdateStoreRequest',
  'Which store gets which quota; 0 for none.',
  { id, relationshipsMax: newQuota },
  { example: { id: 'acme', relationshipsMax: '2000000' } },
)

const UpdateStoreResponse = message('UpdateStoreResponse', 'The store as it is now.', {
  store: required(Store),
})

const DeleteStoreRequest = message(
  'DeleteStoreRequest',
  'Which store to delete.',
  { id },
  { example: { id: 'acme' } },
)

const DeleteStoreResponse = message('DeleteStoreResponse', 'Nothing to say.', {})

export function storeRoutes(scope: Scope, stores: Stores): void {
  unary(scope, {
    path: '/v1/stores/create',
    tag: TAG,
    summary: 'Create a store',
    description:
      'A store of its own for the requests that name it in the header `x-pemba-store`. One that was deleted and is created again is another store: tokens and cursors of the old one are refused.',
    request: CreateStoreRequest,
    response: CreateStoreResponse,
    answer: async body => {
      const quota = body.relationshipsMax === null ? undefined : toQuota(body.relationshipsMax)
      return { store: toStore(await stores.create(body.id, quota)) }
    },
  })
  unary(scope, {
    path: '/v1/stores/update',
    tag: TAG,
    summary: 'Change the quota of a store',
    description:
      'How many relationships the store may have from here on. One that has more keeps them, and takes only what deletes as many as it creates.',
    request: UpdateStoreRequest,
    response: UpdateStoreResponse,
    answer: async ({ id, relationshipsMax }) => {
      const quota = toQuota(relationshipsMax ?? NO_QUOTA)
      return { store: toStore(await stores.setQuota(id, quota)) }
    },
  })
  unary(scope, {
    path: '/v1/stores/list',
    tag: TAG,
    summary: 'List the stores',
    description: 'All stores, page by page.',
    request: ListStoresRequest,
    response: ListStoresResponse,
    answer: body => listPage(stores, body),
  })
  unary(scope, {
    path: '/v1/stores/delete',
    tag: TAG,
    summary: 'Delete a store',
    description:
      'At once nobody can read or write it any more; its data are taken away within minutes. The store `default` cannot be deleted.',
    request: DeleteStoreRequest,
    response: DeleteStoreResponse,
    async answer(body) {
      await stores.delete(body.id)
      return {}
    },
  })
}

async function listPage(
  stores: Stores,
  { optionalLimit, optionalCursor }: Wire<typeof ListStoresRequest>,
): Promise<Wire<typeof ListStoresResponse>> {
  const maximum = limits.storesPageMax
  if (optionalLimit > maximum) {
    throw new Refusal(
      'limit-exceeded',
      `provided limit ${optionalLimit} is greater than maximum allowed of ${maximum}`,
      { limit_provided: `${optionalLimit}`, maximum_limit_allowed: `${maximum}` },
    )
  }
  const { datastore } = stores.home
  const limit = optionalLimit === 0 ? maximum : optionalLimit
  const after = optionalCursor === null ? null : parseCursor(datastore, optionalCursor.token)
  const found = await stores.list({ after, limit: limit + 1 })
  const page = found.slice(0, limit)
  const last = found.length > limit ? page[limit - 1] : undefined
  return {
    stores: page.map(toStore),
    afterResultCursor: last ? { token: seal(CURSOR_KIND, [datastore, last.name]) } : null,
  }
}

type StoredStore = Awaited<ReturnType<Stores['create']>>

const toStore = ({ name, createdAt, relationships, relationshipsMax }: StoredStore) => ({
  id: name,
  createdAt: new Date(createdAt).toISOString(),
  relationships: `${relationships}`,
  relationshipsMax: relationshipsMax === null ? NO_QUOTA : `${relationshipsMax}`,
})

const NO_QUOTA = '0'

const toQuota = (text: string): number | null => (text === NO_QUOTA ? null : Number(text))

const CURSOR_KIND = 's1'

/** @throws Refusal `cursor-malformed`, `cursor-mismatch` for one of another datastore */
function parseCursor(ours: DatastoreId, token: string): string {
  const [datastore, after] = open(CURSOR_KIND, token) ?? []
  if (typeof datastore !== 'string' || typeof after !== 'string') {
    throw new Refusal('cursor-malformed', 'error decoding cursor')
  }
  if (datastore !== ours) {
    throw new Refusal('cursor-mismatch', 'the cursor provided is of another datastore')
  }
  return after
}
