// Writes that depend on permissions, and writes that replace, over HTTP on both stores, on one node
// and on two. Of many clients that may act only if nobody else has, exactly one does. The
// acknowledged writes are replayed through exact snapshots.

import t, { type Test } from 'tap'
import { type Client, RemoteError } from '../../src/client/index.js'
import {
  type CheckItem,
  type PermissionPrecondition,
  parseRelationship,
  parseToken,
  printToken,
  toRevision,
  type Update,
} from '../../src/terms/index.js'
import { openService, STORES, type StoreKind, type TestService } from '../service.js'

const SCHEMA = `caveat on_day(day string) { day == "tuesday" }
definition user {}
definition group {
  relation member: user | group#member
}
definition slot {
  relation holder: user | user with on_day | group#member
  permission taken = holder
}
definition account {
  relation admin: user
  permission manage = admin
}`

const FAILED = 'WRITE_OR_DELETE_PRECONDITION_FAILURE'

async function openWithSchema(kind: StoreKind): Promise<TestService> {
  const service = await openService(kind)
  await service.client.writeSchema({ text: SCHEMA })
  return service
}

const toUpdate =
  (operation: Update['operation']) =>
  (text: string): Update => ({ operation, relationship: parseRelationship(text) })
const touch = toUpdate('touch')
const remove = toUpdate('delete')

function item(resource: string, permission: string, user: string, context = {}): CheckItem {
  const [type, id] = resource.split(':')
  const subject = { type: 'user', id: user, relation: '' }
  return { resource: { type, id }, permission, subject, context }
}

const must = (of: CheckItem): PermissionPrecondition => ({ kind: 'must-have', item: of })
const mustNot = (of: CheckItem): PermissionPrecondition => ({ kind: 'must-not-have', item: of })

/** The token of a success, or `refused` for a failed precondition. Other errors are thrown. */
async function attempt(
  client: Client,
  update: Update,
  precondition: PermissionPrecondition,
): Promise<string> {
  try {
    const call = { updates: [update], permissionPreconditions: [precondition] }
    return (await client.writeRelationships(call)).token
  } catch (error) {
    if (error instanceof RemoteError && error.reason === FAILED) return 'refused'
    throw error
  }
}

async function answerAt(client: Client, token: string, asked: CheckItem): Promise<string> {
  const { answer } = await client.check({ consistency: { kind: 'exact', token }, item: asked })
  return answer.kind
}

function before(token: string): string {
  const { revision, ...position } = parseToken(token)
  return printToken({ ...position, revision: toRevision(revision - 1) })
}

/** Many clients want every free slot, while others write other relationships. */
async function contend(t: Test, services: readonly TestService[]): Promise<void> {
  const [{ client }] = services
  const place = services.length === 1 ? 'one' : 'several'
  const groups = Array.from({ length: 8 }, (_, n) => `group:${place}-${n}`)
  // Access comes through nested groups, which no filter could express.
  const members = groups.flatMap(group => [
    touch(`${group}#member@${group}-inner#member`),
    touch(`${group}-inner#member@user:witness`),
  ])
  await client.writeRelationships({ updates: members })
  for (let round = 0; round < 8; round++) {
    const slot = `slot:${place}-${round}`
    const taken = item(slot, 'taken', 'witness')
    const claims = groups.map((group, n) =>
      attempt(
        services[n % services.length].client,
        touch(`${slot}#holder@${group}#member`),
        mustNot(taken),
      ),
    )
    const others = Array.from({ length: 24 }, (_, n) =>
      services[n % services.length].client.writeRelationships({
        updates: [touch(`slot:other-${n}#holder@user:r${round}`)],
      }),
    )
    const [outcomes] = await Promise.all([Promise.all(claims), ...others])
    const [token, ...more] = outcomes.filter(outcome => outcome !== 'refused')
    t.strictSame(more, [], `not more than one has ${slot}`)
    t.equal(await answerAt(client, before(token), taken), 'no')
    t.equal(await answerAt(client, token, taken), 'yes')
  }
}

/** Two administrators remove one another, as each may. */
async function duel(t: Test, services: readonly TestService[]): Promise<void> {
  const [{ client }] = services
  for (let round = 0; round < 12; round++) {
    const account = `account:${services.length}-${round}`
    const grants = ['ann', 'bob'].map(user => touch(`${account}#admin@user:${user}`))
    await client.writeRelationships({ updates: grants })
    const duellists = [
      ['ann', 'bob'],
      ['bob', 'ann'],
    ]
    const outcomes = await Promise.all(
      duellists.map(([actor, other], n) =>
        attempt(
          services[n % services.length].client,
          remove(`${account}#admin@user:${other}`),
          must(item(account, 'manage', actor)),
        ),
      ),
    )
    const refused = outcomes.filter(outcome => outcome === 'refused')
    t.equal(refused.length, 1, `one of ${account} is left`)
  }
}

