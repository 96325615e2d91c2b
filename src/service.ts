// The service as one thing: the only place where storage, engine and API are joined, opened and
// closed in order.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import type { Config } from './config.js'
import {
  graphs,
  NEWS,
  type News,
  readiness,
  Stores,
  TROUBLE,
  type Trouble,
} from './engine/index.js'
import { buildApp, drain } from './http/index.js'
import { defaultGraphMemory, heapWarning } from './nodeMemory.js'
import { protocols } from './protocols/index.js'
import { openRedis, type SharedRedis } from './rows/index.js'
import { openDatabase, openReplica } from './storage/index.js'
import { Troubles } from './troubles.js'

export interface Service {
  /** Where it answers: `http://127.0.0.1:8443`, `unix:/run/pemba.sock`. */
  readonly url: string
  /** Says so for a while, takes no new requests, ends those under way, then closes the datastore. */
  close(): Promise<void>
}

export async function startService(config: Config, logger: Logger): Promise<Service> {
  const troubles = new Troubles(logger)
  const onTrouble = (message: unknown): void => {
    const { part, error } = message as Trouble
    troubles.tell(part, error)
  }
  const onNews = (message: unknown): void => {
    const { part, text, isWarning } = message as News
    logger[isWarning ? 'warn' : 'info']({ part }, text)
  }
  subscribe(TROUBLE, onTrouble)
  subscribe(NEWS, onNews)
  const database = await openDatabase(config.datastore)
  const {
    retention: retentionMs,
    graph,
    graphMemory: graphBytesMax,
    rowMemory: rowBytesMax,
    storeQuota,
  } = config
  const memoryBytesMax = config.memory ?? defaultGraphMemory()
  const warning = config.memory === null ? null : heapWarning(config.memory)
  if (warning !== null) logger.warn({ part: 'memory' }, warning)
  const redis =
    config.redis === null ? null : openRedis(config.redis, error => troubles.tell('redis', error))
  const stores = await Stores.open({
    database,
    retentionMs,
    graph: graph.others,
    graphByStore: graph.byStore,
    graphBytesMax,
    memoryBytesMax,
    rowBytesMax,
    storeQuota,
    shared: redis,
    replicas: config.replicas.map(openReplica),
  })
  const app = await buildApp({
    stores,
    keys: config.keys,
    storeKeys: config.storeKeys,
    logger,
    readiness: () => readinessOf(stores, redis),
    redis,
    protocols,
  })
  await app.listen(config.httpAddr)
  return {
    url: urlOf(app.server.address() as AddressInfo | string),
    async close() {
      await drain(app, config.shutdownGrace)
      await redis?.close()
      await stores.close()
      unsubscribe(TROUBLE, onTrouble)
      unsubscribe(NEWS, onNews)
    },
  }
}

function readinessOf(stores: Stores, redis: SharedRedis | null) {
  const { ready, parts } = readiness(stores.home)
  const all = redis === null ? parts : { ...parts, redis: redis.status() }
  return { ready, parts: all, stores: graphs(stores) }
}

function urlOf(address: AddressInfo | string): string {
  if (typeof address === 'string') return `unix:${address}`
  const { address: host, family, port } = address
  return family === 'IPv6' ? `http://[${host}]:${port}` : `http://${host}:${port}`
}
