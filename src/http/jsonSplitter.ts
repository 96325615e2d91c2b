// The splitter of a stream of JSON objects, which may be separated by white space. It yields the
// bytes of each object as soon as they have arrived, however the stream is divided into chunks. It
// looks at braces and strings only, byte by byte; in UTF-8 no byte of another character equals one
// of these. A JSON parser then decides whether an object is valid.

import { limits, Refusal } from '../terms/index.js'

const OPEN = 0x7b
const CLOSE = 0x7d
const QUOTE = 0x22
const ESCAPE = 0x5c
/** Space, tab, line feed, carriage return. */
const BLANKS = [0x20, 0x09, 0x0a, 0x0d]

export class JsonSplitter {
  /** The pieces of the object that is arriving. */
  #pieces: Buffer[] = []
  #bytes = 0
  #depth = 0
  #inString = false
  #escaped = false
  #count = 0

  /** Ends the stream. @throws Refusal `invalid-argument` when an object is incomplete */
  end(): void {
    if (this.#depth > 0) throw this.#refuse('it is cut off')
  }

  /**
   * The bytes of each object that ends in this chunk.
   * @throws Refusal `invalid-argument`, `body-too-large`, with the number of the message from 1
   */
  *take(chunk: Buffer): Generator<Buffer> {
    let start = this.#depth > 0 ? 0 : -1
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      if (this.#depth === 0) {
        if (byte === OPEN) start = at
        else if (BLANKS.includes(byte)) continue
        else throw this.#refuse(`expected \`{\`, found byte ${byte}`)
      }
      this.#pass(byte)
      if (this.#depth > 0) continue
      yield this.#finish(chunk.subarray(start, at + 1))
      start = -1
    }
    if (start >= 0) this.#keep(chunk.subarray(start))
  }

  #pass(byte: number): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false
      else if (byte === ESCAPE) this.#escaped = true
      else if (byte === QUOTE) this.#inString = false
    } else if (byte === QUOTE) this.#inString = true
    else if (byte === OPEN) this.#depth++
    else if (byte === CLOSE) this.#depth--
  }

  #keep(piece: Buffer): void {
    this.#bytes += piece.length
    if (this.#bytes > limits.bodyBytesMax) {
      throw new Refusal(
        'body-too-large',
        `message ${this.#count + 1} has more than ${limits.bodyBytesMax} bytes`,
      )
    }
    this.#pieces.push(piece)
  }

  #finish(last: Buffer): Buffer {
    this.#keep(last)
    const bytes = this.#pieces.length === 1 ? last : Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#bytes = 0
    this.#count++
    return bytes
  }

  #refuse(why: string): Refusal {
    return new Refusal('invalid-argument', `malformed JSON in message ${this.#count + 1}: ${why}`)
  }
}
