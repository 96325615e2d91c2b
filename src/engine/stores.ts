// The stores of one database, each with an engine of its own while it is in use. The default store
// is always open. Another one is opened by its first question, which loads its graph; whoever comes
// meanwhile shares the loading. It is closed when nobody has asked it for a while, or, when too many
// are open, before the one that was asked last. A store that is deleted, here or by another node,
// ends for those who use it just now, and whoever comes by its name next asks the database anew.

import {
  createStore,
  deleteStore,
  findStore,
  listStores,
  type StoredStore,
  type StoreListing,
} from '../storage/index.js'
import { DEFAULT_STORE, limits, Refusal, type StoreId } from '../terms/index.js'
import { tellTrouble } from './channels.js'
import { type Engine, type EngineOptions, type Ground, openGround, openStore } from './engine.js'

export interface StoresOptions extends EngineOptions {
  /** Stores beside the default one that are open at a time. */
  readonly openMax?: number
  /** A store is closed when nobody has used it for this long, ms. */
  readonly idleMs?: number
}

/** A store that stays open until the use of it is ended. */
export interface Use {
  readonly engine: Engine
  /** Called, with what to tell, if the store is deleted before the end. */
  onDeleted: ((refusal: Refusal) => void) | null
  end(): void
}

/** An open store. */
interface Seat {
  readonly engine: Engine
  readonly uses: Set<Use>
  /** By the clock, ms: when somebody began or ended to use it. */
  usedAt: number
  /** Set when it is to be closed after the last use. */
  close: (() => void) | null
}

export class Stores {
  /** The default store's engine. */
  readonly home: Engine
  readonly #ground: Ground
  readonly #openMax: number
  readonly #idleMs: number
  /** By name. */
  readonly #seats = new Map<string, Seat>()
  readonly #loading = new Map<string, Promise<Seat>>()
  /** How many of those are sure to take a seat. */
  #opening = 0
  /** Those that nobody comes to any more, but that are still in use. */
  readonly #left = new Set<Seat>()
  readonly #closings = new Set<Promise<void>>()
  readonly #sweeping: NodeJS.Timeout

  private constructor(ground: Ground, home: Engine, options: StoresOptions) {
    this.#ground = ground
    this.home = home
    this.#openMax = options.openMax ?? limits.openStoresMax
    this.#idleMs = options.idleMs ?? limits.storeIdleMs
    this.#sweeping = setInterval(() => this.closeIdle(), this.#idleMs / 2).unref()
  }

  /** Migrates the database when needed, and opens the default store. */
  static async open(options: StoresOptions): Promise<Stores> {
    const ground = await openGround(options)
    return new Stores(ground, await openStore(ground, DEFAULT_STORE, () => {}), options)
  }

  /** The store by its name, if it is open. */
  useOpen(name: string): Use | null {
    const seat = this.#seats.get(name)
    return seat === undefined ? null : this.#begin(seat)
  }

  /**
   * The store by its name.
   * @throws Refusal `store-not-found`; `too-many-stores` when as many as may be are in use
   */
  async use(name: string): Promise<Use> {
    const open = this.useOpen(name)
    if (open !== null) return open
    const loading = this.#loading.get(name) ?? this.#load(name)
    this.#loading.set(name, loading)
    return this.#begin(await loading)
  }

  /** @throws Refusal `store-exists` */
  create(name: string): Promise<StoredStore> {
    return createStore(this.#ground.database, name)
  }

  /** In the order of names by bytes. */
  list(listing: StoreListing): Promise<readonly StoredStore[]> {
    return listStores(this.#ground.database, listing)
  }

  /** @throws Refusal `store-not-found`, `invalid-argument` for the default store */
  async delete(name: string): Promise<void> {
    if (name === DEFAULT_STORE) {
      throw new Refusal('invalid-argument', `the store \`${DEFAULT_STORE}\` cannot be deleted`)
    }
    await deleteStore(this.#ground.database, name)
    const seat = this.#seats.get(name)
    if (seat !== undefined) this.#drop(name, seat)
  }

  /** Closes stores that have not been used for a while. */
  closeIdle(): void {
    const since = this.#ground.clock() - this.#idleMs
    for (const [name, seat] of this.#seats) {
      if (seat.uses.size === 0 && seat.usedAt <= since) this.#leave(name, seat)
    }
  }

  /** The names of the stores that are open beside the default one. */
  get open(): readonly string[] {
    return [...this.#seats.keys()]
  }

  /** Ends what is under way, whoever uses it, then closes the database. */
  async close(): Promise<void> {
    clearInterval(this.#sweeping)
    await Promise.allSettled(this.#loading.values())
    for (const [name, seat] of this.#seats) this.#leave(name, seat)
    for (const seat of this.#left) seat.close?.()
    await Promise.all(this.#closings)
    await this.home.close()
    await this.#ground.close()
  }

  #begin(seat: Seat): Use {
    const { clock } = this.#ground
    const use: Use = {
      engine: seat.engine,
      onDeleted: null,
      end() {
        seat.uses.delete(use)
        seat.usedAt = clock()
        if (seat.uses.size === 0) seat.close?.()
      },
    }
    seat.uses.add(use)
    seat.usedAt = clock()
    return use
  }

  async #load(name: string): Promise<Seat> {
    try {
      const store = await findStore(this.#ground.database, name)
      if (store === null) throw notFound(name)
      this.#makeRoom()
      return await this.#seat(name, store)
    } finally {
      this.#loading.delete(name)
    }
  }

  async #seat(name: string, store: StoreId): Promise<Seat> {
    this.#opening++
    try {
      let deleted = false
      const engine = await openStore(this.#ground, store, () => {
        deleted = true
        const seat = this.#seats.get(name)
        if (seat?.engine === engine) this.#drop(name, seat)
      })
      const seat: Seat = { engine, uses: new Set(), usedAt: this.#ground.clock(), close: null }
      this.#seats.set(name, seat)
      if (deleted) this.#drop(name, seat)
      return seat
    } finally {
      this.#opening--
    }
  }

  /** Closes the store that was asked last, if as many are open as may be. */
  #makeRoom(): void {
    if (this.#seats.size + this.#opening < this.#openMax) return
    let last: [string, Seat] | null = null
    for (const each of this.#seats) {
      if (each[1].uses.size > 0) continue
      if (last === null || each[1].usedAt < last[1].usedAt) last = each
    }
    if (last === null) {
      throw new Refusal(
        'too-many-stores',
        `${this.#openMax} stores are in use on this node already, try again later`,
      )
    }
    this.#leave(...last)
  }

  /** The store is deleted. */
  #drop(name: string, seat: Seat): void {
    const refusal = notFound(name)
    for (const use of seat.uses) use.onDeleted?.(refusal)
    this.#leave(name, seat)
  }

  /** Closes the store for those who come, and for good when nobody uses it any more. */
  #leave(name: string, seat: Seat): void {
    this.#seats.delete(name)
    this.#left.add(seat)
    seat.close = () => {
      seat.close = null
      this.#left.delete(seat)
      const closing = seat.engine
        .close()
        .catch((error: Error) => tellTrouble('store', error))
        .finally(() => this.#closings.delete(closing))
      this.#closings.add(closing)
    }
    if (seat.uses.size === 0) seat.close()
  }
}

const notFound = (name: string): Refusal =>
  new Refusal('store-not-found', `store \`${name}\` not found`)