for (const store of STORES) {
  t.test(store, async t => {
    const service = await openWithSchema(store)
    t.teardown(() => service.close())
    t.test('of those that may act only first, one does', t => contend(t, [service]))
    t.test('two administrators cannot remove each other', t => duel(t, [service]))
    t.test('acknowledged writes count', t => seesWrites(t, service))
    t.test('what fails is named, and nothing is written', t => refusals(t, service))
    t.test('from a group to chosen people in one revision', t => replacement(t, service))
    if (store === 'embedded') return
    t.test('two nodes on one database keep the same rules', async t => {
      const other = await service.beside()
      t.teardown(() => other.close())
      await contend(t, [service, other])
      await duel(t, [service, other])
    })
  })
}

async function seesWrites(t: Test, { client }: TestService): Promise<void> {
  const grant = 'account:seen#admin@user:ann'
  const act = touch('slot:seen#holder@user:ann')
  const mayManage = must(item('account:seen', 'manage', 'ann'))
  const found: boolean[] = []
  for (let round = 0; round < 20; round++) {
    await client.writeRelationships({ updates: [touch(grant)] })
    found.push((await attempt(client, act, mayManage)) !== 'refused')
    await client.writeRelationships({ updates: [remove(grant)] })
    found.push((await attempt(client, act, mayManage)) !== 'refused')
  }
  t.strictSame(found, Array.from({ length: 20 }, () => [true, false]).flat())
}

async function refusals(t: Test, { client }: TestService): Promise<void> {
  const updates = [touch('slot:1#holder@user:ann[on_day]'), touch('account:1#admin@user:ann')]
  const { token } = await client.writeRelationships({ updates })
  const manage = item('account:1', 'manage', 'ann')
  const onSomeDay = item('slot:1', 'taken', 'ann')
  const onTuesday = { ...onSomeDay, context: { day: 'tuesday' } }
  const write = (...permissionPreconditions: readonly PermissionPrecondition[]) =>
    client.writeRelationships({ updates: [touch('slot:2#holder@user:x')], permissionPreconditions })
  const refusal = { status: 400, code: 9, reason: FAILED }
  await t.rejects(write(must(manage), must(item('account:1', 'manage', 'bob'))), {
    ...refusal,
    message: /`user:bob` does not have `manage` on `account:1`/,
    metadata: {
      precondition_operation: 'OPERATION_MUST_HAVE',
      precondition_resource_type: 'account',
      precondition_resource_id: '1',
      precondition_permission: 'manage',
      precondition_subject_type: 'user',
      precondition_subject_id: 'bob',
    },
  })
  await t.rejects(write(mustNot(manage)), {
    ...refusal,
    metadata: { precondition_operation: 'OPERATION_MUST_NOT_HAVE' },
  })
  for (const undecided of [must(onSomeDay), mustNot(onSomeDay)]) {
    await t.rejects(write(undecided), {
      ...refusal,
      message: /context is missing/,
      metadata: { missing_required_context: 'day' },
    })
  }
  const now = await client.check({ consistency: { kind: 'full' }, item: manage })
  t.equal(now.token, token, 'nothing moved the head')
  t.strictSame((await write(must(manage), must(onTuesday))).outcomes, ['created'])
}

async function replacement(t: Test, { client }: TestService): Promise<void> {
  const users = ['ann', 'bob', 'cid']
  const { token: given } = await client.writeRelationships({
    updates: [
      ...users.map(user => touch(`group:sales#member@user:${user}`)),
      touch('slot:sales#holder@group:sales#member'),
      touch('slot:sales#holder@user:ann'),
      touch('account:sales#admin@user:zoe'),
    ],
  })
  const chosen = await client.writeRelationships({
    updates: ['ann', 'bob'].map(user => touch(`slot:sales#holder@user:${user}`)),
    deletions: [{ resourceType: 'slot', resourceId: 'sales', relation: 'holder' }],
    permissionPreconditions: [must(item('account:sales', 'manage', 'zoe'))],
  })
  t.match(chosen, { outcomes: ['unchanged', 'created'], deleted: 1 })
  t.equal(before(chosen.token), given)
  const answers = (token: string) =>
    Promise.all(users.map(user => answerAt(client, token, item('slot:sales', 'taken', user))))
  t.strictSame(await answers(given), ['yes', 'yes', 'yes'])
  t.strictSame(await answers(chosen.token), ['yes', 'yes', 'no'])
}
