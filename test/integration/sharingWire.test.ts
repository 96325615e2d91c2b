// Sharing over HTTP, on both stores: the shapes of every answer, both spellings, pages, and tokens
// and cursors of other stores. Other tests check what the answers mean.

import t, { type Test } from 'tap'
import { parseToken, printToken, toRevision } from '../../src/terms/index.js'
import { STORES, TEST_KEY, type TestService } from '../service.js'
import {
  ACME,
  ACT,
  ANN,
  ASKED,
  BOB,
  CANDIDATES,
  CHANGE,
  CREATE,
  EVERYONE,
  GRANT,
  LEAVE,
  openAccount,
  REACH,
  REACHING,
  REMOVE,
  REMOVE_PRINCIPAL,
  SALES,
  SHEET,
  SPRING,
} from '../sharingWire.js'
import { get, type Json, object, post, subject, withoutTokens } from '../wire.js'

const FULL = { 'consistency.fullyConsistent': 'true' }
const TOKEN = { token: 'a token' }
const TIME = /^20\d\d-\d\d-\d\dT[\d:]{8}(\.\d{3})?Z$/

const PERSON = { kind: 'PRINCIPAL_PERSON', memberCount: null }
const GROUP = { kind: 'PRINCIPAL_GROUP', memberCount: 2 }
const HAS = { permissionship: 'PERMISSIONSHIP_HAS_PERMISSION', partialCaveatInfo: null }
const UNASKED = { permissionship: 'PERMISSIONSHIP_UNSPECIFIED', partialCaveatInfo: null }
const BARE = { by: null, reason: null, optionalCaveat: null, optionalExpiresAt: null }
const DIRECT = { how: 'HOW_DIRECT', via: null, ...BARE }
const THROUGH_SALES = { how: 'HOW_GROUP', via: SALES, ...BARE, through: SALES }
const OF_ACME = { how: 'HOW_SCOPE', via: { object: ACME, optionalRelation: '' }, ...BARE }
const ROLES = { roles: ['viewer', 'editor', 'sender'] }

const [OTTO, ZOE, CID] = ['otto', 'zoe', 'cid'].map(id => subject('user', id))

async function done(t: Test, service: TestService, path: string, body: Json): Promise<Json> {
  const { status, text } = await post(service, path, body)
  t.equal(status, 200, text)
  return withoutTokens(text)
}

/** Reads at the head, and removes the times of grants. */
async function told(t: Test, service: TestService, path: string, query: Record<string, string>) {
  const { status, text } = await get(service, path, { ...FULL, ...query })
  t.equal(status, 200, text)
  return JSON.parse(JSON.stringify(withoutTokens(text)), (key, value: unknown) => {
    if (key !== 'since') return value
    t.match(value, TIME)
    return undefined
  }) as Json
}

const tokenOf = (text: string, field: string): string =>
  (JSON.parse(text) as Record<string, { token: string }>)[field].token

async function answers(t: Test, service: TestService): Promise<void> {
  await t.test('the sheet has a row for each principal as it was granted', async t => {
    t.strictSame(await told(t, service, SHEET, ASKED), {
      readAt: TOKEN,
      rows: [
        {
          principal: SALES,
          ...GROUP,
          ...UNASKED,
          grants: [{ role: 'viewer', ...DIRECT, removable: true }],
        },
        {
          principal: ANN,
          ...PERSON,
          ...HAS,
          grants: [{ role: 'editor', ...DIRECT, removable: true }],
        },
        {
          principal: OTTO,
          ...PERSON,
          ...HAS,
          grants: [{ role: 'owner', ...OF_ACME, removable: false }],
        },
        {
          principal: ZOE,
          ...PERSON,
          ...HAS,
          grants: [{ role: 'administrator', ...OF_ACME, removable: false }],
        },
      ],
      afterResultCursor: null,
    })
  })

  await t.test('candidates come with the roles that they can be given', async t => {
    const { candidates } = await told(t, service, CANDIDATES, ASKED)
    const everyone = { principal: EVERYONE, kind: 'PRINCIPAL_EVERYONE', memberCount: 5 }
    t.match(candidates, [{ ...everyone, ...ROLES }])
    t.strictSame(await told(t, service, CANDIDATES, { ...ASKED, optionalPrefix: 'bo' }), {
      readAt: TOKEN,
      candidates: [{ principal: BOB, ...PERSON, ...ROLES }],
      afterResultCursor: null,
    })
  })

  await t.test('a reach tells by which grants, and through which set', async t => {
    t.strictSame(await told(t, service, REACH, REACHING), {
      readAt: TOKEN,
      items: [
        {
          resource: SPRING,
          ...HAS,
          grants: [
            { role: 'viewer', ...THROUGH_SALES },
            { role: 'editor', ...DIRECT, through: null },
          ],
        },
      ],
      afterResultCursor: null,
    })
    const forms = { ...REACHING, optionalResourceType: 'form' }
    t.match(await told(t, service, REACH, forms), { items: [], afterResultCursor: null })
    const otto = await told(t, service, REACH, { ...REACHING, 'principal.objectId': 'otto' })
    t.match(otto, { items: [{ grants: [{ role: 'owner', ...OF_ACME, through: null }] }] })
  })

  await t.test('parameters are read in snake_case too', async t => {
    const snake = Object.entries({ ...ASKED, optionalPrefix: 'sa' }).map(([name, value]) => [
      name.replaceAll(/[A-Z]/g, sign => `_${sign.toLowerCase()}`),
      value,
    ])
    const { rows } = await told(t, service, SHEET, Object.fromEntries(snake))
    t.strictSame(
      (rows as readonly Json[]).map(({ principal }) => principal),
      [SALES],
    )
  })
}

