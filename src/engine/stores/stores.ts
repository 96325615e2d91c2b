// The stores of one database, each with its own engine while it is in use. The default store is
// always open. Any other store is opened by the first request for it, which loads its graph;
// requests that come meanwhile share the loading. It is closed when it has been idle for a while,
// or when too many are open and it is the least recently used. When a store is deleted, by this
// node or another one, its current requests end, and the next request for its name asks the
// database again.

import { DEFAULT_STORE, limits, Refusal, type StoreId } from '../../terms/index.js'
import { publishWarning } from '../channels.js'
import type { Engine } from '../engine.js'
import type { IdleStore } from '../graph/memory.js'
import type { StoredStore, StoreListing } from '../graph/storageDirectory.js'
import { Lease } from './lease.js'
import {
  HOME,
  openSharedResources,
  openStore,
  type ResourceOptions,
  type SharedResources,
} from './sharedResources.js'
import { type NodeVitals, vitalsOf } from './vitals.js'

export interface StoresOptions extends ResourceOptions {
  /** The number of stores that may be open at a time, beside the default one. */
  readonly openMax?: number
  /** The time without use after which a store is closed, ms. */
  readonly idleMs?: number
  /**
   * The time without use after which a store may be closed to make room for another's graph, ms.
   */
  readonly restMs?: number
}

/** An open store. */
interface OpenStore {
  readonly engine: Engine
  readonly leases: Set<Lease>
  /** The time at which a use last began or ended, ms since 1970. */
  usedAt: number
  /** Closes the engine after the last use; set once the store has left the open ones. */
  close: (() => void) | null
}

export class Stores {
  /** The engine of the default store. */
  readonly home: Engine
  readonly #resources: SharedResources
  readonly #openMax: number
  readonly #idleMs: number
  /** The open stores, by name. */
  readonly #openStores = new Map<string, OpenStore>()
  readonly #loading = new Map<string, Promise<void>>()
  /** The number of stores being loaded that are certain to be opened. */
  #opening = 0
  /** The stores that get no new requests but are still in use. */
  readonly #leaving = new Set<OpenStore>()
  readonly #closings = new Set<Promise<void>>()
  readonly #sweeping: NodeJS.Timeout

