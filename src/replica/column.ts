// Numbers in a row that grows: a typed array with room to spare. What is dense by an id (the object
// of a node, the start of an id's bytes) lives in columns, so that no thing costs an object.
// `cells` is replaced when it grows: read it anew, never keep it. Cells beyond `length` are zero.

type Cells = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array

const CELLS_MIN = 16
/** Room to spare after growing: at most a ninth of a column stands empty, for more copying. */
const SPARE = 1.125

export class Column<A extends Cells> {
  cells: A
  length = 0

  constructor(cells: A) {
    this.cells = cells
  }

  /** Allocated, in use or not. */
  get bytes(): number {
    return this.cells.byteLength
  }

  /** The position that the value got. */
  push(value: number): number {
    if (this.length === this.cells.length) this.reserve(1)
    this.cells[this.length] = value
    return this.length++
  }

  /** Adds zeros until it is at least this long. */
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

/** Numbers of types and kinds: two bytes each, until there is one that does not fit. */
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