async function places(t: Test, service: TestService): Promise<void> {
  const page = { ...ASKED, ...FULL, optionalLimit: '3' }
  const { text } = await get(service, SHEET, page)
  const [cursor, readAt] = [tokenOf(text, 'afterResultCursor'), tokenOf(text, 'readAt')]

  await t.test('a list continues at the revision of its first page', async t => {
    await done(t, service, CHANGE, { ...ACT, changes: [{ ...GRANT, principal: CID }] })
    const next = await get(service, SHEET, { ...page, 'optionalCursor.token': cursor })
    t.equal(tokenOf(next.text, 'readAt'), readAt)
    t.match(JSON.parse(next.text), { rows: [{ principal: ZOE }], afterResultCursor: null })
    t.equal((JSON.parse(next.text) as { rows: Json[] }).rows.length, 1)
  })

  await t.test('a cursor is for the same question only', async t => {
    const others = [
      [SHEET, { 'actor.objectId': 'otto' }],
      [SHEET, { 'resource.objectId': 'autumn' }],
      [SHEET, { optionalPrefix: 'a' }],
      [CANDIDATES, {}],
      [REACH, REACHING],
    ] as const
    for (const [path, other] of others) {
      const query = { ...page, ...other, 'optionalCursor.token': cursor }
      t.match(await get(service, path, query), { status: 400, text: /INVALID_CURSOR/ }, path)
    }
  })

  await t.test('tokens and cursors of another store are refused', async t => {
    const { datastore } = parseToken(readAt)
    const foreign = printToken({ datastore, store: '77', revision: toRevision(1) })
    const exactly = { ...ASKED, 'consistency.atExactSnapshot.token': foreign }
    t.match(await get(service, SHEET, exactly), { status: 400, text: /"code":3,/ })
    const atLeast = { ...ASKED, 'consistency.atLeastAsFresh.token': foreign }
    t.equal((await get(service, SHEET, atLeast)).status, 200, 'then the head')
    const expecting = { ...ACT, changes: [GRANT], optionalExpectedAt: { token: foreign } }
    t.match(await post(service, CHANGE, expecting), { status: 400, text: /"code":3,/ })
    await service.client.createStore({ id: 'other' })
    const reply = await fetch(
      `${service.url}${SHEET}?${new URLSearchParams({ ...page, 'optionalCursor.token': cursor })}`,
      { headers: { authorization: `Bearer ${TEST_KEY}`, 'x-pemba-store': 'other' } },
    )
    t.match(await reply.json(), { code: 9, details: [{ reason: 'ERROR_REASON_INVALID_CURSOR' }] })
  })

  await t.test('past revisions are read as they were', async t => {
    const then = { ...ASKED, 'consistency.atExactSnapshot.token': readAt, optionalPrefix: 'cid' }
    t.match(JSON.parse((await get(service, SHEET, then)).text), { rows: [] })
    const now = await told(t, service, SHEET, { ...ASKED, optionalPrefix: 'cid' })
    t.match(now, { rows: [{ principal: CID }] })
  })
}

