// Operations of sharing beside the nine rules: creating and removing, leaving, changing a sheet
// that others change too, and what refused operations report. A refused operation writes nothing
// and names nobody.

import t from 'tap'
import type { RemoteError } from '../../src/client/index.js'
import { openService, STORES } from '../service.js'
import {
  ACME,
  changeRole,
  choose,
  Desk,
  FULL,
  gather,
  grant,
  revoke,
  toObject,
  toSubject,
  uncheck,
  user,
} from '../sharingDesk.js'

const A = 'group:a#member'
const B = 'group:b#member'
const EVERYONE = 'account:acme#member'
const X = toObject('campaign:x')
const RIVAL = toObject('account:rival')

for (const store of STORES) {
  t.test(`acts on ${store}`, async t => {
    const service = await openService(store)
    t.teardown(() => service.close())
    const fresh = async () => {
      const desk = await Desk.open(t, service)
      await desk.create('1', 'campaign:x')
      return desk
    }

    t.test('who may make what, where', async t => {
      const desk = await fresh()
      const refused = (act: () => Promise<unknown>, reason: string) => desk.refused(t, act, reason)
      await refused(() => desk.create('olga', 'campaign:x'), 'SHARING_EXISTS')
      await refused(() => desk.create('zoe', 'campaign:y'), 'SHARING_FORBIDDEN')
      await refused(() => desk.create('1', 'campaign:y', RIVAL), 'SHARING_FORBIDDEN')
      await refused(() => desk.create('1', 'group:c'), 'SHARING_FORBIDDEN')
      await refused(
        () => desk.create('1', 'campaign:y', toObject('group:a')),
        'SHARING_SCOPE_MISSING',
      )
      const alone = { actor: user('1'), resource: toObject('campaign:y') }
      await refused(() => desk.client.createShared(alone), 'SHARING_SCOPE_MISSING')
      await refused(() => desk.create('1', 'user:9'), 'SHARING_UNDECLARED')
      await desk.create('adam', 'group:c')
      t.strictSame(await desk.stored('group:c'), ['group:c#account@account:acme'])
      await desk.create('5', 'campaign:y')
      t.equal(await desk.who('campaign:y'), '5 adam olga', 'a user without groups')
      const account = { actor: user('new'), resource: toObject('account:fresh') }
      await desk.client.createShared(account)
      t.strictSame(await desk.stored('account:fresh'), ['account:fresh#owner@user:new'])
    })

    t.test('a resource goes with all of its relationships, and no others', async t => {
      const desk = await fresh()
      await desk.create('1', 'campaign:xy')
      await desk.write('campaign:x#viewer@user:4 campaign:x#sender@group:b#member')
      const before = await desk.stored()
      const remove = (actor: string, resource: string) =>
        desk.client.removeShared({ actor: user(actor), resource: toObject(resource) })
      await desk.refused(t, () => remove('2', 'campaign:x'), 'SHARING_FORBIDDEN')
      const { deleted } = await remove('1', 'campaign:x')
      const left = before.filter(text => !text.startsWith('campaign:x#'))
      t.equal(deleted, before.length - left.length)
      t.strictSame(await desk.stored(), left)
      await desk.refused(t, () => remove('adam', 'account:acme'), 'SHARING_FORBIDDEN')
      await remove('adam', 'group:b')
      t.strictSame(
        (await desk.stored()).filter(text => text.includes('group:b')),
        [],
      )
    })

    t.test('who leaves loses everything in the account, as the dry run listed it', async t => {
      const desk = await fresh()
      await desk.write(`account:rival#user@user:1 group:r#member@user:1
        campaign:other#account@account:rival campaign:other#viewer@user:1
        account:acme#credit@user:1 account:acme#group_sharer@user:1`)
      await desk.create('1', 'form:f')
      const before = await desk.stored()
      const leaving = { actor: user('adam'), principal: user('1'), scope: ACME }
      const listed: string[] = []
      let cursor: string | null | undefined
      do {
        const call = { ...leaving, consistency: FULL, limit: 3, ...(cursor && { cursor }) }
        const page = await desk.client.planRemoval(call)
        t.equal(page.count, 6)
        for (const { resource, relation } of page.rows)
          listed.push(`${resource.type}:${resource.id}#${relation}@user:1`)
        cursor = page.cursor
      } while (cursor !== null)
      t.strictSame(await desk.stored(), before, 'a dry run')
      t.equal((await desk.client.removePrincipal(leaving)).count, 6)
      t.strictSame(
        await desk.stored(),
        before.filter(text => !listed.includes(text)),
      )
      t.equal(await desk.may('1', 'view', 'campaign:x'), 'no')
      t.equal(await desk.may('1', 'view', 'campaign:other'), 'yes', 'of the other account')
      await desk.refused(t, () => desk.client.removePrincipal(leaving), 'SHARING_PERSON_OUTSIDE')
    })

    t.test('a group leaves with its members; the last owner does not', async t => {
      const desk = await fresh()
      const remove = (actor: string, principal: string) =>
        desk.client.removePrincipal({
          actor: user(actor),
          principal: toObject(principal),
          scope: ACME,
        })
      const { count } = await remove('adam', 'group:a')
      t.equal(count, 5, 'three members, its account, and a grant')
      t.strictSame(
        (await desk.stored()).filter(text => text.includes('group:a')),
        [],
      )
      await desk.refused(t, () => remove('adam', 'group:r'), 'SHARING_GROUP_OUTSIDE')
      await desk.refused(t, () => remove('1', 'user:2'), 'SHARING_FORBIDDEN')
      await desk.refused(t, () => remove('olga', 'user:olga'), 'SHARING_LAST_HOLDER')
      await desk.change('olga', 'account:acme', grant('user:2', 'owner'))
      await desk.refused(t, () => remove('adam', 'user:2'), 'SHARING_FORBIDDEN')
      await remove('2', 'user:olga')
      t.equal(await desk.may('olga', 'view', 'campaign:x'), 'no')
    })

    t.test('a change of a stale sheet is refused with the differences', async t => {
      const desk = await fresh()
      const seen = async () =>
        (await desk.client.sheet({ consistency: FULL, actor: user('adam'), resource: X })).token
      const act = (actor: string, expected: string, id = '5') =>
        desk.client.changeSharing({
          actor: user(actor),
          resource: X,
          changes: [grant(`user:${id}`, 'viewer')],
          expected,
        })
      const first = await seen()
      await desk.change('olga', 'account:acme', grant('user:7', 'user'))
      await desk.change('olga', 'group:a', grant('user:5', 'member'))
      await act('adam', first, '5')
      const error = await desk.refused(t, () => act('adam', first, '7'), 'SHARING_STALE')
      t.equal(error.metadata.changed, '+campaign:x#viewer@user:5')
      const second = await seen()
      await desk.change('olga', 'campaign:x', choose(A, 'user:2'))
      const stale = await desk.refused(t, () => act('adam', second, '7'), 'SHARING_STALE')
      t.equal(stale.metadata.changed, '+campaign:x#viewer@user:2 -campaign:x#viewer@group:a#member')
      const told = () =>
        desk.client.changeSharing({
          actor: user('adam'),
          resource: X,
          changes: [revoke(A)],
          expected: second,
        })
      await desk.refused(t, told, 'SHARING_STALE')
      await desk.change('olga', 'campaign:x', revoke('user:2'), grant(A, 'viewer'))
      await act('adam', second, '7')
      const blind = await desk.refused(t, () => act('1', first), 'SHARING_FORBIDDEN')
      t.notMatch(blind.message, /changed/)
    })

    t.test('of two actors who take each other’s right at once, one succeeds', async t => {
      const desk = await fresh()
      for (let round = 0; round < 15; round++) {
        await desk.write('account:acme#administrator@user:3 account:acme#administrator@user:4')
        const both = await Promise.allSettled([
          desk.change('3', 'account:acme', revoke('user:4', 'administrator')),
          desk.change('4', 'account:acme', revoke('user:3', 'administrator')),
        ])
        t.strictSame(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
        await desk.write('account:acme#owner@user:4')
        const owners = await Promise.allSettled([
          desk.change('olga', 'account:acme', revoke('user:4', 'owner')),
          desk.change('4', 'account:acme', revoke('user:olga', 'owner')),
        ])
        t.strictSame(owners.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
        const left = await desk.stored('account:acme#owner')
        t.equal(left.length, 1)
        await desk.write('account:acme#owner@user:olga')
        if (left[0].endsWith('4'))
          await desk.change('olga', 'account:acme', revoke('user:4', 'owner'))
      }
    })

    t.test('a change of role', async t => {
      const desk = await fresh()
      await desk.change('adam', 'campaign:x', changeRole(A, 'editor'))
      t.strictSame(await desk.stored('campaign:x#'), [
        'campaign:x#account@account:acme',
        'campaign:x#editor@group:a#member',
        'campaign:x#editor@user:1',
      ])
      await desk.change('adam', 'campaign:x', grant('user:1', 'sender'))
      const either = () => desk.change('adam', 'campaign:x', changeRole('user:1', 'viewer'))
      await desk.refused(t, either, 'SHARING_ROLE_AMBIGUOUS')
      t.strictSame(
        await desk.change('adam', 'campaign:x', changeRole('user:1', 'viewer', 'editor')),
        ['-user:1 editor', '+user:1 viewer'],
      )
      const none = () => desk.change('adam', 'campaign:x', changeRole('user:5', 'viewer'))
      await desk.refused(t, none, 'SHARING_NOT_GRANTED')
    })

    t.test('many changes are one act: all of them, or none', async t => {
      const desk = await fresh()
      const some = [grant('user:4', 'viewer'), grant(B, 'editor'), revoke(A)]
      t.equal((await desk.change('adam', 'campaign:x', ...some)).length, 3)
      const bad = [revoke(B), grant('user:zoe', 'viewer')]
      await desk.refused(
        t,
        () => desk.change('adam', 'campaign:x', ...bad),
        'SHARING_PERSON_OUTSIDE',
      )
      const twice = [grant('user:5', 'viewer'), revoke('user:4'), grant('user:4', 'viewer')]
      await desk.refused(t, () => desk.change('adam', 'campaign:x', ...twice), 'SHARING_REPEATED')
      t.strictSame(
        await desk.change('adam', 'campaign:x', grant('user:4', 'viewer')),
        [],
        'it has it',
      )
    })

    t.test('bad acts, each with its own reason', async t => {
      const desk = await fresh()
      await desk.create('olga', 'campaign:all')
      const rows = [
        ['campaign:x', grant('user:5', 'boss'), 'SHARING_UNKNOWN_ROLE'],
        ['campaign:x', grant('group:a', 'viewer'), 'SHARING_NOT_ADMITTED'],
        ['campaign:x', grant('user:*', 'viewer'), 'SHARING_NOT_ADMITTED'],
        ['account:acme', grant(A, 'administrator'), 'SHARING_NOT_ADMITTED'],
        ['campaign:x', grant('user:zoe', 'viewer'), 'SHARING_PERSON_OUTSIDE'],
        ['group:a', grant('user:zoe', 'member'), 'SHARING_PERSON_OUTSIDE'],
        ['campaign:x', grant('group:r#member', 'viewer'), 'SHARING_GROUP_OUTSIDE'],
        ['campaign:x', grant('account:rival#member', 'viewer'), 'SHARING_GROUP_OUTSIDE'],
        ['campaign:x', choose(A), 'SHARING_EMPTY_SELECTION'],
        ['campaign:x', choose('user:1', 'user:2'), 'SHARING_NOT_ADMITTED'],
        ['campaign:x', choose(B, 'user:3'), 'SHARING_NOT_GRANTED'],
        ['campaign:x', choose(A, 'user:5'), 'SHARING_NOT_A_MEMBER'],
        ['campaign:x', choose(A, 'user:zoe'), 'SHARING_PERSON_OUTSIDE'],
        ['campaign:x', revoke('user:5'), 'SHARING_NOT_GRANTED'],
        ['campaign:x', revoke('user:2'), 'SHARING_MEMBER_OF_GROUP'],
        ['campaign:all', revoke('user:2'), 'SHARING_MEMBER_OF_GROUP'],
        ['campaign:x', revoke('user:olga'), 'SHARING_BY_SCOPE'],
        ['campaign:x', uncheck(A, 'user:1'), 'SHARING_MEMBER_OF_GROUP'],
        ['campaign:all', uncheck(EVERYONE), 'SHARING_EMPTY_SELECTION'],
        ['campaign:all', uncheck(EVERYONE, 'user:olga'), 'SHARING_BY_SCOPE'],
        ['campaign:all', uncheck(EVERYONE, 'user:zoe'), 'SHARING_PERSON_OUTSIDE'],
        ['campaign:all', uncheck(EVERYONE, 'group:r#member'), 'SHARING_GROUP_OUTSIDE'],
        ['campaign:x', gather('user:1', 'viewer'), 'SHARING_NOT_ADMITTED'],
        ['account:acme', revoke('user:olga', 'owner'), 'SHARING_LAST_HOLDER'],
        ['account:acme', changeRole('user:olga', 'user'), 'SHARING_LAST_HOLDER'],
        ['campaign:none', grant('user:1', 'viewer'), 'SHARING_FORBIDDEN'],
        ['user:1', grant('user:1', 'viewer'), 'SHARING_UNDECLARED'],
      ] as const
      for (const [resource, change, reason] of rows) {
        await desk.refused(t, () => desk.change('olga', resource, change), reason)
      }
      await desk.write(
        'campaign:loose#viewer@user:1 campaign:two#account@account:acme campaign:two#account@account:rival',
      )
      const two = () => desk.change('olga', 'campaign:two', grant('user:1', 'viewer'))
      await desk.refused(t, two, 'SHARING_SCOPE_MISSING')
    })

    t.test('an actor who may not see the sheet learns about nobody', async t => {
      const desk = await fresh()
      await desk.change('adam', 'campaign:x', grant('user:4', 'editor'), grant(B, 'viewer'))
      const acts = [
        () => desk.sheet('2', 'campaign:x'),
        () => desk.client.candidates({ actor: user('2'), resource: X }),
        ...[
          grant('user:5', 'viewer'),
          revoke('user:4'),
          revoke(B),
          choose(A, 'user:1'),
          gather(B, 'viewer'),
          changeRole('user:4', 'viewer'),
        ].map(change => () => desk.change('2', 'campaign:x', change)),
      ]
      const told: RemoteError[] = []
      for (const act of acts) told.push(await desk.refused(t, act, 'SHARING_FORBIDDEN'))
      for (const { message, metadata } of told) {
        t.notMatch(message + JSON.stringify(metadata), /user:4|user:1\b|group:|olga|adam/)
      }
    })

    t.test('the revision keeps who acted, why and when', async t => {
      const desk = await fresh()
      const start = await desk.head()
      const changes = [grant('user:5', 'viewer')]
      await desk.client.changeSharing({
        actor: user('adam'),
        resource: X,
        changes,
        reason: 'he asked',
      })
      for await (const { note, updates } of desk.client.watch({ start })) {
        t.match(note, { actor: 'user:adam', reason: 'he asked' })
        t.strictSame(
          updates.map(({ relationship }) => relationship.subject),
          [toSubject('user:5')],
        )
        break
      }
    })
  })
}
