// Contextual relationships over HTTP, on both stores. They count for their own question only. In
// bulk, each item gets the answer of a single check.

import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { CheckItem, Contextual, JsonObject, Relationship } from '../../src/terms/index.js'
import { STORES, type StoreKind, type TestService } from '../service.js'
import {
  BULK,
  CHECK,
  FILTER,
  type Json,
  ON_DAY,
  object,
  openWorld,
  post,
  QUESTION,
  READ,
  RESOURCES,
  results,
  STORED,
  SUBJECTS,
  subject,
} from '../wire.js'
import { toItem, toRelationships } from '../world.js'

const EXPAND = '/v1/permissions/expand'
const FULL = { kind: 'full' } as const

type Ask = (text: string, contextual?: string, context?: JsonObject) => Promise<string>

const askOf =
  ({ client }: TestService): Ask =>
  async (text, contextual = '', context = {}) => {
    const { answer } = await client.check({
      consistency: FULL,
      item: toItem(text, context),
      contextual: toRelationships(contextual),
    })
    return answer.kind
  }

async function open(store: StoreKind) {
  const service = await openWorld(store)
  return { service, ask: askOf(service) }
}

for (const store of STORES) {
  t.test(`${store}: contextual relationships`, async t => {
    const { service, ask } = await open(store)
    t.teardown(() => service.close())

    await t.test('count as if they were stored, for one question', async t => {
      const fred = 'document:1#view@user:fred'
      t.equal(await ask(fred), 'no')
      t.equal(await ask(fred, 'document:1#viewer@user:fred'), 'yes')
      t.equal(await ask(fred), 'no', 'the next question knows nothing of it')
      const chain = 'document:1#viewer@group:g#member group:g#member@group:h#member'
      t.equal(await ask(fred, `${chain} group:h#member@user:fred`), 'yes')
      t.equal(await ask(fred, chain), 'no')
      t.equal(await ask(fred, 'document:1#viewer@user:*'), 'yes')
      t.equal(await ask('document:new#view@user:new', 'document:new#owner@user:new'), 'yes')
    })

    await t.test('replace stored ones, and expire', async t => {
      const question = 'document:1#viewer@user:ann'
      t.equal(await ask(question), 'yes')
      t.equal(await ask(question, 'document:1#viewer@user:ann[on_day]'), 'conditional')
      t.equal(await ask(question, 'document:1#viewer@user:ann[on_day]', { day: 'friday' }), 'no')
      const expiring = (time: string): string => `document:1#viewer@user:ann[expiration:${time}]`
      t.equal(await ask(question, expiring('2020-01-01T00:00:00Z')), 'no')
      t.equal(await ask(question, expiring('2999-01-01T00:00:00Z')), 'yes')
      t.equal(await ask('document:1#viewer@user:cat', 'document:1#viewer@user:cat'), 'yes')
      t.equal(await ask(question), 'yes')
    })

    await t.test('leave nothing behind', async t => {
      const { text } = await post(service, READ, {
        consistency: { fullyConsistent: true },
        relationshipFilter: FILTER,
      })
      t.equal(text.trimEnd().split('\n').length, 3, 'what the world begins with')
      t.notMatch(text, /fred|group/)
      t.equal(await ask('group:h#member@user:fred'), 'no')
    })

    await t.test('of an item are reported at their position, after those of all items', async t => {
      const { client } = service
      const item = toItem('document:1#view@user:fred')
      const { answers } = await client.checkBulk({
        consistency: FULL,
        contextual: toRelationships('document:1#viewer@user:fred[on_day]'),
        items: [
          item,
          { ...item, contextual: toRelationships('document:1#viewer@user:fred') },
          { ...item, contextual: toRelationships('document:2#viewer@user:fred') },
          { ...item, contextual: toRelationships('document:1#owner@user:*') },
        ],
      })
      t.strictSame(
        answers.map(answer => (answer instanceof Error ? answer.message : answer.kind)).slice(0, 3),
        ['conditional', 'yes', 'conditional'],
      )
      t.match(answers[3], { reason: 'INVALID_SUBJECT_TYPE', metadata: { field: /\[0\]$/ } })
    })

    await t.test('count in lookups and expansions, for that one', async t => {
      const asked = { permission: 'view', subject: QUESTION.subject }
      const resources = async (more: Json = {}) => {
        const body = { ...asked, resourceObjectType: 'document', ...more }
        const found = await results<{ resourceObjectId: string }>(service, RESOURCES, body)
        return found.map(each => each.resourceObjectId)
      }
      const contextualRelationships = ['0', '2', '\u{1f600}'].map(id => ({
        ...STORED,
        resource: object('document', id),
      }))
      t.strictSame(await resources({ contextualRelationships }), ['0', '1', '2', '\u{1f600}'])
      t.strictSame(await resources(), ['1'])

      const who = { permission: 'view', resource: QUESTION.resource, subjectObjectType: 'user' }
      const extra = { contextualRelationships: [{ ...STORED, subject: subject('user', 'bob') }] }
      const subjects = (more: Json) => results(service, SUBJECTS, { ...who, ...more })
      t.match(await subjects(extra), ['ann', 'bob', 'cat'].map(toSubjectLine))
      t.match(await subjects({}), ['ann', 'cat'].map(toSubjectLine))

      const tree = { permission: 'view', resource: QUESTION.resource }
      t.match((await post(service, EXPAND, { ...tree, ...extra })).text, /"bob"/)
      t.notMatch((await post(service, EXPAND, tree)).text, /"bob"/)
    })

    await t.test('are part of the question of a cursor, in any order', async t => {
      const contextualRelationships = ['0', '2'].map(id => ({
        ...STORED,
        resource: object('document', id),
        optionalCaveat: { caveatName: 'on_day', context: { day: 'tuesday' } },
      }))
      const asked = {
        resourceObjectType: 'document',
        permission: 'view',
        subject: QUESTION.subject,
        contextualRelationships,
      }
      const [line] = await results<Json>(service, RESOURCES, { ...asked, optionalLimit: 1 })
      const next = { ...asked, optionalCursor: line.afterResultCursor }
      const turned = { ...next, contextualRelationships: contextualRelationships.toReversed() }
      t.match(await results<Json>(service, RESOURCES, turned), [
        { resourceObjectId: '1' },
        { resourceObjectId: '2' },
      ])
      const [first, second] = contextualRelationships
      for (const others of [[], [first], [first, { ...second, optionalCaveat: ON_DAY }]]) {
        const reply = await post(service, RESOURCES, { ...next, contextualRelationships: others })
        t.match(reply, { status: 400, text: /INVALID_CURSOR/ })
      }
    })

    await t.test('make the same of many items as of each by itself', async t => {
      await manyAsSingle(t, service)
    })
  })
}

