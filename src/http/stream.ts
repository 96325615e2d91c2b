// Server streams over HTTP: one JSON object a line, with back-pressure. The answer begins after the
// first item has arrived, so that an earlier failure still has its own HTTP status; a later failure
// is the last line. A stream closes its source at once when it is stopped or its reader stalls.

import { Readable } from 'node:stream'
import { unlessStopped } from '../engine/index.js'
import { Refusal } from '../terms/index.js'

/** Lines are joined up to about this many characters before they are sent. */
const CHUNK_CHARACTERS = 16_384

/** Options of a stream of lines. */
interface LineOptions<Item> {
  readonly toLine: (item: Item) => string
  /** The last line of a stream that ends early, as JSON. */
  readonly toError: (error: unknown) => unknown
  /** Ends the stream. Its reason is reported like an error of the source. */
  readonly signal: AbortSignal
  /** Time after which a reader that takes nothing has stalled, ms; null for never. */
  readonly stallMs: number | null
  /** The refusal for a reader that stalled. */
  readonly stalled?: () => Refusal
}

const tookNothing = (): Refusal =>
  new Refusal('deadline-exceeded', 'the reader of the stream took nothing')

/** Begins a stream at once, since its first item may take long. Every error becomes a line. */
export const beginLines = <Item>(
  source: AsyncIterable<Item>,
  options: LineOptions<Item>,
): Readable => new Lines(source[Symbol.asyncIterator](), null, options)

/**
 * Begins a stream once its first item is there.
 * @throws the source's error before its first item, or the signal's reason
 */
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

/** Closes a source. Nobody is left to receive an error of its closing. */
export function leave(iterator: AsyncIterator<unknown>): void {
  Promise.resolve(iterator.return?.()).catch(() => {})
}

/** The lines as a Node stream. Lines of one turn of the event loop are joined into one chunk. */
class Lines<Item> extends Readable {
  readonly #iterator: AsyncIterator<Item>
  readonly #options: LineOptions<Item>
  #first: IteratorResult<Item> | null
  #joined = ''
  #turn: NodeJS.Immediate | null = null
  #stall: NodeJS.Timeout | undefined
  #pulling = false
  /** Whether the last line has been pushed. */
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
    // Reset here and not after the promise has settled, since the reader may call _read before
    // that.
    this.#pulling = false
  }

  /** Pushes the joined lines. Returns whether the reader wants more. */
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

  /**
   * Ends the stream with a refusal for the reader. At the second stall, the connection is closed.
   */
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
