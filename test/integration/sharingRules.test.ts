// The rules of sharing at the top of schema.zed, one by one, through HTTP on both stores. Each test
// fails without its rule.

import t from 'tap'
import { openService, STORES } from '../service.js'
import { choose, Desk, gather, grant, revoke, uncheck } from '../sharingDesk.js'

const A = 'group:a#member'
const B = 'group:b#member'
const EVERYONE = 'account:acme#member'

for (const store of STORES) {
  t.test(`sharing on ${store}`, async t => {
    const service = await openService(store)
    t.teardown(() => service.close())
    const fresh = () => Desk.open(t, service)

    t.test('rule 1: each resource is shared by itself', async t => {
      const desk = await fresh()
      await desk.create('1', 'campaign:x')
      await desk.create('1', 'campaign:y')
      await desk.create('1', 'form:x')
      await desk.change('olga', 'campaign:x', grant(B, 'viewer'))
      t.equal(await desk.who('campaign:x'), '1 2 3 4 adam olga')
      t.equal(await desk.who('campaign:y'), '1 2 3 adam olga')
      t.equal(await desk.who('form:x'), '1 2 3 adam olga')
    })

    t.test('rule 2: owner and administrators reach everything, whatever the sheet', async t => {
      const desk = await fresh()
      await desk.create('4', 'campaign:x')
      t.equal(await desk.who('campaign:x', 'edit'), '4 adam olga')
      t.strictSame(await desk.sheet('adam', 'campaign:x'), [
        'group:b#member (2): viewer by user:4',
        'user:4: editor by user:4',
        'user:adam: !administrator of account:acme (scope)',
        'user:olga: !owner of account:acme (scope)',
      ])
      await desk.refused(
        t,
        () => desk.change('olga', 'campaign:x', revoke('user:adam')),
        'SHARING_BY_SCOPE',
      )
      t.equal(await desk.may('rita', 'view', 'campaign:x'), 'no', 'of their own account')
    })

    t.test('rule 3: a group share covers future members, without exceptions', async t => {
      const desk = await fresh()
      await desk.create('1', 'campaign:x')
      t.equal(await desk.who('campaign:x'), '1 2 3 adam olga')
      await desk.change('adam', 'group:a', grant('user:5', 'member'))
      t.equal(await desk.who('campaign:x'), '1 2 3 5 adam olga')
      await desk.change('adam', 'group:a', revoke('user:5'))
      t.equal(await desk.who('campaign:x'), '1 2 3 adam olga')
      const error = await desk.refused(
        t,
        () => desk.change('adam', 'campaign:x', revoke('user:2')),
        'SHARING_MEMBER_OF_GROUP',
      )
      t.match(error.message, /choose people of it instead/)
    })

    t.test('rule 4: chosen people have it, and nobody who comes later', async t => {
      const desk = await fresh()
      await desk.create('4', 'campaign:x')
      await desk.change('olga', 'campaign:x', revoke(B), grant('user:1', 'viewer'))
      t.equal(await desk.who('campaign:x'), '1 4 adam olga')
      await desk.change('olga', 'group:b', grant('user:5', 'member'))
      await desk.change('olga', 'group:a', grant('user:5', 'member'))
      t.equal(await desk.who('campaign:x'), '1 4 adam olga')
    })

    t.test('rule 5: from the group to people of it, and back, in one revision', async t => {
      const desk = await fresh()
      await desk.create('1', 'campaign:x')
      t.strictSame(await desk.change('adam', 'campaign:x', choose(A, 'user:1', 'user:3')), [
        '-group:a#member viewer',
        '+user:1 viewer',
        '+user:3 viewer',
      ])
      t.equal(await desk.who('campaign:x'), '1 3 adam olga')
      t.strictSame(await desk.change('adam', 'campaign:x', gather(A, 'viewer')), [
        '-user:1 viewer',
        '-user:3 viewer',
        '+group:a#member viewer',
      ])
      t.equal(await desk.who('campaign:x'), '1 2 3 adam olga')
      await desk.refused(
        t,
        () => desk.change('adam', 'campaign:x', choose(A, 'user:4')),
        'SHARING_NOT_A_MEMBER',
      )
    })

    t.test('rule 6: what a user makes is shared with the whole of the group', async t => {
      const desk = await fresh()
      await desk.create('3', 'campaign:x')
      t.strictSame(await desk.stored('campaign:x'), [
        'campaign:x#account@account:acme',
        'campaign:x#editor@user:3',
        'campaign:x#viewer@group:a#member',
        'campaign:x#viewer@group:b#member',
      ])
      const narrowing = [revoke(A), revoke('user:3'), choose(A, 'user:1'), gather(B, 'viewer')]
      for (const change of narrowing) {
        await desk.refused(t, () => desk.change('3', 'campaign:x', change), 'SHARING_FORBIDDEN')
      }
      await desk.refused(t, () => desk.sheet('3', 'campaign:x'), 'SHARING_FORBIDDEN')
    })

    t.test('rule 6: the right to add groups, and nothing else', async t => {
      const desk = await fresh()
      await desk.create('4', 'campaign:x')
      const add = () => desk.change('4', 'campaign:x', grant(A, 'viewer'))
      await desk.refused(t, add, 'SHARING_FORBIDDEN')
      const give = (actor: string) =>
        desk.change(actor, 'account:acme', grant('user:4', 'group_sharer'))
      await desk.refused(t, () => give('4'), 'SHARING_FORBIDDEN')
      await give('adam')
      t.strictSame(await add(), [], 'the answer tells nothing of the sheet')
      t.equal(await desk.who('campaign:x'), '1 2 3 4 adam olga')
      const others = [
        grant(A, 'editor'),
        grant('user:5', 'viewer'),
        grant(EVERYONE, 'viewer'),
        revoke(A),
        choose(A, 'user:1'),
      ]
      for (const change of others) {
        await desk.refused(t, () => desk.change('4', 'campaign:x', change), 'SHARING_FORBIDDEN')
      }
      await desk.refused(t, () => desk.sheet('4', 'campaign:x'), 'SHARING_FORBIDDEN')
      await desk.create('1', 'campaign:y')
      const unseen = () => desk.change('4', 'campaign:y', grant(B, 'viewer'))
      await desk.refused(t, unseen, 'SHARING_FORBIDDEN')
      await desk.change('adam', 'account:acme', revoke('user:4', 'group_sharer'))
      await desk.refused(t, add, 'SHARING_FORBIDDEN')
    })

    t.test('rule 7: what an administrator makes is shared with everyone', async t => {
      const desk = await fresh()
      for (const [maker, resource] of [
        ['olga', 'campaign:x'],
        ['adam', 'form:x'],
      ] as const) {
        await desk.create(maker, resource)
        t.equal(await desk.who(resource), '1 2 3 4 5 adam olga')
      }
      await desk.change('adam', 'account:acme', grant('user:6', 'user'))
      t.equal(await desk.may('6', 'view', 'campaign:x'), 'yes', 'whoever comes later too')
    })

    t.test('rule 7: groups and users are unchecked, or people chosen', async t => {
      const desk = await fresh()
      await desk.create('olga', 'campaign:x')
      await desk.change('olga', 'campaign:x', uncheck(EVERYONE, A))
      t.equal(await desk.who('campaign:x'), '3 4 5 adam olga', '3 is in the other group too')
      t.match(await desk.stored('campaign:x#viewer@group'), ['campaign:x#viewer@group:b#member'])
      await desk.change('olga', 'campaign:x', gather(EVERYONE, 'viewer'))
      t.strictSame(await desk.stored('campaign:x#viewer'), [
        'campaign:x#viewer@account:acme#member',
      ])
      await desk.change('olga', 'campaign:x', uncheck(EVERYONE, 'user:3'))
      t.equal(await desk.who('campaign:x'), '1 2 4 5 adam olga')
      t.strictSame(await desk.stored('campaign:x#viewer@group'), [], 'groups without 3 are people')
      await desk.change('olga', 'campaign:x', gather(EVERYONE, 'viewer'))
      await desk.change('olga', 'campaign:x', choose(EVERYONE, 'user:5', B))
      t.equal(await desk.who('campaign:x'), '3 4 5 adam olga')
      const bare = () => desk.change('olga', 'campaign:x', uncheck(EVERYONE, 'user:5'))
      await desk.refused(t, bare, 'SHARING_NOT_GRANTED')
    })

    t.test('rule 8: to edit and to send are rights of their own; sending takes credit', async t => {
      const desk = await fresh()
      await desk.create('4', 'campaign:x')
      t.equal(await desk.may('3', 'edit', 'campaign:x'), 'no')
      await desk.change('adam', 'campaign:x', grant('user:3', 'editor'), grant('user:5', 'sender'))
      t.equal(await desk.may('3', 'edit', 'campaign:x'), 'yes')
      t.equal(await desk.may('5', 'view', 'campaign:x'), 'yes')
      t.equal(await desk.may('5', 'send', 'campaign:x'), 'no', 'without credit')
      await desk.write(
        'account:acme#credit@user:5[month_credit] account:acme#credit@user:3[year_credit]',
      )
      t.equal(await desk.may('5', 'send', 'campaign:x'), 'conditional')
      const month = (sent: number) => ({ sent_this_month: sent, credit: 100 })
      t.equal(await desk.may('5', 'send', 'campaign:x', month(99)), 'yes')
      t.equal(await desk.may('5', 'send', 'campaign:x', month(100)), 'no')
      t.equal(await desk.may('3', 'send', 'campaign:x', { sent_this_year: 1, credit: 2 }), 'no')
      await desk.change('adam', 'campaign:x', grant('user:3', 'sender'))
      t.equal(await desk.may('3', 'send', 'campaign:x', { sent_this_year: 1, credit: 2 }), 'yes')
      t.equal(await desk.may('3', 'send', 'campaign:x', { sent_this_year: 2, credit: 2 }), 'no')
    })

    t.test('rule 9: an invited person has no access before the activation', async t => {
      const desk = await fresh()
      await desk.create('olga', 'campaign:x')
      await desk.change('adam', 'campaign:x', grant('user:ivy', 'editor'))
      await desk.change('adam', 'group:a', grant('user:ivy', 'member'))
      t.equal(await desk.who('campaign:x'), '1 2 3 4 5 adam olga')
      const [row] = (await desk.sheet('adam', 'campaign:x')).filter(line => /ivy/.test(line))
      t.equal(row, 'user:ivy [no]: editor by user:adam')
      await desk.refused(t, () => desk.create('ivy', 'campaign:y'), 'SHARING_FORBIDDEN')
      await desk.change('adam', 'account:acme', revoke('user:ivy', 'invited'))
      t.equal(await desk.who('campaign:x'), '1 2 3 4 5 adam ivy olga')
      await desk.change('olga', 'account:acme', grant('user:adam', 'invited'))
      t.equal(await desk.may('adam', 'edit', 'campaign:x'), 'no', 'an administrator neither')
    })
  })
}