const toSubjectLine = (subjectObjectId: string) => ({ subject: { subjectObjectId } })

const users = fc.constantFrom('user:ann', 'user:bob', 'user:cat')
const groups = fc.constantFrom('group:g', 'group:h')
const documents = fc.constantFrom('document:1', 'document:2')

/** Relationships by their texts: all that the schema admits, over a few objects. */
const relationship = fc
  .oneof(
    fc.tuple(documents, users).map(([on, who]) => `${on}#viewer@${who}`),
    fc.tuple(documents, users).map(([on, who]) => `${on}#viewer@${who}[on_day]`),
    fc.tuple(documents, groups).map(([on, who]) => `${on}#viewer@${who}#member`),
    fc.tuple(documents, users).map(([on, who]) => `${on}#owner@${who}`),
    fc.tuple(groups, users).map(([on, who]) => `${on}#member@${who}`),
    fc.constant('group:g#member@group:h#member'),
  )
  .map(text => toRelationships(text)[0])

const identityOf = ({ resource, relation, subject: who }: Relationship): string =>
  JSON.stringify([resource, relation, who])

const item = fc
  .record({
    question: fc
      .tuple(documents, fc.constantFrom('view', 'owner'), users)
      .map(([on, permission, who]) => toItem(`${on}#${permission}@${who}`)),
    context: fc.constantFrom<JsonObject>({}, { day: 'tuesday' }, { day: 'friday' }),
    contextual: fc.uniqueArray(relationship, { maxLength: 3, selector: identityOf }),
  })
  .map(({ question, context, contextual }): CheckItem & Contextual => ({
    ...question,
    context,
    contextual,
  }))

/**
 * Items that differ in nothing but context or contextual relationships (OpenFGA CVE-2026-34972).
 */
async function manyAsSingle(t: Test, { client }: TestService): Promise<void> {
  const items = fc.sample(item, { numRuns: 300, seed: 7 })
  const { answers } = await client.checkBulk({ consistency: FULL, items })
  const single = await Promise.all(
    items.map(async ({ contextual, ...each }) => {
      const { answer } = await client.check({ consistency: FULL, item: each, contextual })
      return answer
    }),
  )
  t.strictSame(answers, single)
  t.ok(new Set(answers.map(answer => JSON.stringify(answer))).size > 2, 'they differ')
}

t.test('a client that knows nothing of contextual relationships sees nothing of them', async t => {
  const { service } = await open('embedded')
  t.teardown(() => service.close())
  const echo = async (asked: Json): Promise<Json> => {
    const { text } = await post(service, BULK, { items: [asked] })
    return (JSON.parse(text) as { pairs: readonly { request: Json }[] }).pairs[0].request
  }
  t.notOk('contextualRelationships' in (await echo(QUESTION)))
  const contextual_relationships = [{ ...STORED, optional_caveat: ON_DAY }]
  t.match(await echo({ ...QUESTION, contextual_relationships }), {
    contextualRelationships: [{ ...STORED, optionalCaveat: ON_DAY }],
  })
  const fred = { ...QUESTION, subject: subject('user', 'fred') }
  for (const contextualRelationships of [null, []]) {
    const consistency = { fullyConsistent: true }
    const reply = await post(service, CHECK, { ...fred, consistency, contextualRelationships })
    t.match(reply, { status: 200, text: /NO_PERMISSION/ }, 'unset and empty are the same')
  }
})
