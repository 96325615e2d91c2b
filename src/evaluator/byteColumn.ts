// A small number for each object, zero by default. Numbers are stored in pages of a thousand
// objects, which are allocated on the first write. Dense columns cost one byte per object, where a
// Map would cost forty and be full at sixteen million. Sparse ones cost one page per object.

import type { ObjectId } from './snapshot.js'

const PAGE = 1024

export class ByteColumn {
  readonly #pages = new Map<number, Uint8Array>()

  get(object: ObjectId): number {
    const number = Math.floor(object / PAGE)
    const page = this.#pages.get(number)
    return page === undefined ? 0 : page[object - number * PAGE]
  }

  /** @param value an integer below 256 */
  set(object: ObjectId, value: number): void {
    const number = Math.floor(object / PAGE)
    let page = this.#pages.get(number)
    if (page === undefined) {
      page = new Uint8Array(PAGE)
      this.#pages.set(number, page)
    }
    page[object - number * PAGE] = value
  }
}
