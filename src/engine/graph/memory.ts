// The memory for all resident graphs of a node. Each graph has a share, which it claims before
// loading and as it grows. A claim that does not fit evicts stores that have been idle for a while.
// If even that is not enough, nothing is evicted, and the graph that made the claim goes on demand.
// A store that grows without end therefore costs its neighbours no more than they leave idle. A
// store that is configured as resident has precedence: stores in use yield to it as well.

import { publishNotice } from '../channels.js'

/** The owner of a share. */
export interface Owner {
  readonly name: string
  /** Whether the store is configured as resident by name. */
  readonly isPinned: boolean
  /** Whether the graph can change over to on demand. */
  canYield(): boolean
  /** Makes the graph on demand, which frees its memory. */
  changeOver(reason: string): void
}

/** The memory that a graph takes. */
export interface MemoryShare {
  readonly owner: Owner
  readonly bytes: number
}

/** An open store that is not in use. */
export interface IdleStore {
  readonly share: MemoryShare
  close(): void
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] }

export class GraphMemory {
  /** The room for all graphs, bytes. */
  readonly bytesMax: number
  /** The number of times that a store was closed or changed over to make room for another. */
  evictions = 0
  readonly #shares = new Set<MemoryShare>()
  #bytes = 0
  #idle: () => readonly IdleStore[] = () => []

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  /** The memory that all graphs take, bytes. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * Sets where idle stores come from.
   * @param idle returns the stores that may be closed, the least recently used first
   */
  evictFrom(idle: () => readonly IdleStore[]): void {
    this.#idle = idle
  }

  open(owner: Owner): MemoryShare {
    const share: MemoryShare = { owner, bytes: 0 }
    this.#shares.add(share)
    return share
  }

  /**
   * Sets the size of a share if that fits. A released share stays empty.
   * @returns null, or why it does not fit
   */
  claim(share: MemoryShare, bytes: number): string | null {
    if (!this.#shares.has(share)) return null
    const missing = this.#bytes - share.bytes + bytes - this.bytesMax
    if (bytes > share.bytes && missing > 0 && !this.#free(missing, share)) {
      const others = this.#bytes - share.bytes
      return (
        `memory: it takes ${toMiB(bytes)}, and ${toMiB(others)} of ${toMiB(this.bytesMax)} ` +
        'are taken'
      )
    }
    this.set(share, bytes)
    return null
  }

  /** Sets the size of a share, whether it fits or not. */
  set(share: MemoryShare, bytes: number): void {
    if (!this.#shares.has(share)) return
    this.#bytes += bytes - share.bytes
    ;(share as Mutable<MemoryShare>).bytes = bytes
  }

  /** Removes the share of a closed graph. */
  release(share: MemoryShare): void {
    this.set(share, 0)
    this.#shares.delete(share)
  }

  /**
   * Frees at least this much by evicting others, or evicts nothing if they have less.
   * @returns whether it was freed
   */
  #free(bytes: number, { owner }: MemoryShare): boolean {
    const chosen: Eviction[] = []
    let freed = 0
    for (const eviction of this.#evictable(owner)) {
      if (freed >= bytes) break
      chosen.push(eviction)
      freed += eviction.share.bytes
    }
    if (freed < bytes) return false
    for (const { evict } of chosen) {
      this.evictions++
      evict(`memory: ${owner.name} needs it`)
    }
    return true
  }

  /** The evictions that the owner may cause, in their order. */
  #evictable(owner: Owner): readonly Eviction[] {
    const idle = this.#idle().filter(({ share }) => share.owner !== owner && share.bytes > 0)
    const closing = idle.map(({ share, close }) => ({
      share,
      evict: (reason: string) => {
        publishNotice(
          'memory',
          `the store ${share.owner.name}, which is idle, is closed: ${reason}`,
        )
        this.release(share)
        close()
      },
    }))
    const unpinned = closing.filter(({ share }) => !share.owner.isPinned)
    if (!owner.isPinned) return unpinned
    const inUse = [...this.#shares].filter(
      share =>
        share.owner !== owner &&
        !share.owner.isPinned &&
        share.bytes > 0 &&
        share.owner.canYield() &&
        !idle.some(each => each.share === share),
    )
    const changing = inUse.map(share => ({
      share,
      evict: (reason: string) => share.owner.changeOver(reason),
    }))
    return [...unpinned, ...changing, ...closing.filter(({ share }) => share.owner.isPinned)]
  }
}

interface Eviction {
  readonly share: MemoryShare
  evict(reason: string): void
}

export const toMiB = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`