async function changes(t: Test, service: TestService): Promise<void> {
  await t.test('a change returns its differences, and keeps who made it and why', async t => {
    const choose = { operation: 'OPERATION_CHOOSE', principal: SALES, principals: [BOB] }
    const reply = await fetch(service.url + CHANGE, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TEST_KEY}`,
        'x-pemba-actor': 'somebody',
        'x-pemba-reason': 'caf%C3%A9',
      },
      body: JSON.stringify({ ...ACT, changes: [choose] }),
    })
    t.strictSame(withoutTokens(await reply.text()), {
      changedAt: TOKEN,
      added: [{ principal: BOB, kind: 'PRINCIPAL_PERSON', role: 'viewer' }],
      removed: [{ principal: SALES, kind: 'PRINCIPAL_GROUP', role: 'viewer' }],
    })
    const { rows } = await told(t, service, SHEET, { ...ASKED, optionalPrefix: 'bob' })
    t.match(rows, [{ grants: [{ role: 'viewer', by: 'user:zoe', reason: 'café' }] }])
  })

  await t.test('a change is read in snake_case', async t => {
    const body = { ...ACT, optionalExpectedAt: null, changes: [{ ...GRANT, principal: SALES }] }
    const snake = JSON.stringify(body).replaceAll(/"(\w+)":/g, (_, name: string) => {
      return `"${name.replaceAll(/[A-Z]/g, sign => `_${sign.toLowerCase()}`)}":`
    })
    t.match(snake, '"optional_relation":"member"')
    const { status, text } = await post(service, CHANGE, snake)
    t.equal(status, 200, text)
    t.match(JSON.parse(text), { added: [{ principal: SALES, role: 'viewer' }], removed: [] })
  })

  await t.test('caveats need a schema that admits them', async t => {
    const conditions = [
      { optionalExpiresAt: '2040-01-01T00:00:00Z' },
      { optionalCaveat: { caveatName: 'month_credit', context: { credit: 5 } } },
    ]
    for (const condition of conditions) {
      const body = { ...ACT, changes: [{ ...GRANT, principal: OTTO, ...condition }] }
      const reply = await post(service, CHANGE, body)
      t.match(reply, { status: 400, text: /"code":9,.*SHARING_NOT_ADMITTED/ })
    }
  })

  await t.test('a change of another sheet than the actor saw is refused', async t => {
    const { text } = await get(service, SHEET, { ...ASKED, ...FULL })
    const optionalExpectedAt = { token: tokenOf(text, 'readAt') }
    const change = (operation: string) => ({
      ...ACT,
      optionalExpectedAt,
      changes: [{ ...GRANT, principal: OTTO, operation }],
    })
    await done(t, service, CHANGE, change('OPERATION_GRANT'))
    const stale = await post(service, CHANGE, change('OPERATION_REVOKE'))
    t.match(stale, { status: 409, text: /"code":10,.*ERROR_REASON_SHARING_STALE/ })
  })
}

async function comings(t: Test, service: TestService): Promise<void> {
  await t.test('a new resource is shared as the schema says', async t => {
    const form = { ...ACT, resource: object('form', 'signup'), optionalScope: ACME }
    t.strictSame(await done(t, service, CREATE, form), {
      createdAt: TOKEN,
      added: [{ principal: EVERYONE, kind: 'PRINCIPAL_EVERYONE', role: 'viewer' }],
    })
  })

  await t.test('what a person who leaves would lose is listed page by page', async t => {
    const full = { consistency: { fullyConsistent: true } }
    const plan = { ...LEAVE, ...full, dryRun: true, optionalLimit: 1 }
    const found: Json[] = []
    let optionalCursor: Json | null = null
    let count = 0
    do {
      const { text } = await post(service, REMOVE_PRINCIPAL, { ...plan, optionalCursor })
      const page = JSON.parse(text) as {
        relationships: Json[]
        relationshipsCount: string
        afterResultCursor: Json | null
      }
      found.push(...page.relationships)
      count = Number(page.relationshipsCount)
      optionalCursor = page.afterResultCursor
    } while (optionalCursor !== null)
    t.equal(found.length, count)
    t.match(found[0], { resource: ACME, relation: 'user', subject: BOB, optionalCaveat: null })
    t.strictSame(await done(t, service, REMOVE_PRINCIPAL, LEAVE), {
      at: TOKEN,
      relationshipsCount: `${count}`,
      relationships: [],
      afterResultCursor: null,
    })
    t.match(await post(service, REMOVE_PRINCIPAL, plan), { status: 400, text: /PERSON_OUTSIDE/ })
  })

  await t.test('a resource that goes takes its relationships along', async t => {
    const removed = await done(t, service, REMOVE, ACT)
    t.match(removed, { removedAt: TOKEN, relationshipsDeletedCount: /^[1-9]\d*$/ })
    t.match(await told(t, service, REACH, { ...REACHING, optionalResourceType: 'campaign' }), {
      items: [],
    })
  })
}

for (const store of STORES) {
  t.test(`${store}: sharing on the wire`, async t => {
    const service = await openAccount(store)
    t.teardown(() => service.close())
    await answers(t, service)
    await places(t, service)
    await changes(t, service)
    await comings(t, service)
  })
}
