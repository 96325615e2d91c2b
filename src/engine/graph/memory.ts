// The memory for all graphs that a node holds. Each graph has a share, which it claims before it is
// loaded and as it grows. A claim that does not fit takes the place of stores that nobody has used
// for a while; if even that is not enough, nothing is taken away, and who claimed is looked up on
// demand. So a store that grows without end costs its neighbours no more than what they leave idle.
// A store that was set to be held comes before others: to it, those in use yield as well.

import { publishNotice } from '../channels.js'

/** Whose graph a share is of. */
export interface Owner {
  readonly name: string
  /** Whether the store was set to be held, by its name. */
  readonly isPinned: boolean
  /** Whether there is a graph that can be looked up instead. */
  canYield(): boolean
  /** Lets go of the graph; it is looked up from then on. */
  changeOver(reason: string): void
}

/** What a graph takes. */
export interface MemoryShare {
  readonly owner: Owner
  readonly bytes: number
}

/** An open store that nobody uses. */
export interface IdleStore {
  readonly share: MemoryShare
  close(): void
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] }

export class GraphMemory {
  /** Room for all graphs, bytes. */
  readonly bytesMax: number
  /** How often a store was closed, or changed over, for another's sake. */
  evictions = 0
  readonly #shares = new Set<MemoryShare>()
  #bytes = 0
  #idle: () => readonly IdleStore[] = () => []

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  /** What all graphs take. */
  get bytes(): number {
    return this.#bytes
  }

  /** @param idle stores that may be closed, the one that was used longest ago first */
  evictFrom(idle: () => readonly IdleStore[]): void {
    this.#idle = idle
  }

  open(owner: Owner): MemoryShare {
    const share: MemoryShare = { owner, bytes: 0 }
    this.#shares.add(share)
    return share
  }

  /** Makes the share this large; null, or why it cannot be. One that is released takes nothing. */
  claim(share: MemoryShare, bytes: number): string | null {
    if (!this.#shares.has(share)) return null
    const missing = this.#bytes - share.bytes + bytes - this.bytesMax
    if (bytes > share.bytes && missing > 0 && !this.#free(missing, share)) {
      const others = this.#bytes - share.bytes
      return `memory: it takes ${toMiB(bytes)}, and ${toMiB(others)} of ${toMiB(this.bytesMax)} are taken`
    }
    this.set(share, bytes)
    return null
  }

  /** Makes the share this large, whether that fits or not. */
  set(share: MemoryShare, bytes: number): void {
    if (!this.#shares.has(share)) return
    this.#bytes += bytes - share.bytes
    ;(share as Mutable<MemoryShare>).bytes = bytes
  }

  /** The graph is gone. */
  release(share: MemoryShare): void {
    this.set(share, 0)
    this.#shares.delete(share)
  }

  /** Takes so much from others, or nothing if they have less; whether it did. */
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

  /** Those that yield to the owner, in the order in which they do. */
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
