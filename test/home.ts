// The engine of the default store of a database, alone. Closing it closes the database too.

import { type Engine, Stores } from '../src/engine/index.js'
import type { StoresOptions } from '../src/engine/stores/stores.js'
import type { Database } from '../src/storage/index.js'

export interface HomeEngine extends Engine {
  readonly database: Database
}

export async function openHome(options: StoresOptions): Promise<HomeEngine> {
  const stores = await Stores.open(options)
  const own = { database: options.database, close: () => stores.close() }
  return Object.assign(Object.create(stores.home) as Engine, own)
}
