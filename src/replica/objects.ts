// Objects: the table (type, id) ↔ dense number. It keeps no JavaScript strings: the bytes of all
// ids stand one after another in one array, and a hash table with open addressing and linear
// probing finds them.
//
//   starts   0    3    7           where each object's bytes begin, and where the last one's end
//   types    0    1                numbers of type names
//   bytes    a n n e n g 1         UTF-8
//   slots    . 2 . . 1 . . .       object + 1, or zero for free; at most three quarters are taken
//
// Ids are well-formed text: a lone surrogate would be read as U+FFFD. Objects are never removed,
// but a compaction may copy those in use to a new table. A full hash table is replaced little by
// little, a few objects with each addition, so that no request waits for millions of them to be
// hashed at once.

import { NONE, type ObjectId } from '../evaluator/index.js'
import { assert, FNV_BASIS, fnvStep, WILDCARD } from '../terms/index.js'
import { CodeColumn, Column } from './column.js'

const SLOTS_MIN = 16
const ASCII_END = 0x80
/** Bytes of UTF-8 that one UTF-16 code unit takes at most. */
const UNIT_BYTES_MAX = 3

/**
 * Bytes of an object without its id: a start, a type, the head of its nodes, one and a half slots.
 */
export const OBJECT_BYTES = 16
/** Objects moved from a full hash table to the new one with each addition. Two would suffice. */
const MOVED_PER_OBJECT = 4

