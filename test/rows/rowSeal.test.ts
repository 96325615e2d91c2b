// The seal on shared rows: it opens only what was sealed by the same secret under the same name,
// whatever the bytes are.

import { createSecretKey } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { RowSeal } from '../../src/rows/rowSeal.js'
import { limits } from '../../src/terms/index.js'

const secret = createSecretKey(Buffer.alloc(32, 1))
const seal = new RowSeal(secret)
const BODY = Buffer.from('[7,1,true,[]]')
const bytes = seal.seal('a name', BODY)!

t.test('a node that has the secret opens what was sealed', async t => {
  t.strictSame(seal.open('a name', bytes), BODY)
  t.strictSame(new RowSeal(secret).open('a name', bytes), BODY)
  const empty = seal.seal('a name', Buffer.alloc(0))!
  t.strictSame(seal.open('a name', empty), Buffer.alloc(0))
})

t.test('under another name, or by another secret, it is forged', async t => {
  for (const name of ['', 'a nam', 'a name ', 'b name']) t.equal(seal.open(name, bytes), 'forged')
  const other = new RowSeal(createSecretKey(Buffer.alloc(32, 2)))
  t.equal(other.open('a name', bytes), 'forged')
  const shifted = seal.seal('a', Buffer.from(' name'))!
  t.equal(
    seal.open('a name', shifted.subarray(0, -5)),
    'forged',
    'name and body do not flow together',
  )
})

t.test('changed, cut or random bytes are not opened', async t => {
  const changed = fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
    const other = Buffer.from(bytes)
    other[at] ^= 1 << bit
    return typeof seal.open('a name', other) === 'string'
  })
  fc.assert(changed, { numRuns: 1000 })
  for (let end = 0; end < bytes.length; end++) {
    t.type(seal.open('a name', bytes.subarray(0, end)), 'string')
  }
  t.equal(seal.open('a name', Buffer.concat([bytes, Buffer.of(0)])), 'forged')
  const noise = fc.property(
    fc.uint8Array({ maxLength: 60 }),
    found => typeof seal.open('a name', Buffer.from(found)) === 'string',
  )
  fc.assert(noise)
})

t.test('a body that is too large is neither sealed nor opened', async t => {
  t.equal(seal.seal('a name', Buffer.alloc(limits.sharedRowBytesMax)), null)
  const huge = Buffer.alloc(limits.sharedRowBytesMax + 1)
  bytes.copy(huge)
  t.equal(seal.open('a name', huge), 'form')
})

t.test('the secret is not printed', async t => {
  const shown = inspect([seal, secret], { depth: 9, showHidden: true })
  for (const form of ['hex', 'base64', 'latin1'] as const) {
    t.notMatch(shown, secret.export().toString(form))
  }
  t.notMatch(JSON.stringify([seal, secret]), '0101')
})
