// The management of stores, which are tenants: create, list and delete them, and set their quotas
// of relationships. It needs a key that opens all stores.

import type { Stores } from '../../engine/index.js'
import { type RouteScope, unary } from '../../http/index.js'
import {
  CreateStoreRequest,
  CreateStoreResponse,
  DeleteStoreRequest,
  DeleteStoreResponse,
  ListStoresRequest,
  ListStoresResponse,
  UpdateStoreRequest,
  UpdateStoreResponse,
  type Wire,
} from '../../messages/index.js'
import { type DatastoreId, limits, open, Refusal, seal } from '../../terms/index.js'

const TAG = 'stores'

export function storeRoutes(scope: RouteScope, stores: Stores): void {
  unary(scope, {
    path: '/v1/stores/create',
    writes: true,
    tag: TAG,
    summary: 'Create a store',
    description:
      'A store of its own for the requests that name it in the header `x-pemba-store`. One ' +
      'that was deleted and is created again is another store: tokens and cursors of the old ' +
      'one are refused.',
    request: CreateStoreRequest,
    response: CreateStoreResponse,
    answer: async body => {
      const quota = body.relationshipsMax === null ? undefined : toQuota(body.relationshipsMax)
      return { store: toStore(await stores.create(body.id, quota)) }
    },
  })
  unary(scope, {
    path: '/v1/stores/update',
    writes: true,
    tag: TAG,
    summary: 'Change the quota of a store',
    description:
      'How many relationships the store may have from here on. One that has more keeps them, ' +
      'and takes only what deletes as many as it creates.',
    request: UpdateStoreRequest,
    response: UpdateStoreResponse,
    answer: async ({ id, relationshipsMax }) => {
      const quota = toQuota(relationshipsMax ?? NO_QUOTA)
      return { store: toStore(await stores.setQuota(id, quota)) }
    },
  })
  unary(scope, {
    path: '/v1/stores/list',
    writes: false,
    tag: TAG,
    summary: 'List the stores',
    description: 'All stores, page by page.',
    request: ListStoresRequest,
    response: ListStoresResponse,
    answer: body => listPage(stores, body),
  })
  unary(scope, {
    path: '/v1/stores/delete',
    writes: true,
    tag: TAG,
    summary: 'Delete a store',
    description:
      'At once nobody can read or write it any more; its data are taken away within minutes. ' +
      'The store `default` cannot be deleted.',
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

/** @throws Refusal `cursor-malformed`, or `cursor-mismatch` for a cursor of another datastore */
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
