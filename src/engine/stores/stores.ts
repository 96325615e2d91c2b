// The stores of one database, each with an engine of its own while it is in use. The default store
// is always open. Another one is opened by its first question, which loads its graph; whoever comes
// meanwhile shares the loading. It is closed when nobody has asked it for a while, or when too many
// are open and it was asked longest ago. A store that is deleted, here or by another node, ends for
// those who use it just now, and whoever comes by its name next asks the database anew.

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
  /** Stores beside the default one that are open at a time. */
  readonly openMax?: number
  /** A store is closed when nobody has used it for this long, ms. */
  readonly idleMs?: number
  /** One is not closed for another's sake when somebody has used it within this time, ms. */
  readonly restMs?: number
}

/** An open store. */
interface OpenStore {
  readonly engine: Engine
  readonly leases: Set<Lease>
  /** By the clock, ms: when somebody began or ended to use it. */
  usedAt: number
  /** Set when it is to be closed after the last use. */
  close: (() => void) | null
}

export class Stores {
  /** The default store's engine. */
  readonly home: Engine
  readonly #resources: SharedResources
  readonly #openMax: number
  readonly #idleMs: number
  /** By name. */
  readonly #openStores = new Map<string, OpenStore>()
  readonly #loading = new Map<string, Promise<void>>()
  /** How many of those are sure to take a seat. */
  #opening = 0
  /** Those that nobody comes to any more, but that are still in use. */
  readonly #left = new Set<OpenStore>()
  readonly #closings = new Set<Promise<void>>()
  readonly #sweeping: NodeJS.Timeout

  private constructor(resources: SharedResources, home: Engine, options: StoresOptions) {
    this.#resources = resources
    this.home = home
    this.#openMax = options.openMax ?? limits.openStoresMax
    this.#idleMs = options.idleMs ?? limits.storeIdleMs
    resources.memory.evictFrom(() => this.#resting(options.restMs ?? limits.storeRestMs))
    this.#sweeping = setInterval(() => this.closeIdle(), this.#idleMs / 2).unref()
  }

  /** Migrates the database when needed, and opens the default store. */
  static async open(options: StoresOptions): Promise<Stores> {
    const resources = await openSharedResources(options)
    return new Stores(resources, await openStore(resources, HOME, () => {}), options)
  }

  /** The store by its name, if it is open. */
  leaseOpen(name: string): Lease | null {
    const openStore = this.#openStores.get(name)
    return openStore === undefined ? null : this.#begin(openStore)
  }

  /**
   * The store by its name.
   * @throws Refusal `store-not-found`; `too-many-stores` when as many as may be are in use
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
   * @param quota how many relationships there may be; null for no quota, undefined for the node's
   *   default
   * @throws Refusal `store-exists`
   */
  create(name: string, quota?: number | null): Promise<StoredStore> {
    const { directory, storeQuota } = this.#resources
    return directory.create(name, quota === undefined ? storeQuota : quota)
  }

  /** @throws Refusal `store-not-found` */
  setQuota(name: string, quota: number | null): Promise<StoredStore> {
    return this.#resources.directory.setQuota(name, quota)
  }

  /** In the order of names by bytes. */
  list(listing: StoreListing): Promise<readonly StoredStore[]> {
    return this.#resources.directory.list(listing)
  }

  /** @throws Refusal `store-not-found`, `invalid-argument` for the default store */
  async delete(name: string): Promise<void> {
    if (name === DEFAULT_STORE) {
      throw new Refusal('invalid-argument', `the store \`${DEFAULT_STORE}\` cannot be deleted`)
    }
    await this.#resources.directory.delete(name)
    const openStore = this.#openStores.get(name)
    if (openStore !== undefined) this.#drop(name, openStore)
  }

  /** Closes stores that have not been used for a while. */
  closeIdle(): void {
    const since = this.#resources.clock() - this.#idleMs
    for (const [name, openStore] of this.#openStores) {
      if (openStore.leases.size === 0 && openStore.usedAt <= since) this.#leave(name, openStore)
    }
  }

  /** The names of the stores that are open beside the default one. */
  get open(): readonly string[] {
    return [...this.#openStores.keys()]
  }

  /** Of all stores that are open, by their names. */
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

  /** Ends what is under way, whoever uses it, then closes the database. */
  async close(): Promise<void> {
    clearInterval(this.#sweeping)
    await Promise.allSettled(this.#loading.values())
    for (const [name, openStore] of this.#openStores) this.#leave(name, openStore)
    for (const openStore of this.#left) openStore.close?.()
    await Promise.all(this.#closings)
    await this.home.close()
    await this.#resources.close()
  }

  /** Those that nobody has used for a while, the one that was used longest ago first. */
  #resting(restMs: number): readonly IdleStore[] {
    const since = this.#resources.clock() - restMs
    return [...this.#openStores]
      .filter(([, { leases, usedAt }]) => leases.size === 0 && usedAt <= since)
      .sort(([, a], [, b]) => a.usedAt - b.usedAt)
      .map(([name, openStore]) => ({
        share: openStore.engine.live.share,
        close: () => this.#leave(name, openStore),
      }))
  }

  #begin(openStore: OpenStore): Lease {
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
      // Nothing is heard before the seat is there: the feed's first look has just begun.
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

  /** Closes the store that was asked longest ago, if as many are open as may be. */
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

  /** The store is deleted. */
  #drop(name: string, openStore: OpenStore): void {
    const refusal = notFound(name)
    for (const lease of openStore.leases) lease.refuse(refusal)
    this.#leave(name, openStore)
  }

  /** Closes the store for those who come, and for good when nobody uses it any more. */
  #leave(name: string, openStore: OpenStore): void {
    this.#openStores.delete(name)
    this.#left.add(openStore)
    openStore.close = () => {
      openStore.close = null
      this.#left.delete(openStore)
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
