// How reading an expression stops: the first thing that is not CEL ends it. Thrown inside the reader
// only; its face returns a value.

import type { TextRange } from './expression.js'

export class SyntaxFault {
  readonly message: string
  readonly range: TextRange

  constructor(message: string, range: TextRange) {
    this.message = message
    this.range = range
  }
}
