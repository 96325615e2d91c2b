// Server streams over HTTP: one JSON object a line, with back-pressure. The first item is awaited before
// the answer begins, so that what fails before it still has its own status; what fails later is told
// in a last line. A stream that is stopped, or whose reader has stopped reading, leaves its source at
// once.

import { Readable } from 'node:stream'
import { unlessStopped } from '../engine/index.js'
import { Refusal } from '../terms/index.js'

/** Lines are joined up to about this many characters before they are sent. */
const CHUNK_CHARACTERS = 16_384

interface LineOptions<Item> {
  readonly toLine: (item: Item) => string
  /** The last line of a stream that ends early, as JSON. */
  readonly toError: (error: unknown) => unknown
  /** Ends the lines; its reason is told like an error of the source. */
  readonly signal: AbortSignal
  /** The lines end when the reader takes nothing for this long, ms; never for null. */
  readonly stallMs: number | null
  /** What such a reader is told. */
  readonly stalled?: () => Refusal
}

const tookNothing = (): Refusal =>
  new Refusal('deadline-exceeded', 'the reader of the stream took nothing')

/** Lines of which the first may be long in coming: an error is told in a line in any case. */
export const beginLines = <Item>(
  source: AsyncIterable<Item>,
  options: LineOptions<Item>,
): Readable => new Lines(source[Symbol.asyncIterator](), null, options)

/** @throws what the source throws before its first item, or the signal's reason */
export async function openLines<Item>(
  source: AsyncIterable<Item>,
  options: LineOptions<Item>,
): Promise<Readable> {
  const iterator = source[Symbol.asyncIterator]()
  try {
    return new Lines(iterator, await unlessStopped(iterator.next(), options.signal), options)
  } catch (error) {
    leave(iterator)
    throw error
  }
}

/** A source that fails while it is left has nobody to tell. */
export function leave(iterator: AsyncIterator<unknown>): void {
  Promise.resolve(iterator.return?.()).catch(() => {})
}

/** Gives what is there in one turn of the event loop as one chunk; returns the iterator at the end. */
class Lines<Item> extends Readable {
  readonly #iterator: AsyncIterator<Item>
  readonly #options: LineOptions<Item>
  #first: IteratorResult<Item> | null
  #joined = ''
  #turn: NodeJS.Immediate | null = null
  #stall: NodeJS.Timeout | undefined
  #pulling = false
  /** Whether the last line is given. */
  #ended = false

  constructor(
    iterator: AsyncIterator<Item>,
    first: IteratorResult<Item> | null,
    options: LineOptions<Item>,
  ) {
    super({ encoding: 'utf8' })
    this.#iterator = iterator
    this.#first = first
    this.#options = options
    options.signal.addEventListener('abort', this.#stop)
    if (options.signal.aborted) this.#stop()
  }

  override _read(): void {
    clearTimeout(this.#stall)
    if (this.#pulling) return
    this.#pulling = true
    this.#pull().catch((error: unknown) => this.#fail(error))
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#options.signal.removeEventListener('abort', this.#stop)
    clearTimeout(this.#stall)
    this.#forgetTurn()
    leave(this.#iterator)
    done(error)
  }

  async #pull(): Promise<void> {
    let wanted = true
    while (wanted && !this.#ended && !this.destroyed) {
      const next = this.#first ?? (await this.#iterator.next())
      this.#first = null
      if (next.done) return this.#end('')
      if (this.#ended) return
      this.#joined += this.#options.toLine(next.value)
      if (this.#joined.length >= CHUNK_CHARACTERS) wanted = this.#flush()
      else this.#turn ??= setImmediate(() => this.#flush())
    }
    // Here, and not when the promise settles: the reader may ask again before that.
    this.#pulling = false
  }

  /** Whether the reader wants more. */
  #flush(): boolean {
    this.#forgetTurn()
    const chunk = this.#joined
    this.#joined = ''
    const wanted = this.push(chunk)
    if (!wanted) this.#awaitReader()
    return wanted
  }

  #awaitReader(): void {
    const { stallMs } = this.#options
    if (stallMs === null) return
    clearTimeout(this.#stall)
    this.#stall = setTimeout(() => this.#giveUp(), stallMs).unref()
  }

  /** The reader is told why when it comes back; if it does not come even then, it is cut off. */
  #giveUp(): void {
    if (this.#ended) this.destroy()
    else this.#fail((this.#options.stalled ?? tookNothing)())
  }

  #stop = (): void => this.#fail(this.#options.signal.reason)

  #fail(error: unknown): void {
    leave(this.#iterator)
    this.#end(`${JSON.stringify(this.#options.toError(error))}\n`)
  }

  #end(last: string): void {
    if (this.#ended || this.destroyed) return
    this.#ended = true
    this.#joined += last
    if (this.#joined !== '') this.#flush()
    this.push(null)
  }

  #forgetTurn(): void {
    if (this.#turn !== null) clearImmediate(this.#turn)
    this.#turn = null
  }
}
