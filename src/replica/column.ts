// Columns: growing typed arrays with spare room. Attributes of densely numbered things (the object
// of a node, the start of an id's bytes) are columns, so that no node or edge costs a JavaScript
// object. Growing replaces `cells`, so read it each time and never keep it. Cells beyond `length`
// are zero.

type Cells = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array

const CELLS_MIN = 16
/** Factor of growth. At most a ninth of a column is empty, at the price of more copying. */
const SPARE = 1.125

export class Column<A extends Cells> {
  cells: A
  length = 0

  constructor(cells: A) {
    this.cells = cells
  }

  /** Allocated bytes, spare ones included. */
  get bytes(): number {
    return this.cells.byteLength
  }

  /** Appends the value and returns its position. */
  push(value: number): number {
    if (this.length === this.cells.length) this.reserve(1)
    this.cells[this.length] = value
    return this.length++
  }

  /** Appends zeros until the column is at least this long. */
  extend(length: number): void {
    if (length <= this.length) return
    this.reserve(length - this.length)
    this.length = length
  }

  /** Makes room for `more` cells behind the last one. */
  reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.cells.length) return
    const Kind = this.cells.constructor as new (length: number) => A
    const roomier = new Kind(Math.max(CELLS_MIN, needed, Math.ceil(this.cells.length * SPARE)))
    roomier.set(this.cells)
    this.cells = roomier
  }
}

export const integers = (): Column<Int32Array> => new Column(new Int32Array(0))
export const doubles = (): Column<Float64Array> => new Column(new Float64Array(0))

const TWO_BYTES_MAX = 0xffff

/** A column of type or kind numbers: two bytes each, until one does not fit. */
export class CodeColumn extends Column<Uint16Array | Int32Array> {
  constructor() {
    super(new Uint16Array(0))
  }

  override push(value: number): number {
    if (value > TWO_BYTES_MAX && this.cells instanceof Uint16Array) {
      this.cells = Int32Array.from(this.cells)
    }
    return super.push(value)
  }
}
