// The opening of the database at a location, as the settings name it.

import { Refusal } from '../terms/index.js'
import type { Database } from './database.js'
import type { Notice } from './modes.js'
import { openPglite } from './pglite.js'
import { openPostgres } from './postgres.js'

/**
 * Opens the database.
 * @param location `embedded:./folder` or `postgres://user@host/database`
 * @param notice called with what the operator should know
 * @throws Refusal `invalid-argument` for another kind of location, `storage-unavailable`
 */
export async function openDatabase(location: string, notice: Notice = () => {}): Promise<Database> {
  const [, scheme, rest] = /^([a-z]+):(.*)$/s.exec(location) ?? []
  switch (scheme) {
    case 'embedded':
      if (rest === '') break
      return openPglite(rest, notice)
    case 'postgres':
    case 'postgresql':
      return openPostgres(location)
  }
  // The message does not repeat the location: what was meant as a URL may hold a password.
  throw new Refusal(
    'invalid-argument',
    `unknown datastore${scheme === undefined ? '' : ` of kind \`${scheme}:\``}: expected ` +
      '`embedded:./folder` or `postgres://user@host/database`',
  )
}
