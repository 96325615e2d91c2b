// A small number for each object, zero where none was set: in pages of a thousand objects, which are
// made when they are first written to. Dense marks cost a byte each, where a map would cost forty and
// end at sixteen million; sparse ones a page each.

import type { ObjectId } from './snapshot.js'

const PAGE = 1024

export class ByteColumn {
  readonly #pages = new Map<number, Uint8Array>()

  get(object: ObjectId): number {
    const number = Math.floor(object / PAGE)
    const page = this.#pages.get(number)
    return page === undefined ? 0 : page[object - number * PAGE]
  }

  /** @param mark below 256 */
  set(object: ObjectId, mark: number): void {
    const number = Math.floor(object / PAGE)
    let page = this.#pages.get(number)
    if (page === undefined) {
      page = new Uint8Array(PAGE)
      this.#pages.set(number, page)
    }
    page[object - number * PAGE] = mark
  }
}
