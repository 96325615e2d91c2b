// Lookups of subjects through HTTP, on both stores: SpiceDB's lines, and pages.

import t from 'tap'
import { openService, STORES, type StoreKind, type TestService } from '../service.js'
import {
  type Json,
  object,
  post,
  results,
  SUBJECTS,
  store,
  WRITE_SCHEMA,
  withoutTokens,
} from '../wire.js'

const SCHEMA = `
  caveat on_day(day string) { day == "tuesday" }
  definition user {}
  definition group { relation member: user; }
  definition document {
    relation viewer: user | user:* | group#member | user with on_day
    relation banned: user | user with on_day
    permission view = viewer - banned
  }`

const LOOKUP = {
  consistency: { fullyConsistent: true },
  resource: object('document', '1'),
  permission: 'view',
  subjectObjectType: 'user',
}
const TOKEN = { token: 'a token' }
const CERTAIN = {
  permissionship: 'LOOKUP_PERMISSIONSHIP_HAS_PERMISSION',
  partialCaveatInfo: null,
}
const ON_DAYS = {
  permissionship: 'LOOKUP_PERMISSIONSHIP_CONDITIONAL_PERMISSION',
  partialCaveatInfo: { missingRequiredContext: ['day'] },
}

interface Line {
  readonly subjectObjectId: string
  readonly excludedSubjectIds: readonly string[]
  readonly afterResultCursor: Json
}

for (const kind of STORES) {
  t.test(kind, async t => {
    const service = await openWorld(kind)
    t.teardown(() => service.close())

    t.test('a wildcard comes first, with the subjects that it excludes', async t => {
      const { text } = await post(service, SUBJECTS, LOOKUP)
      const [first, second, ...more] = text.trimEnd().split('\n')
      t.strictSame(withoutTokens(first), {
        result: {
          lookedUpAt: TOKEN,
          subjectObjectId: '*',
          ...CERTAIN,
          excludedSubjectIds: ['bad', 'mad'],
          subject: { subjectObjectId: '*', ...CERTAIN },
          excludedSubjects: [
            { subjectObjectId: 'bad', ...CERTAIN },
            { subjectObjectId: 'mad', ...ON_DAYS },
          ],
          afterResultCursor: TOKEN,
        },
      })
      t.strictSame(withoutTokens(second), {
        result: {
          lookedUpAt: TOKEN,
          subjectObjectId: 'ann',
          ...CERTAIN,
          excludedSubjectIds: [],
          subject: { subjectObjectId: 'ann', ...CERTAIN },
          excludedSubjects: [],
          afterResultCursor: TOKEN,
        },
      })
      t.match(more, [/"bob"/, /"cat"/], 'and no other')
    })

    t.test('what lacks context is conditional', async t => {
      const resource = object('document', '2')
      const { text } = await post(service, SUBJECTS, { ...LOOKUP, resource })
      t.match(withoutTokens(text), {
        result: { subjectObjectId: 'cat', ...ON_DAYS, subject: ON_DAYS },
      })
      const monday = { ...LOOKUP, resource, context: { day: 'monday' } }
      t.strictSame(await ids(service, monday), [])
    })

    t.test('whose check is refused has a line with the error, and ends nothing', async t => {
      const question = { ...LOOKUP, context: { day: 5 }, resource: object('document', '3') }
      const [first, failed] = await results<Line>(service, SUBJECTS, question)
      t.match(first, { subjectObjectId: 'ann', error: undefined, failedObjectId: undefined })
      t.match(failed, {
        subjectObjectId: '',
        permissionship: 'LOOKUP_PERMISSIONSHIP_UNSPECIFIED',
        subject: { subjectObjectId: '', permissionship: 'LOOKUP_PERMISSIONSHIP_UNSPECIFIED' },
        failedObjectId: /^[a-z]+$/,
        error: { code: 3, details: [{ reason: 'ERROR_REASON_CAVEAT_PARAMETER_TYPE_ERROR' }] },
      })
      const all = { ...LOOKUP, context: { day: 5 } }
      const [everybody, ...rows] = await results<Line>(service, SUBJECTS, all)
      t.match(everybody, {
        subjectObjectId: '*',
        excludedSubjectIds: ['bad', 'mad'],
        excludedSubjects: [{ error: undefined }, { error: { code: 3 } }],
      })
      t.match(rows.at(-1), { failedObjectId: 'mad', error: { code: 3 } })
    })

    t.test('snake_case and numbers of enumerations are taken', async t => {
      const snake = {
        consistency: { fully_consistent: true },
        resource: { object_type: 'document', object_id: '1' },
        permission: 'viewer',
        subject_object_type: 'group',
        optional_subject_relation: 'member',
        wildcard_option: 2,
      }
      t.strictSame(await ids(service, snake), ['g'])
    })

    t.test('the wildcard can be left out', async t => {
      const wildcardOption = 'WILDCARD_OPTION_EXCLUDE_WILDCARDS'
      t.strictSame(await ids(service, { ...LOOKUP, wildcardOption }), ['ann', 'bob', 'cat'])
    })

    t.test('a resource that is not there, or `*`, has nobody', async t => {
      t.strictSame(await ids(service, { ...LOOKUP, resource: object('document', 'none') }), [])
      t.strictSame(await ids(service, { ...LOOKUP, resource: object('document', '*') }), [])
    })

    t.test('pages of any size go on at the revision of the first', async t => {
      const [everybody, ann] = await results<Line>(service, SUBJECTS, {
        ...LOOKUP,
        optionalConcreteLimit: 1,
      })
      t.match([everybody, ann], [{ subjectObjectId: '*' }, { subjectObjectId: 'ann' }])
      const after = (line: Line, more: Json = {}) =>
        ids(service, { ...LOOKUP, optionalCursor: line.afterResultCursor, ...more })
      await store(service, 'document:1#viewer@user:new')
      t.strictSame(await after(everybody), ['ann', 'bob', 'cat'])
      t.strictSame(await after(ann), ['bob', 'cat'])
      t.strictSame(await after(ann, { optionalConcreteLimit: 1 }), ['bob'])
      t.strictSame(await after(ann, { consistency: { minimizeLatency: true } }), ['bob', 'cat'])
      t.strictSame(await ids(service, LOOKUP), ['*', 'ann', 'bob', 'cat', 'new'])
      const reply = await post(service, SUBJECTS, {
        ...LOOKUP,
        permission: 'viewer',
        optionalCursor: ann.afterResultCursor,
      })
      t.match(reply, { status: 400, text: /"code":9,.*INVALID_CURSOR/ }, 'of the same question')
    })
  })
}

async function openWorld(kind: StoreKind): Promise<TestService> {
  const service = await openService(kind)
  await post(service, WRITE_SCHEMA, { schema: SCHEMA })
  await store(
    service,
    `document:1#viewer@user:* document:1#viewer@user:cat document:1#viewer@user:ann
     document:1#viewer@group:g#member group:g#member@user:bob
     document:1#banned@user:mad[on_day] document:1#banned@user:bad
     document:2#viewer@user:cat[on_day]
     document:3#viewer@user:cat[on_day] document:3#viewer@user:ann`,
  )
  return service
}

const ids = async (service: TestService, body: Json): Promise<readonly string[]> =>
  (await results<Line>(service, SUBJECTS, body)).map(line => line.subjectObjectId)
