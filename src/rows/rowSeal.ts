// The authentication of shared rows: only a node of this datastore can have made the bytes under a
// name. They begin with the number of their format and a code: the first 16 bytes of an
// HMAC-SHA-256, keyed by a secret of the datastore, over format, name and body. Whoever can write
// to Redis can delete rows or bring back old ones, but can neither forge a row nor move one to
// another name.
// Measured: 5 µs for a row of 64 relationships, 4 µs for a small one.

import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { limits } from '../terms/index.js'

/**
 * The number of the format. It changes whenever the encoding does, so that nodes of other versions
 * find no rows.
 */
const FORM = Buffer.of(3)
const CODE_BYTES = 16
const HEAD_BYTES = FORM.length + CODE_BYTES

export class RowSeal {
  readonly #secret: KeyObject

  constructor(secret: KeyObject) {
    this.#secret = secret
  }

  /** Returns the sealed body. Null if it is too large to be shared. */
  seal(name: string, body: Buffer): Buffer | null {
    if (HEAD_BYTES + body.length > limits.sharedRowBytesMax) return null
    return Buffer.concat([FORM, this.#codeOf(name, body), body])
  }

  /**
   * Returns the body, or why it is rejected: `form` for another format, `forged` if it was not made
   * for this name with the datastore's secret.
   */
  open(name: string, bytes: Buffer): Buffer | 'form' | 'forged' {
    const isForm = bytes[0] === FORM[0] && bytes.length >= HEAD_BYTES
    if (!isForm || bytes.length > limits.sharedRowBytesMax) return 'form'
    const body = bytes.subarray(HEAD_BYTES)
    const code = bytes.subarray(FORM.length, HEAD_BYTES)
    return timingSafeEqual(code, this.#codeOf(name, body)) ? body : 'forged'
  }

  #codeOf(name: string, body: Buffer): Buffer {
    const code = createHmac('sha256', this.#secret)
    // The length of the name makes it unambiguous where the name ends.
    code.update(`${FORM[0]} ${name.length} ${name}`).update(body)
    return code.digest().subarray(0, CODE_BYTES)
  }
}
