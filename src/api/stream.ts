// Server streams over HTTP: one JSON object a line, `{"result":…}`, with back-pressure. The first
// item is awaited before the answer begins, so that what fails before it still has its own status;
// what fails later is told in a last line, `{"error":…}`.

import { Readable } from 'node:stream'
import type { StatusBody } from './faults.js'

/** Lines are joined up to about this many characters before they are sent. */
const CHUNK_CHARACTERS = 16_384

interface LineOptions<Item> {
  readonly toLine: (item: Item) => string
  /** What the client is told of an error in the middle. */
  readonly toError: (error: unknown) => StatusBody
}

/** @throws what the source throws before its first item */
export async function openLines<Item>(
  source: AsyncIterable<Item>,
  options: LineOptions<Item>,
): Promise<Readable> {
  const iterator = source[Symbol.asyncIterator]()
  return new Lines(iterator, await iterator.next(), options)
}

/** Gives what is there in one turn of the event loop as one chunk; returns the iterator at the end. */
class Lines<Item> extends Readable {
  readonly #iterator: AsyncIterator<Item>
  readonly #options: LineOptions<Item>
  #first: IteratorResult<Item> | null
  #joined = ''
  #turn: NodeJS.Immediate | null = null
  #pulling = false

  constructor(
    iterator: AsyncIterator<Item>,
    first: IteratorResult<Item>,
    options: LineOptions<Item>,
  ) {
    super({ encoding: 'utf8' })
    this.#iterator = iterator
    this.#first = first
    this.#options = options
  }

  override _read(): void {
    if (this.#pulling) return
    this.#pulling = true
    this.#pull().catch((error: unknown) => {
      this.#end(`${JSON.stringify({ error: this.#options.toError(error) })}\n`)
    })
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.#turn !== null) clearImmediate(this.#turn)
    // A source that fails while it is left has nobody to tell.
    Promise.resolve(this.#iterator.return?.()).catch(() => {})
    done(error)
  }

  async #pull(): Promise<void> {
    let wanted = true
    while (wanted && !this.destroyed) {
      const next = this.#first ?? (await this.#iterator.next())
      this.#first = null
      if (next.done) return this.#end('')
      this.#joined += this.#options.toLine(next.value)
      if (this.#joined.length >= CHUNK_CHARACTERS) wanted = this.#flush()
      else this.#turn ??= setImmediate(() => this.#flush())
    }
    // Here, and not when the promise settles: the reader may ask again before that.
    this.#pulling = false
  }

  /** Whether the reader wants more. */
  #flush(): boolean {
    if (this.#turn !== null) clearImmediate(this.#turn)
    this.#turn = null
    const chunk = this.#joined
    this.#joined = ''
    return this.push(chunk)
  }

  #end(last: string): void {
    if (this.destroyed) return
    this.#joined += last
    if (this.#joined !== '') this.#flush()
    this.push(null)
  }
}
