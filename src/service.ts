// The service as one thing: the only place where storage, engine and API are joined, opened and
// closed in order.

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
import { Troubles } from './warnings.js'

export interface Service {
  /** Where it answers: `http://127.0.0.1:8443`, `unix:/run/pemba.sock`. */
  readonly url: string
  /** Reads the files of keys and certificates again; those that are broken leave what was before. */
  reload(): void
  /** Says so for a while, takes no new requests, ends those under way, then closes the datastore. */
  close(): Promise<void>
}

export interface ServiceOptions {
  /** Of keys in a file. */
  readonly keyCharactersMin?: number
}

export async function startService(
  config: Config,
  logger: Logger,
  { keyCharactersMin = 1 }: ServiceOptions = {},
): Promise<Service> {
  // Before anything is opened: what is wrong with them is told at once.
  const files = new WatchedFiles([
    ...(config.keysFile === null ? [] : [config.keysFile]),
    ...pathsOf(config),
  ])
  const keys = readAllKeys(config, keyCharactersMin)
  const tls = readTls(config)
  const troubles = new Troubles(logger)
  const onTrouble = (message: unknown): void => {
    const { part, error } = message as Warning
    troubles.tell(part, error)
  }
  const onNews = (message: unknown): void => {
    const { part, text, isWarning } = message as Notice
    logger[isWarning ? 'warn' : 'info']({ part }, text)
  }
  subscribe(WARNING, onTrouble)
  subscribe(NOTICE, onNews)
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
    config.redis === null ? null : openRedis(config.redis, error => troubles.tell('redis', error))
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
  const reload = reloading(app, config, { keyCharactersMin, logger })
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
      unsubscribe(WARNING, onTrouble)
      unsubscribe(NOTICE, onNews)
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
  /** Takes away what listening has left behind. */
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

interface Reloading {
  readonly keyCharactersMin: number
  readonly logger: Logger
}

/** Each part by itself: a broken certificate does not keep a key in force. */
function reloading(app: App, config: Config, { keyCharactersMin, logger }: Reloading): () => void {
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