  private constructor(resources: SharedResources, home: Engine, options: StoresOptions) {
    this.#resources = resources
    this.home = home
    this.#openMax = options.openMax ?? limits.openStoresMax
    this.#idleMs = options.idleMs ?? limits.storeIdleMs
    resources.memory.evictFrom(() => this.#idleStores(options.restMs ?? limits.storeRestMs))
    this.#sweeping = setInterval(() => this.closeIdle(), this.#idleMs / 2).unref()
  }

  /** Opens the default store. Migrates the database if needed. */
  static async open(options: StoresOptions): Promise<Stores> {
    const resources = await openSharedResources(options)
    return new Stores(resources, await openStore(resources, HOME, () => {}), options)
  }

  /** Leases the store by its name if it is open. */
  leaseOpen(name: string): Lease | null {
    const openStore = this.#openStores.get(name)
    return openStore === undefined ? null : this.#leaseOf(openStore)
  }

  /**
   * Leases the store by its name, and opens it if needed.
   * @throws Refusal `store-not-found`; `too-many-stores` when as many as allowed are in use
   */
  async lease(name: string): Promise<Lease> {
    for (;;) {
      const lease = this.leaseOpen(name)
      if (lease !== null) return lease
      const loading = this.#loading.get(name) ?? this.#load(name)
      this.#loading.set(name, loading)
      await loading
    }
  }

  /**
   * Creates a store.
   * @param quota the number of relationships allowed; null for no quota, undefined for the node's
   * default
   * @throws Refusal `store-exists`
   */
  create(name: string, quota?: number | null): Promise<StoredStore> {
    const { directory, storeQuota } = this.#resources
    return directory.create(name, quota === undefined ? storeQuota : quota)
  }

  /** Sets the quota of a store. @throws Refusal `store-not-found` */
  setQuota(name: string, quota: number | null): Promise<StoredStore> {
    return this.#resources.directory.setQuota(name, quota)
  }

  /** Lists stores in the order of their names by bytes. */
  list(listing: StoreListing): Promise<readonly StoredStore[]> {
    return this.#resources.directory.list(listing)
  }

  /**
   * Deletes a store.
   * @throws Refusal `store-not-found`, `invalid-argument` for the default store
   */
  async delete(name: string): Promise<void> {
    if (name === DEFAULT_STORE) {
      throw new Refusal('invalid-argument', `the store \`${DEFAULT_STORE}\` cannot be deleted`)
    }
    await this.#resources.directory.delete(name)
    const openStore = this.#openStores.get(name)
    if (openStore !== undefined) this.#drop(name, openStore)
  }

  /** Closes stores that have been idle for a while. */
  closeIdle(): void {
    const since = this.#resources.clock() - this.#idleMs
    for (const [name, openStore] of this.#openStores) {
      if (openStore.leases.size === 0 && openStore.usedAt <= since) this.#leave(name, openStore)
    }
  }

  /** The names of the open stores beside the default one. */
  get open(): readonly string[] {
    return [...this.#openStores.keys()]
  }

  /** The engines of all open stores, by name. */
  *engines(): Iterable<readonly [name: string, engine: Engine]> {
    yield [DEFAULT_STORE, this.home]
    for (const [name, { engine }] of this.#openStores) yield [name, engine]
  }

  vitals(): NodeVitals {
    const stores = [...this.engines()].map(([name, engine]) => [name, vitalsOf(engine)] as const)
    const { cache, memory } = this.#resources
    return {
      stores: new Map(stores),
      rowBytes: cache.bytes,
      graphBytes: memory.bytes,
      graphBytesMax: memory.bytesMax,
      evictions: memory.evictions,
    }
  }

  /** Closes all stores, including those in use, and then the database. */
  async close(): Promise<void> {
    clearInterval(this.#sweeping)
    await Promise.allSettled(this.#loading.values())
    for (const [name, openStore] of this.#openStores) this.#leave(name, openStore)
    for (const openStore of this.#leaving) openStore.close?.()
    await Promise.all(this.#closings)
    await this.home.close()
    await this.#resources.close()
  }

  /** Returns the stores that have been idle for a while, the least recently used first. */
  #idleStores(restMs: number): readonly IdleStore[] {
    const since = this.#resources.clock() - restMs
    return [...this.#openStores]
      .filter(([, { leases, usedAt }]) => leases.size === 0 && usedAt <= since)
      .sort(([, a], [, b]) => a.usedAt - b.usedAt)
      .map(([name, openStore]) => ({
        share: openStore.engine.live.share,
        close: () => this.#leave(name, openStore),
      }))
  }

  #leaseOf(openStore: OpenStore): Lease {
    const { clock } = this.#resources
    const lease = new Lease(openStore.engine, ended => {
      openStore.leases.delete(ended)
      openStore.usedAt = clock()
      if (openStore.leases.size === 0) openStore.close?.()
    })
    openStore.leases.add(lease)
    openStore.usedAt = clock()
    return lease
  }

  async #load(name: string): Promise<void> {
    try {
      const store = await this.#resources.directory.find(name)
      if (store === null) throw notFound(name)
      this.#makeRoom()
      await this.#open(name, store)
    } finally {
      this.#loading.delete(name)
    }
  }

  async #open(name: string, store: StoreId): Promise<void> {
    this.#opening++
    try {
      const onDeleted = (): void => {
        const openStore = this.#openStores.get(name)
        if (openStore?.engine.store === store) this.#drop(name, openStore)
      }
      const engine = await openStore(this.#resources, { store, name }, onDeleted)
      // `onDeleted` cannot be called before this: the feed has only just begun its first look.
      this.#openStores.set(name, {
        engine,
        leases: new Set(),
        usedAt: this.#resources.clock(),
        close: null,
      })
    } finally {
      this.#opening--
    }
  }

  /** Closes the least recently used store if as many are open as allowed. */
  #makeRoom(): void {
    if (this.#openStores.size + this.#opening < this.#openMax) return
    const idle = [...this.#openStores].filter(([, { leases }]) => leases.size === 0)
    if (idle.length === 0) {
      throw new Refusal(
        'too-many-stores',
        `${this.#openMax} stores are in use on this node already, try again later`,
      )
    }
    this.#leave(...idle.reduce((a, b) => (b[1].usedAt < a[1].usedAt ? b : a)))
  }

  /** Ends the uses of a deleted store. */
  #drop(name: string, openStore: OpenStore): void {
    const refusal = notFound(name)
    for (const lease of openStore.leases) lease.refuse(refusal)
    this.#leave(name, openStore)
  }

  /** Removes the store from the open ones, and closes it as soon as it is not in use. */
  #leave(name: string, openStore: OpenStore): void {
    this.#openStores.delete(name)
    this.#leaving.add(openStore)
    openStore.close = () => {
      openStore.close = null
      this.#leaving.delete(openStore)
      const closing = openStore.engine
        .close()
        .catch((error: Error) => publishWarning('store', error))
        .finally(() => this.#closings.delete(closing))
      this.#closings.add(closing)
    }
    if (openStore.leases.size === 0) openStore.close()
  }
}

const notFound = (name: string): Refusal =>
  new Refusal('store-not-found', `store \`${name}\` not found`)
