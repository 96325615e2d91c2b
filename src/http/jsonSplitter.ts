// A stream of JSON objects, one after the other with nothing but blanks between, cut into the bytes
// of its objects as they arrive, however the bytes are divided. Only braces and strings are looked
// at, byte by byte: in UTF-8 no byte of another character looks like one of them. Whether what is
// between the braces is JSON is for a parser to say.

import { limits, Refusal } from '../terms/index.js'

const OPEN = 0x7b
const CLOSE = 0x7d
const QUOTE = 0x22
const ESCAPE = 0x5c
/** Space, tab, line feed, carriage return. */
const BLANKS = [0x20, 0x09, 0x0a, 0x0d]

export class JsonSplitter {
  /** The object that has begun, in the pieces in which it came. */
  #pieces: Buffer[] = []
  #bytes = 0
  #depth = 0
  #inString = false
  #escaped = false
  #count = 0

  /** @throws Refusal `invalid-argument` when an object has begun and not ended */
  end(): void {
    if (this.#depth > 0) throw this.#refuse('it is cut off')
  }

  /**
   * The bytes of the objects that end in this chunk.
   * @throws Refusal `invalid-argument`, `body-too-large`, naming the message by its place from 1
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
