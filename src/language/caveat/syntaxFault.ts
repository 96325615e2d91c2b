// The fault that ends the parsing of an expression at the first mistake. It is thrown inside the
// parser only. The parser's functions return it as a value.

import type { TextRange } from './expression.js'

/** A syntax mistake with its range. */
export class SyntaxFault {
  readonly message: string
  readonly range: TextRange

  constructor(message: string, range: TextRange) {
    this.message = message
    this.range = range
  }
}
