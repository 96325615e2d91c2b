// Stores: tenants that share a service and nothing else. Users refer to a store by its name. The
// service identifies it by its id, which is never used for another store: a store that is deleted
// and created again under the same name is another store.

/**
 * The id of a store. Every database key begins with one, and every token and cursor contains one.
 */
export type StoreId = string

/** The store of requests that name none. This is both its id and its name. It always exists. */
export const DEFAULT_STORE: StoreId = 'default'

const STORE_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/

export const isStoreName = (text: string): boolean => STORE_NAME.test(text)

/** The form of a store's name, which completes "expected …". */
export const STORE_NAME_FORM =
  'the name of a store: 1 to 64 of a-z, 0-9, `-` and `_`, beginning with a letter or digit'
