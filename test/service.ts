// The real service for tests, on each kind of store, over HTTP on loopback, used through the
// client.

import { rmSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Client, connect } from '../src/client/index.js'
import { readConfig } from '../src/config.js'
import { startService } from '../src/service.js'
import { openDatabase } from '../src/storage/index.js'
import { provisionPostgres } from './provision.js'

export const STORES = ['embedded', 'postgres'] as const
export type StoreKind = (typeof STORES)[number]

export const TEST_KEY = 'a-key-for-all-tests'

export interface TestService {
  readonly url: string
  readonly datastore: string
  readonly client: Client
  /** Stops the service and starts it again on the same data. */
  restart(): Promise<TestService>
  /** Another node on the same datastore, with other flags; it leaves the datastore to this one. */
  beside(others?: readonly string[]): Promise<TestService>
  close(): Promise<void>
}

/** A service on an empty store of its own, with further settings as flags. */
export async function openService(
  kind: StoreKind,
  flags: readonly string[] = [],
): Promise<TestService> {
  const { datastore, remove } = await freshDatastore(kind)
  return serve(datastore, remove, flags)
}

/** The address of an empty store of this kind, and the function that removes the store. */
export async function freshDatastore(
  kind: StoreKind,
): Promise<{ datastore: string; remove(): Promise<void> }> {
  if (kind === 'postgres') {
    const postgres = await provisionPostgres()
    return { datastore: await postgres.freshDatabase(), remove: () => postgres.stop() }
  }
  const folder = await mkdtemp(join(tmpdir(), 'pemba-store-'))
  await cp(await template(), folder, { recursive: true })
  return { datastore: `embedded:${folder}`, remove: () => rm(folder, { recursive: true }) }
}

let made: Promise<string> | undefined

/** The first embedded store, of which later ones are copies: making one takes seconds. */
function template(): Promise<string> {
  made ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pemba-template-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    const database = await openDatabase(`embedded:${folder}`)
    await database.close()
    return folder
  })()
  return made
}

async function serve(
  datastore: string,
  remove: () => Promise<void>,
  flags: readonly string[],
): Promise<TestService> {
  const own = ['--datastore', datastore, '--keys', TEST_KEY, '--http-addr', '127.0.0.1:0']
  // `PEMBA_TEST_GRAPH=on-demand` runs all tests with on-demand graphs.
  const config = readConfig([...own, ...flags], { PEMBA_GRAPH: process.env.PEMBA_TEST_GRAPH })
  const service = await startService(config, pino({ level: 'silent' }))
  const client = connect({ url: service.url, key: TEST_KEY })
  const stop = async (): Promise<void> => {
    await client.close()
    await service.close()
  }
  return {
    url: service.url,
    datastore,
    client,
    async restart() {
      await stop()
      return serve(datastore, remove, flags)
    },
    beside: (others = flags) => serve(datastore, async () => undefined, others),
    async close() {
      await stop()
      await remove()
    },
  }
}
