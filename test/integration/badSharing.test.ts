// Bad input to the routes of sharing, on both stores: it gets a status, code and reason, never a
// 500, and writes nothing.

import t, { type Test } from 'tap'
import type { Row } from '../badInput/row.js'
import { badSharing, badSheetQueries } from '../badInput/sharing.js'
import { STORES, type TestService } from '../service.js'
import { ASKED, CANDIDATES, openAccount, SHEET } from '../sharingWire.js'
import { get, type Json, post, READ } from '../wire.js'

interface Told {
  readonly code: number
  readonly message: string
  readonly details: readonly Json[]
}

function requireRefusal(
  t: Test,
  { status, text }: { readonly status: number; readonly text: string },
  row: Omit<Row, 'path' | 'body'>,
): void {
  t.equal(status, row.status ?? 400, text)
  const { code, message, details } = JSON.parse(text) as Told
  t.equal(code, row.code, text)
  const info = details.find(detail => 'reason' in detail)
  t.equal(info?.reason, row.reason === null ? undefined : `ERROR_REASON_${row.reason}`, text)
  if (row.reason?.startsWith('SHARING_')) t.equal(info?.domain, 'pemba')
  if (row.metadata !== undefined) t.match(info?.metadata, row.metadata)
  if (row.message !== undefined) t.match(message, row.message)
}

/** Relationships of campaigns and accounts, without the revision that they were read at. */
async function everything(service: TestService): Promise<readonly string[]> {
  const read = async (resourceType: string) => {
    const consistency = { fullyConsistent: true }
    const filter = { consistency, relationshipFilter: { resourceType } }
    const { text } = await post(service, READ, filter)
    return text.replaceAll(/"(readAt|afterResultCursor)":\{[^}]*\}/g, '')
  }
  return Promise.all(['account', 'campaign', 'group'].map(read))
}

for (const store of STORES) {
  t.test(`${store}: bad input to sharing`, async t => {
    const service = await openAccount(store)
    t.teardown(() => service.close())
    const before = await everything(service)
    for (const row of badSharing) {
      t.test(`${row.claim} is refused`, async t => {
        requireRefusal(t, await post(service, row.path, row.body), row)
      })
    }
    for (const row of badSheetQueries) {
      t.test(`${row.claim} is refused by questions`, async t => {
        for (const path of [SHEET, CANDIDATES]) {
          requireRefusal(t, await get(service, path, { ...ASKED, ...row.query }), row)
        }
      })
    }
    t.test('nothing of it was written', async t => {
      t.strictSame(await everything(service), before)
    })
  })
}
