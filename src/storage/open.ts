// From a datastore's location, as the settings name it, to the database that is there.

import { Refusal } from '../terms/index.js'
import type { Database } from './database.js'
import { openPostgres } from './postgres.js'

/**
 * @param location `embedded:./folder` or `postgres://user@host/database`
 * @throws Refusal `invalid-argument` for another kind of location, `storage-unavailable`
 */
export async function openDatabase(location: string): Promise<Database> {
  const [, scheme] = /^([a-z]+):/.exec(location) ?? []
  switch (scheme) {
    case 'postgres':
    case 'postgresql':
      return openPostgres(location)
    default:
      throw new Refusal(
        'invalid-argument',
        `unknown kind of datastore${scheme === undefined ? '' : ` \`${scheme}:\``}: expected ` +
          '`embedded:./folder` or `postgres://user@host/database`',
      )
  }
}
