// Files whose changes matter while the service runs. They are polled: Kubernetes replaces a secret
// by changing a link to a folder, which file notifications miss.

import { readFile } from 'node:fs/promises'
import { limits } from '../terms/index.js'

export class WatchedFiles {
  readonly #paths: readonly string[]
  #seen: Promise<string>
  #timer: NodeJS.Timeout | null = null

  /** Reads the files as they are now. Any later difference counts as a change. */
  constructor(paths: readonly string[]) {
    this.#paths = paths
    this.#seen = read(paths)
  }

  /** Calls `onChange` whenever a file was changed, created or deleted. */
  follow(onChange: () => void): void {
    if (this.#paths.length === 0) return
    const look = async (): Promise<void> => {
      const [before, now] = [await this.#seen, await read(this.#paths)]
      this.#seen = Promise.resolve(now)
      // Closed while the files were being read.
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

/** The contents of all files, with the error in place of an unreadable one. */
async function read(paths: readonly string[]): Promise<string> {
  const texts = paths.map(path => readFile(path, 'utf8').catch((error: Error) => error.message))
  return JSON.stringify(await Promise.all(texts))
}
