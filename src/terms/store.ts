// Stores: tenants that share a service and nothing else. A store is called by its name, and known
// by its id, which no other store ever had or will have: one that is deleted and created again by
// the same name is another store.

/** Every key of what is kept begins with one, and every token and cursor tells one. */
export type StoreId = string

/** The store of whoever names none: its id, and its name too. It is always there. */
export const DEFAULT_STORE: StoreId = 'default'

const STORE_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/

export const isStoreName = (text: string): boolean => STORE_NAME.test(text)

/** Completes "expected …". */
export const STORE_NAME_FORM =
  'the name of a store: 1 to 64 of a-z, 0-9, `-` and `_`, beginning with a letter or digit'
