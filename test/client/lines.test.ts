import t from 'tap'
import { readLines } from '../../src/client/lines.js'
import { RemoteError, toRemoteError } from '../../src/client/remoteError.js'

/** The text's bytes in chunks of this size, which split lines and characters anywhere. */
async function* inPieces(text: string, bytes: number): AsyncGenerator<Uint8Array> {
  const all = new TextEncoder().encode(text)
  for (let at = 0; at < all.length; at += bytes) yield all.subarray(at, at + bytes)
}

async function collect(text: string, bytes: number): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const item of readLines(inPieces(text, bytes))) found.push(item)
  return found
}

t.test('lines are read however the bytes are divided', async t => {
  const text = '{"result":{"id":"é€"}}\n{"result":2}\n'
  for (const bytes of [1, 2, 3, 7, 1000]) {
    t.strictSame(await collect(text, bytes), [{ id: 'é€' }, 2])
    t.strictSame(await collect(text.trimEnd(), bytes), [{ id: 'é€' }, 2])
  }
})

t.test('a line with an error ends the items with that error', async t => {
  const items = readLines(
    inPieces('{"result":1}\n{"error":{"code":14,"message":"gone","details":[]}}\n', 100),
  )
  t.strictSame(await items.next(), { done: false, value: 1 })
  await t.rejects(items.next(), new RemoteError(200, { code: 14, message: 'gone', details: [] }))
})

t.test('an error has the reason, metadata and violations of the answer', async t => {
  const details = [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'ERROR_REASON_UNKNOWN_DEFINITION',
      domain: 'authzed.com',
      metadata: { definition_name: 'x' },
    },
    {
      '@type': 'type.googleapis.com/buf.validate.Violations',
      violations: [{ fieldPath: 'a', message: 'must be b' }],
    },
  ]
  const body = { code: 9, message: 'no', details }
  for (const text of [JSON.stringify(body), JSON.stringify({ error: body })]) {
    const error = toRemoteError(400, text)
    t.equal(error.message, 'no')
    t.equal(error.code, 9)
    t.equal(error.status, 400)
    t.equal(error.reason, 'UNKNOWN_DEFINITION')
    t.strictSame(error.metadata, { definition_name: 'x' })
    t.strictSame(error.violations, [{ field: 'a', expected: 'b' }])
  }
})

t.test('an answer that is not from the service is an error too', async t => {
  for (const text of ['', '<html>', 'null', '3', '"x"', '{"error":"x"}']) {
    const error = toRemoteError(502, text)
    t.equal(error.status, 502)
    t.equal(error.code, 2)
    t.equal(error.reason, null)
    t.match(error.message, '502')
  }
})
