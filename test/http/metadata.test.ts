// Who writes and why, from headers in UTF-8 or percent-encoded, to the note of a revision.

import { fastify } from 'fastify'
import t from 'tap'
import { RequestMetadata, toNote } from '../../src/http/metadata.js'
import { limits, Refusal } from '../../src/terms/index.js'

const app = fastify()
app.get('/', async request => {
  try {
    return toNote(new RequestMetadata(request), { a: 1 })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { code: error.code, message: error.message }
  }
})

async function noteFor(actor: string, reason?: string): Promise<object> {
  const headers = {
    'x-pemba-actor': actor,
    ...(reason !== undefined && { 'x-pemba-reason': reason }),
  }
  return (await app.inject({ url: '/', headers })).json()
}

/** As Node gives a header: a character for each byte. */
const asBytes = (text: string): string => Buffer.from(text).toString('latin1')

t.test('percent-encoded headers', async t => {
  t.match(await noteFor('Zo%C3%AB', '50%25 off'), {
    actor: 'Zoë',
    reason: '50% off',
    requestId: String,
    metadata: { a: 1 },
  })
  t.match(await noteFor(''), { actor: null, reason: null })
})

t.test('headers in UTF-8', async t => {
  t.match(await noteFor(asBytes('user:José'), asBytes('wegen 100%25 “ok” 😀')), {
    actor: 'user:José',
    reason: 'wegen 100% “ok” 😀',
  })
  t.match(await noteFor(asBytes('Zo%C3%AB é')), { actor: 'Zoë é' }, 'both at once')
})

t.test('what is no text is refused', async t => {
  const notUtf8 = ['Jos\xe9', '\xc0\xaf', '\xed\xa0\x80', '\xff', '\xe2\x80']
  const notEncoded = ['%', '50%', '%ff', '%e9', '%u00e9', '%ed%a0%80']
  const notPrintable = ['\xc2\x85', '%00', '%0a']
  const tooLong = 'x'.repeat(limits.noteCharactersMax + 1)
  for (const bad of [...notUtf8, ...notEncoded, ...notPrintable, tooLong]) {
    t.match(await noteFor(bad), { code: 'invalid-argument', message: /`x-pemba-actor`/ }, bad)
    t.match(await noteFor('ann', bad), { code: 'invalid-argument', message: /`x-pemba-reason`/ })
  }
})
