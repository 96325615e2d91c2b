// Files that are read again while the service runs. They are looked at rather than listened to: the
// way in which Kubernetes replaces a secret, by a link to another folder, changes no file.

import { readFile } from 'node:fs/promises'
import { limits } from '../terms/index.js'

export class WatchedFiles {
  readonly #paths: readonly string[]
  #seen: Promise<string>
  #timer: NodeJS.Timeout | null = null

  /** From here on it counts as a change when they are not as they are now. */
  constructor(paths: readonly string[]) {
    this.#paths = paths
    this.#seen = read(paths)
  }

  /** Calls whenever one of them has changed, come or gone. */
  follow(onChange: () => void): void {
    if (this.#paths.length === 0) return
    const look = async (): Promise<void> => {
      const [before, now] = [await this.#seen, await read(this.#paths)]
      this.#seen = Promise.resolve(now)
      // Nobody follows any more once the timer is gone.
      if (this.#timer === null) return
      if (now !== before) onChange()
      this.#timer.refresh()
    }
    this.#timer = setTimeout(look, limits.fileLookMs).unref()
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}

/** What all of them hold, or why it is not known. */
async function read(paths: readonly string[]): Promise<string> {
  const texts = paths.map(path => readFile(path, 'utf8').catch((error: Error) => error.message))
  return JSON.stringify(await Promise.all(texts))
}
