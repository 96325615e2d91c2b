// The secrets of the datastore, by purpose. They leave the database as key objects, whose bytes no
// log prints, and go nowhere else.

import { createSecretKey, type KeyObject } from 'node:crypto'
import { assert } from '../terms/index.js'
import type { Queryable } from './database.js'

/** Reads the secret with which nodes authenticate the rows that they share. */
export async function readRowSecret(q: Queryable): Promise<KeyObject> {
  const [row] = await q.query<{ hex: string }>(
    `select encode(value, 'hex') as hex from secret where name = 'rows'`,
  )
  assert(row !== undefined, 'a migration makes the secret')
  return createSecretKey(row.hex, 'hex')
}