/** Bytes of all ids together. A start has four bytes. */
const BYTES_MAX = 2 ** 32 - 1

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export class Objects {
  readonly #typeNumbers = new Map<string, number>()
  readonly #typeNames: string[] = []
  readonly #types = new CodeColumn()
  readonly #starts = new Column(new Uint32Array(0))
  readonly #bytes = new Column(new Uint8Array(0))
  #slots = new Int32Array(SLOTS_MIN)
  /** The previous hash table, until all of its objects have been moved to the current one. */
  #previous: Int32Array | null = null
  /**
   * Number of objects moved so far. Objects added since the last growth are in the current table.
   */
  #moved = 0
  #previousSize = 0
  /** Wildcards by type name. There are few, and every read of a relationship needs them. */
  readonly #wildcards = new Map<string, ObjectId>()
  readonly #isWildcard = new Set<ObjectId>()
  /** The encoded id of the look-up under way, in a buffer that is reused. */
  #wanted = new Uint8Array(1024)
  #wantedLength = 0
  /** Seed of the hash. It differs in every replica, so that nobody can choose ids that collide. */
  readonly #seed: number

  constructor(seed = Math.floor(Math.random() * 2 ** 32)) {
    this.#seed = seed | 0
    this.#starts.push(0)
  }

  get size(): number {
    return this.#types.length
  }

  get bytes(): number {
    return this.#types.bytes + this.#starts.bytes + this.#bytes.bytes + this.#slotBytes
  }

  /** The object, or NONE. Adds nothing. */
  find(type: string, id: string): ObjectId {
    if (id === WILDCARD) return this.#wildcards.get(type) ?? NONE
    const number = this.#typeNumbers.get(type)
    if (number === undefined) return NONE
    this.#encode(id)
    return this.#findWanted(number)
  }

  add(type: string, id: string): ObjectId {
    this.#encode(id)
    return this.#addWanted(type, id === WILDCARD)
  }

  /** Adds an object of another table, without decoding its id. */
  addFrom(others: Objects, object: ObjectId): ObjectId {
    const { cells } = others.#starts
    const length = others.lengthOf(object)
    if (length > this.#wanted.length) this.#wanted = new Uint8Array(length)
    this.#wanted.set(others.#bytes.cells.subarray(cells[object], cells[object + 1]))
    this.#wantedLength = length
    return this.#addWanted(others.typeOf(object), others.isWildcard(object))
  }

  typeOf(object: ObjectId): string {
    return this.#typeNames[this.#types.cells[object]]
  }

  idOf(object: ObjectId): string {
    const { cells } = this.#starts
    return decoder.decode(this.#bytes.cells.subarray(cells[object], cells[object + 1]))
  }

  /** Length of the object's id, bytes. */
  lengthOf(object: number): number {
    const { cells } = this.#starts
    return cells[object + 1] - cells[object]
  }

  isWildcard(object: ObjectId): boolean {
    return this.#isWildcard.size > 0 && this.#isWildcard.has(object)
  }

  /** Compares two objects' ids by their bytes. Negative if `a` comes first. */
  compareIds(a: ObjectId, b: ObjectId): number {
    const { cells } = this.#starts
    return this.#compare(a, this.#bytes.cells, cells[b], cells[b + 1])
  }

  /** Compares an object's id with a text by their bytes. */
  compareIdTo(object: ObjectId, id: string): number {
    this.#encode(id)
    return this.#compare(object, this.#wanted, 0, this.#wantedLength)
  }

  #typeNumber(type: string): number {
    const known = this.#typeNumbers.get(type)
    if (known !== undefined) return known
    const number = this.#typeNames.push(type) - 1
    this.#typeNumbers.set(type, number)
    return number
  }

  /** Encodes the id. A loop for ASCII takes a third of the built-in encoder's time on usual ids. */
  #encode(id: string): void {
    if (id.length * UNIT_BYTES_MAX > this.#wanted.length) {
      this.#wanted = new Uint8Array(id.length * UNIT_BYTES_MAX)
    }
    const wanted = this.#wanted
    for (let i = 0; i < id.length; i++) {
      const unit = id.charCodeAt(i)
      if (unit >= ASCII_END) {
        this.#wantedLength = encoder.encodeInto(id, wanted).written
        return
      }
      wanted[i] = unit
    }
    this.#wantedLength = id.length
  }

  get #slotBytes(): number {
    return this.#slots.byteLength + (this.#previous?.byteLength ?? 0)
  }

  #findWanted(type: number): ObjectId {
    const found = this.#slots[this.#slotOfWanted(this.#slots, type)] - 1
    if (found !== NONE || this.#previous === null) return found as ObjectId
    return (this.#previous[this.#slotOfWanted(this.#previous, type)] - 1) as ObjectId
  }

  #addWanted(type: string, isWildcard: boolean): ObjectId {
    const number = this.#typeNumber(type)
    const known = this.#findWanted(number)
    if (known !== NONE) return known
    const slot = this.#slotOfWanted(this.#slots, number)
    const object = this.#append(number)
    this.#slots[slot] = object + 1
    if (isWildcard) {
      this.#wildcards.set(type, object)
      this.#isWildcard.add(object)
    }
    if (this.#previous !== null) this.#move()
    if (this.size * 4 > this.#slots.length * 3) this.#grow()
    return object
  }

  /** The slot that holds the object of this type with the wanted id, or the free one for it. */
  #slotOfWanted(slots: Int32Array, type: number): number {
    const mask = slots.length - 1
    const start = hash(this.#wanted, 0, this.#wantedLength, this.#seed + type)
    for (let slot = start & mask; ; slot = (slot + 1) & mask) {
      const object = slots[slot] - 1
      if (object === NONE || this.#isWanted(object, type)) return slot
    }
  }

  #isWanted(object: number, type: number): boolean {
    const { cells } = this.#starts
    const start = cells[object]
    const length = this.#wantedLength
    if (cells[object + 1] - start !== length || this.#types.cells[object] !== type) return false
    const wanted = this.#wanted
    const bytes = this.#bytes.cells
    for (let i = 0; i < length; i++) if (bytes[start + i] !== wanted[i]) return false
    return true
  }

  #compare(object: ObjectId, bytes: Uint8Array, start: number, end: number): number {
    const own = this.#bytes.cells
    const ownStart = this.#starts.cells[object]
    const ownLength = this.#starts.cells[object + 1] - ownStart
    const length = Math.min(ownLength, end - start)
    for (let i = 0; i < length; i++) {
      const order = own[ownStart + i] - bytes[start + i]
      if (order !== 0) return order
    }
    return ownLength - (end - start)
  }

  #append(type: number): ObjectId {
    const start = this.#bytes.length
    assert(start + this.#wantedLength <= BYTES_MAX, `ids take at most ${BYTES_MAX} bytes together`)
    this.#bytes.reserve(this.#wantedLength)
    this.#bytes.cells.set(this.#wanted.subarray(0, this.#wantedLength), start)
    this.#bytes.length += this.#wantedLength
    this.#starts.push(this.#bytes.length)
    return this.#types.push(type) as ObjectId
  }

  #grow(): void {
    this.#previous = this.#slots
    this.#previousSize = this.size
    this.#moved = 0
    this.#slots = new Int32Array(this.#previous.length * 2)
  }

  #move(): void {
    const slots = this.#slots
    const mask = slots.length - 1
    const starts = this.#starts.cells
    const end = Math.min(this.#moved + MOVED_PER_OBJECT, this.#previousSize)
    for (let object = this.#moved; object < end; object++) {
      const seed = this.#seed + this.#types.cells[object]
      let slot = hash(this.#bytes.cells, starts[object], starts[object + 1], seed) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = object + 1
    }
    this.#moved = end
    if (end === this.#previousSize) this.#previous = null
  }
}

/** FNV-1a with a final mix, since its low bits alone would distribute over the slots poorly. */
function hash(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let sum = FNV_BASIS ^ Math.imul(seed, 0x9e3779b1)
  for (let i = start; i < end; i++) sum = fnvStep(sum, bytes[i])
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b)
  return sum ^ (sum >>> 13)
}
