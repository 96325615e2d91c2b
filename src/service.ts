// The service: the only place where storage, engine and HTTP are connected, and where they are
// opened and closed in order.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import type { Config } from './config.js'
import {
  graphs,
  NOTICE,
  type Notice,
  readiness,
  Stores,
  WARNING,
  type Warning,
} from './engine/index.js'
import { buildApp, drain, replaceKeys, replaceTls } from './http/index.js'
import {
  defaultGraphMemory,
  heapWarning,
  listenAt,
  pathsOf,
  readAllKeys,
  readTls,
  WatchedFiles,
} from './process/index.js'
import { protocols } from './protocols/index.js'
import { openRedis, type SharedRedis } from './rows/index.js'
import { openDatabase, openReplica } from './storage/index.js'
import { WarningLog } from './warnings.js'

/** A running service. */
export interface Service {
  /** The address: `http://127.0.0.1:8443`, `unix:/run/pemba.sock`. */
  readonly url: string
  /**
   * Reads the files of keys and certificates again. Broken files leave the previous ones in force.
   */
  reload(): void
  /** Announces the end, refuses new requests, ends those under way, then closes the datastore. */
  close(): Promise<void>
}

export interface ServiceOptions {
  /** Least length of the keys in the file of keys. */
  readonly keyCharactersMin?: number
}

export async function startService(
  config: Config,
  logger: Logger,
  { keyCharactersMin = 1 }: ServiceOptions = {},
): Promise<Service> {
  // Files are read before anything is opened, so that their errors are reported at once.
  const files = new WatchedFiles([
    ...(config.keysFile === null ? [] : [config.keysFile]),
    ...pathsOf(config),
  ])
  const keys = readAllKeys(config, keyCharactersMin)
  const tls = readTls(config)
  const warnings = new WarningLog(logger)
  const onWarning = (message: unknown): void => {
    const { part, error } = message as Warning
    warnings.warn(part, error)
  }
  const onNotice = (message: unknown): void => {
    const { part, text, isWarning } = message as Notice
    logger[isWarning ? 'warn' : 'info']({ part }, text)
  }
  subscribe(WARNING, onWarning)
  subscribe(NOTICE, onNotice)
  const database = await openDatabase(config.datastore, text =>
    logger.warn({ part: 'datastore' }, text),
  )
  const {
    retention: retentionMs,
    graph,
    graphMemory: graphBytesMax,
    rowMemory: rowBytesMax,
    storeQuota,
  } = config
  const redis =
    config.redis === null ? null : openRedis(config.redis, error => warnings.warn('redis', error))
  const stores = await Stores.open({
    database,
    retentionMs,
    graph: graph.others,
    graphByStore: graph.byStore,
    graphBytesMax,
    memoryBytesMax: graphMemoryOf(config, logger),
    rowBytesMax,
    storeQuota,
    shared: redis,
    replicas: config.replicas.map(openReplica),
  })
  const app = await buildApp({
    stores,
    ...keys,
    tls,
    logger,
    readiness: () => readinessOf(stores, redis),
    redis,
    protocols,
  })
  const { url, leave } = await listen(app, config)
  const reload = toReloader(app, config, { keyCharactersMin, logger })
  files.follow(reload)
  return {
    url,
    reload,
    async close() {
      files.close()
      await drain(app, config.shutdownGrace)
      leave()
      await redis?.close()
      await stores.close()
      unsubscribe(WARNING, onWarning)
      unsubscribe(NOTICE, onNotice)
    },
  }
}

function graphMemoryOf({ memory }: Config, logger: Logger): number {
  if (memory === null) return defaultGraphMemory()
  const warning = heapWarning(memory)
  if (warning !== null) logger.warn({ part: 'memory' }, warning)
  return memory
}

function readinessOf(stores: Stores, redis: SharedRedis | null) {
  const { ready, parts } = readiness(stores.home)
  const all = redis === null ? parts : { ...parts, redis: redis.status() }
  return { ready, parts: all, stores: graphs(stores) }
}

type App = Awaited<ReturnType<typeof buildApp>>

interface Listening {
  readonly url: string
  /** Cleans up after listening. */
  readonly leave: () => void
}

async function listen(app: App, { httpAddr, httpSocketMode, tlsCert }: Config): Promise<Listening> {
  if ('path' in httpAddr) {
    const { path } = httpAddr
    const leave = await listenAt(path, httpSocketMode, own => app.listen({ path: own }))
    return { url: `unix:${path}`, leave }
  }
  await app.listen(httpAddr)
  const scheme = tlsCert === null ? 'http' : 'https'
  return { url: urlOf(scheme, app.server.address() as AddressInfo), leave: () => {} }
}

function urlOf(scheme: string, { address: host, family, port }: AddressInfo): string {
  return family === 'IPv6' ? `${scheme}://[${host}]:${port}` : `${scheme}://${host}:${port}`
}

interface ReloadOptions {
  readonly keyCharactersMin: number
  readonly logger: Logger
}

/** The function that reloads keys and certificates independently, so neither blocks the other. */
function toReloader(
  app: App,
  config: Config,
  { keyCharactersMin, logger }: ReloadOptions,
): () => void {
  const attempt = (part: string, work: () => void): void => {
    try {
      work()
      logger.info({ part }, 'read again')
    } catch (error) {
      const why = (error as Error).message
      logger.warn({ part, why }, 'cannot be read again, what was before stays')
    }
  }
  return () => {
    if (config.keysFile !== null) {
      attempt('keys', () => replaceKeys(app, readAllKeys(config, keyCharactersMin)))
    }
    if (config.tlsCert === null) return
    attempt('tls', () => {
      const tls = readTls(config)
      if (tls !== null) replaceTls(app, tls)
    })
  }
}
