// What goes wrong outside, as log lines: the first time at once, and while it goes on now and then, with
// how often it was. Something that is away is tried many times a second by some.

import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'

const AGAIN_MS = 60_000
/** Different ones that are remembered. */
const KNOWN_MAX = 200

interface Known {
  toldAt: number
  /** Since it was told. */
  times: number
}

export class Troubles {
  readonly #logger: Logger
  readonly #clock: () => number
  readonly #known = new LRUCache<string, Known>({ max: KNOWN_MAX })

  /** @param clock ms */
  constructor(logger: Logger, clock: () => number = Date.now) {
    this.#logger = logger
    this.#clock = clock
  }

  tell(part: string, error: Error): void {
    const key = `${part} ${error.message}`
    const now = this.#clock()
    const known = this.#known.get(key)
    if (known !== undefined && now - known.toldAt < AGAIN_MS) {
      known.times++
      return
    }
    const times = known?.times ?? 0
    this.#known.set(key, { toldAt: now, times: 0 })
    const more = times === 0 ? {} : { times }
    this.#logger.warn({ part, ...more, err: error }, 'met trouble, will try again')
  }
}
