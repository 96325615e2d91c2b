// The reads of sharing: who has access and how, who could be added, what a person has access to and
// why; in pages, at one revision.

import t from 'tap'
import { RemoteError } from '../../src/client/index.js'
import { printObject, printSubject } from '../../src/terms/index.js'
import { openService, STORES } from '../service.js'
import { choose, Desk, FULL, gather, grant, revoke, toObject, user } from '../sharingDesk.js'

const A = 'group:a#member'
const B = 'group:b#member'
const EVERYONE = 'account:acme#member'
const X = toObject('campaign:x')

for (const store of STORES) {
  t.test(`sheets on ${store}`, async t => {
    const service = await openService(store)
    t.teardown(() => service.close())
    const fresh = () => Desk.open(t, service)

    t.test('one row for each principal, with its grants and its members', async t => {
      const desk = await fresh()
      await desk.create('olga', 'campaign:x')
      await desk.change('adam', 'campaign:x', grant(A, 'editor'), grant('user:5', 'viewer'))
      await desk.change(
        'olga',
        'campaign:x',
        grant('user:5', 'sender'),
        grant('user:olga', 'editor'),
      )
      t.strictSame(await desk.sheet('olga', 'campaign:x'), [
        'account:acme#member (8): viewer by user:olga',
        'group:a#member (3): editor by user:adam',
        'user:5: viewer by user:adam, sender by user:olga',
        'user:adam: !administrator of account:acme (scope)',
        'user:olga: editor by user:olga, !owner of account:acme (scope)',
      ])
      const { rows } = await desk.client.sheet({
        consistency: FULL,
        actor: user('olga'),
        resource: X,
      })
      const [{ grants }] = rows
      t.match(grants, [{ reason: null, since: Number, caveat: null, expiresAt: null }])
      const five = rows.find(({ principal }) => principal.id === '5')
      t.equal(five?.grants[0].reason, 'a test')
      t.ok(Math.abs((grants[0].since ?? 0) - Date.now()) < 600_000, 'since some minutes at most')
    })

    t.test('the number of members is that of now, each counted once', async t => {
      const desk = await fresh()
      await desk.create('olga', 'campaign:x')
      await desk.change('olga', 'campaign:x', grant(A, 'viewer'))
      const counts = async () =>
        (await desk.sheet('olga', 'campaign:x'))
          .slice(0, 2)
          .map(line => /\((\d+)\)/.exec(line)?.[1])
      t.strictSame(await counts(), ['8', '3'])
      await desk.change(
        'olga',
        'account:acme',
        grant('user:6', 'user'),
        grant('user:1', 'administrator'),
      )
      await desk.change('olga', 'group:a', grant('user:6', 'member'), revoke('user:1'))
      await desk.change('olga', 'group:a', grant('user:5', 'member'))
      t.strictSame(await counts(), ['9', '4'])
      await desk.write('group:r#member@user:1 group:r#member@user:2')
      t.strictSame(await counts(), ['9', '4'])
    })

    t.test(
      'roles that must not be empty, and those of others, are not the actor’s to remove',
      async t => {
        const desk = await fresh()
        const owner = async (actor: string) =>
          (await desk.sheet(actor, 'account:acme')).find(line => line.startsWith('user:olga'))
        t.equal(await owner('olga'), 'user:olga: !owner')
        await desk.change('olga', 'account:acme', grant('user:1', 'owner'))
        t.equal(await owner('olga'), 'user:olga: owner')
        t.equal(await owner('adam'), 'user:olga: !owner', 'owners are the owners’ to remove')
      },
    )

    t.test('pages of every size are the whole, at one revision', async t => {
      const desk = await fresh()
      await desk.create('olga', 'campaign:x')
      const people = ['user:1', 'user:2', 'user:3', 'user:4', 'user:5', A, B]
      await desk.change('olga', 'campaign:x', ...people.map(each => grant(each, 'viewer')))
      const whole = (
        await desk.client.sheet({ consistency: FULL, actor: user('olga'), resource: X })
      ).rows
      t.equal(whole.length, 10)
      for (const limit of [1, 2, 3, 9, 10]) {
        const found: unknown[] = []
        const first = await desk.client.sheet({
          consistency: FULL,
          actor: user('olga'),
          resource: X,
          limit,
        })
        found.push(...first.rows)
        // Changes that are made meanwhile are on no page of this list.
        await desk.change('olga', 'campaign:x', grant('user:4', limit % 2 ? 'editor' : 'sender'))
        await desk.change('olga', 'campaign:x', revoke('user:4', limit % 2 ? 'editor' : 'sender'))
        let { cursor } = first
        while (cursor !== null) {
          const page = await desk.client.sheet({ actor: user('olga'), resource: X, limit, cursor })
          t.equal(page.token, first.token)
          t.ok(page.rows.length <= limit)
          found.push(...page.rows)
          cursor = page.cursor
        }
        t.strictSame(found, whole, `${limit} a page`)
      }
    })

    t.test('a prefix of names', async t => {
      const desk = await fresh()
      await desk.write(
        'account:acme#user@user:ann account:acme#user@user:anna account:acme#user@user:an_b',
      )
      await desk.create('olga', 'campaign:x')
      await desk.change(
        'olga',
        'campaign:x',
        ...['ann', 'anna', 'an_b'].map(id => grant(`user:${id}`, 'viewer')),
      )
      const named = async (prefix: string) => {
        const { rows } = await desk.client.sheet({
          consistency: FULL,
          actor: user('olga'),
          resource: X,
          prefix,
        })
        return rows.map(({ principal }) => principal.id).join(' ')
      }
      t.equal(await named('an'), 'an_b ann anna')
      t.equal(await named('ann'), 'ann anna')
      t.equal(await named('an_'), 'an_b')
      t.equal(await named('%'), '')
      t.equal(await named('o'), 'olga')
    })

    t.test('candidates are the people and groups of the account that have nothing yet', async t => {
      const desk = await fresh()
      await desk.create('3', 'campaign:x')
      const listed = async (actor: string, prefix = '') => {
        const found: string[] = []
        let cursor: string | undefined
        do {
          const page = await desk.client.candidates({
            consistency: FULL,
            actor: user(actor),
            resource: X,
            prefix,
            limit: 2,
            ...(cursor && { cursor }),
          })
          for (const { principal, members, roles } of page.rows)
            found.push(
              `${printSubject(principal)}${members === null ? '' : ` (${members})`} ${roles.join('+')}`,
            )
          cursor = page.cursor ?? undefined
        } while (cursor !== undefined)
        return found
      }
      const all = 'viewer+editor+sender'
      const others = ['1', '2', '4', '5', 'adam', 'ivy', 'olga'].map(id => `user:${id} ${all}`)
      t.strictSame(await listed('adam'), [`${EVERYONE} (8) ${all}`, ...others])
      t.strictSame(await listed('adam', 'a'), [`${EVERYONE} (8) ${all}`, `user:adam ${all}`])
      await desk.change('adam', 'campaign:x', revoke(A))
      t.strictSame(await listed('adam', 'a'), [
        `${EVERYONE} (8) ${all}`,
        `${A} (3) ${all}`,
        `user:adam ${all}`,
      ])
      await desk.refused(t, () => listed('3'), 'SHARING_FORBIDDEN')
      await desk.change('adam', 'account:acme', grant('user:3', 'group_sharer'))
      t.strictSame(await listed('3'), [`${A} (3) viewer`, `${B} (2) viewer`], 'in or not')
    })

    t.test('what a person reaches, kind by kind, and why', async t => {
      const desk = await fresh()
      await desk.create('1', 'campaign:x')
      await desk.create('olga', 'campaign:y')
      await desk.create('4', 'campaign:z')
      await desk.create('3', 'form:f')
      await desk.create('olga', 'landing_page:p')
      await desk.change('olga', 'landing_page:p', choose(EVERYONE, 'user:2'))
      const reached = async (id: string, more = {}) => {
        const { rows, cursor } = await desk.client.reach({
          consistency: FULL,
          person: user(id),
          ...more,
        })
        const lines = rows.map(({ resource, answer, grants }) => {
          const why = grants.map(
            ({ role, how, through, by }) =>
              `${role}${how.kind === 'direct' ? '' : ` of ${printObject(how.via)}`}${through ? ` through ${printSubject(through)}` : ''} by ${by}`,
          )
          const kind = answer instanceof RemoteError ? answer.reason : answer.kind
          return `${printObject(resource)} ${kind}: ${why.join(', ')}`
        })
        return { lines, cursor }
      }
      t.strictSame((await reached('2')).lines, [
        `campaign:x yes: viewer through ${A} by user:1`,
        `campaign:y yes: viewer through ${EVERYONE} by user:olga`,
        `form:f yes: viewer through ${A} by user:3`,
        'landing_page:p yes: viewer by user:olga',
      ])
      t.strictSame((await reached('2', { resourceType: 'form' })).lines, [
        `form:f yes: viewer through ${A} by user:3`,
      ])
      t.strictSame((await reached('adam', { resourceType: 'landing_page' })).lines, [
        'landing_page:p yes: administrator of account:acme by null',
      ])
      t.strictSame((await reached('ivy')).lines, [])
      const paged: string[] = []
      let cursor: string | null | undefined
      do {
        const page = await reached('2', { limit: 1, ...(cursor && { cursor }) })
        t.equal(page.lines.length, 1)
        paged.push(...page.lines)
        cursor = page.cursor
      } while (cursor !== null)
      t.strictSame(paged, (await reached('2')).lines)
      await desk.change('olga', 'campaign:y', gather(EVERYONE, 'viewer'))
      const group = () => desk.client.reach({ person: user('2'), resourceType: 'group' })
      await desk.refused(t, group, 'SHARING_UNDECLARED')
    })
  })
}
