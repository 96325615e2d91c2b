// Lookups of resources through HTTP, on both stores: SpiceDB's lines, pages, and subtrees.

import t from 'tap'
import { openService, STORES, type StoreKind, type TestService } from '../service.js'
import {
  type Json,
  object,
  post,
  RESOURCES,
  results,
  store,
  subject,
  WRITE_SCHEMA,
  withoutTokens,
} from '../wire.js'

const SCHEMA = `
  caveat on_day(day string) { day == "tuesday" }
  definition user {}
  definition folder { relation parent: folder | folder with on_day; }
  definition document {
    relation folder: folder
    relation viewer: user | user:* | user with on_day
    relation banned: user
    permission view = viewer - banned
  }`

const LOOKUP = {
  consistency: { fullyConsistent: true },
  resourceObjectType: 'document',
  permission: 'view',
  subject: subject('user', 'ann'),
}
const TOKEN = { token: 'a token' }

interface Line {
  readonly resourceObjectId: string
  readonly permissionship: string
  readonly afterResultCursor: Json
}

for (const kind of STORES) {
  t.test(kind, async t => {
    const service = await openWorld(kind)
    t.teardown(() => service.close())

    t.test('a line for each resource, in the order of ids', async t => {
      const { text } = await post(service, RESOURCES, LOOKUP)
      const told = text.trimEnd().split('\n').map(withoutTokens)
      const certain = {
        permissionship: 'LOOKUP_PERMISSIONSHIP_HAS_PERMISSION',
        partialCaveatInfo: null,
      }
      const onDays = {
        permissionship: 'LOOKUP_PERMISSIONSHIP_CONDITIONAL_PERMISSION',
        partialCaveatInfo: { missingRequiredContext: ['day'] },
      }
      const line = (resourceObjectId: string, answer: Json) => ({
        result: { lookedUpAt: TOKEN, resourceObjectId, ...answer, afterResultCursor: TOKEN },
      })
      t.strictSame(told, [
        line('Z', certain),
        line('a', onDays),
        line('b', certain),
        line('open', certain),
      ])
    })

    t.test('context decides what is conditional', async t => {
      const ask = (day: string) => ids(service, { ...LOOKUP, context: { day } })
      t.strictSame(await ask('monday'), ['Z', 'b', 'open'])
      t.strictSame(await ask('tuesday'), ['Z', 'a', 'b', 'open'])
    })

    t.test('one whose check is refused has a line with the error, and ends nothing', async t => {
      const failing = { ...LOOKUP, context: { day: 5 } }
      const lines = await results<Line>(service, RESOURCES, failing)
      t.strictSame(
        lines.map(each => each.resourceObjectId),
        ['Z', '', 'b', 'open'],
      )
      t.match(lines[1], {
        permissionship: 'LOOKUP_PERMISSIONSHIP_UNSPECIFIED',
        failedObjectId: 'a',
        error: { code: 3, details: [{ reason: 'ERROR_REASON_CAVEAT_PARAMETER_TYPE_ERROR' }] },
      })
      const page = { ...failing, optionalLimit: 1, optionalCursor: lines[0]?.afterResultCursor }
      const [failed, ...none] = await results<Line>(service, RESOURCES, page)
      t.match(failed, { failedObjectId: 'a' })
      t.strictSame(none, [], 'it counts')
      const next = { ...page, optionalCursor: failed?.afterResultCursor }
      t.match(await results<Line>(service, RESOURCES, next), [{ resourceObjectId: 'b' }])
    })

    t.test('snake_case, unset fields and `withDebug` are taken', async t => {
      const snake = {
        resource_object_type: 'document',
        permission: 'folder',
        subject: { object: { object_type: 'folder', object_id: 'f' }, optional_relation: '' },
        optional_limit: 0,
        optional_cursor: null,
        with_debug: true,
        within: null,
      }
      t.strictSame(await ids(service, snake), ['b'])
    })

    t.test('an unknown subject has what is open to all', async t => {
      t.strictSame(await ids(service, { ...LOOKUP, subject: subject('user', 'new') }), ['open'])
    })

    t.test('only what lies within a subtree', async t => {
      const within = { object: object('folder', 'root'), relations: ['folder', 'parent'] }
      const [line, ...more] = await results<Line>(service, RESOURCES, { ...LOOKUP, within })
      t.match(line, {
        resourceObjectId: 'b',
        permissionship: 'LOOKUP_PERMISSIONSHIP_CONDITIONAL_PERMISSION',
      })
      t.strictSame(more, [])
      const context = { day: 'tuesday' }
      const [certain] = await results<Line>(service, RESOURCES, { ...LOOKUP, within, context })
      t.match(certain, { permissionship: 'LOOKUP_PERMISSIONSHIP_HAS_PERMISSION' })
      t.strictSame(await ids(service, { ...LOOKUP, within, context: { day: 'friday' } }), [])
    })

    t.test('pages of any size go on at the revision of the first', async t => {
      const page = (more: Json) => results<Line>(service, RESOURCES, { ...LOOKUP, ...more })
      const [first, second, ...none] = await page({ optionalLimit: 2 })
      t.match([first, second, none], [{ resourceObjectId: 'Z' }, { resourceObjectId: 'a' }, []])
      await store(service, 'document:c#viewer@user:ann')
      const after = (line: Line, more: Json = {}) =>
        ids(service, { ...LOOKUP, optionalCursor: line.afterResultCursor, ...more })
      t.strictSame(await after(first), ['a', 'b', 'open'])
      t.strictSame(await after(second, { optionalLimit: 1 }), ['b'])
      t.strictSame(await after(second, { consistency: null }), ['b', 'open'])
      t.strictSame(await ids(service, LOOKUP), ['Z', 'a', 'b', 'c', 'open'])
      const within = { object: object('folder', 'root'), relations: ['folder'] }
      for (const other of [{ permission: 'viewer' }, { within }, { context: { day: 'x' } }]) {
        const body = { ...LOOKUP, ...other, optionalCursor: first.afterResultCursor }
        const reply = await post(service, RESOURCES, body)
        t.match(reply, { status: 400, text: /"code":9,.*INVALID_CURSOR/ }, JSON.stringify(other))
      }
    })
  })
}

async function openWorld(kind: StoreKind): Promise<TestService> {
  const service = await openService(kind)
  await post(service, WRITE_SCHEMA, { schema: SCHEMA })
  await store(
    service,
    `document:b#viewer@user:ann document:b#folder@folder:f folder:f#parent@folder:root[on_day]
     document:a#viewer@user:ann[on_day] document:Z#viewer@user:ann document:open#viewer@user:*
     document:not#viewer@user:* document:not#banned@user:ann document:not#banned@user:new`,
  )
  return service
}

const ids = async (service: TestService, body: Json): Promise<readonly string[]> =>
  (await results<Line>(service, RESOURCES, body)).map(line => line.resourceObjectId)
