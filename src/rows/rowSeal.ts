// Bytes that only a node of this datastore can have made, for one name. Behind the form stands a code
// (HMAC-SHA-256 by a secret of the datastore, its first 16 bytes) over form, name and body. So whoever can
// write where nodes share rows can lose them or bring old ones back, but neither make nor move one.
// Measured: 5 µs for a row of 64 relationships, 4 µs for a small one.

import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { limits } from '../terms/index.js'

/** Changed whenever what follows it is: nodes of other versions find no row then. */
const FORM = Buffer.of(3)
const CODE_BYTES = 16
const HEAD_BYTES = FORM.length + CODE_BYTES

export class RowSeal {
  readonly #secret: KeyObject

  constructor(secret: KeyObject) {
    this.#secret = secret
  }

  /** Null for a body of more than is shared. */
  seal(name: string, body: Buffer): Buffer | null {
    if (HEAD_BYTES + body.length > limits.sharedRowBytesMax) return null
    return Buffer.concat([FORM, this.#codeOf(name, body), body])
  }

  /** The body, or why there is none: it is of another form, or was not made here for this name. */
  open(name: string, bytes: Buffer): Buffer | 'form' | 'forged' {
    const isForm = bytes[0] === FORM[0] && bytes.length >= HEAD_BYTES
    if (!isForm || bytes.length > limits.sharedRowBytesMax) return 'form'
    const body = bytes.subarray(HEAD_BYTES)
    const code = bytes.subarray(FORM.length, HEAD_BYTES)
    return timingSafeEqual(code, this.#codeOf(name, body)) ? body : 'forged'
  }

  #codeOf(name: string, body: Buffer): Buffer {
    const code = createHmac('sha256', this.#secret)
    // With the name's length: where it ends must not be a matter of opinion.
    code.update(`${FORM[0]} ${name.length} ${name}`).update(body)
    return code.digest().subarray(0, CODE_BYTES)
  }
}
