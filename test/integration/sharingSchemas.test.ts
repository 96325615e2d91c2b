// Sharing over other schemas: documents that inherit from folders, teams in teams, wildcards,
// caveats and expirations, and a schema without scopes.

import t from 'tap'
import { printSubject } from '../../src/terms/index.js'
import { openService } from '../service.js'
import {
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

const FOLDERS = `use expiration
definition user {}
definition company {
  relation staff: user | team#member
  relation boss: user
  // @sharing people
  permission member = staff + boss
  // @sharing create for groups
  permission work = member
}
definition team {
  // @sharing scope
  relation company: company
  // @sharing role
  relation member: user | team#member
  // @sharing manage
  permission manage = company->boss
}
definition folder {
  // @sharing scope
  relation company: company
  relation parent: folder
  // @sharing role default
  relation reader: user | team#member | user with expiration
  // @sharing role maker managed by own
  relation owner: user
  // @sharing access
  permission read = reader + owner + parent->read
  permission own = owner + company->boss
  // @sharing manage, sheet
  permission share = own + parent->share
}
definition document {
  // @sharing scope
  relation company: company
  relation folder: folder
  relation banned: user
  // @sharing role
  relation reader: user | team#member | company#member
  // @sharing access
  permission read = (reader + folder->read) - banned
  // @sharing manage
  permission share = folder->share + company->boss
}`

const COMPANY = `
  company:c#boss@user:bea company:c#staff@team:all#member
  team:all#company@company:c team:dev#company@company:c team:web#company@company:c
  team:all#member@team:dev#member team:all#member@user:hr
  team:dev#member@team:web#member team:dev#member@user:d1 team:dev#member@user:d2
  team:web#member@user:w1 team:web#member@user:d1
  folder:top#company@company:c folder:top#reader@team:all#member folder:top#owner@user:d1
  folder:sub#company@company:c folder:sub#parent@folder:top folder:sub#reader@user:w1
  document:plan#company@company:c document:plan#folder@folder:sub document:plan#reader@user:hr
  document:plan#banned@user:d2 document:memo#company@company:c`

const OPEN = `caveat office(hour int) { hour >= 9 && hour < 17 }
definition user {}
definition note {
  // @sharing role maker never empty
  relation owner: user
  // @sharing role
  relation reader: user | user:* | user with office
  // @sharing access
  permission read = reader + owner
  // @sharing manage
  permission share = owner
}`

t.test('sharing over schemas of the user’s own', async t => {
  const service = await openService('embedded')
  t.teardown(() => service.close())
  const company = () => Desk.open(t, service, { schema: FOLDERS, relationships: COMPANY })
  const notes = () =>
    Desk.open(t, service, { schema: OPEN, relationships: 'note:n#owner@user:ann' })

  t.test('a sheet lists inherited grants, and where they come from', async t => {
    const desk = await company()
    t.strictSame(await desk.sheet('bea', 'document:plan'), [
      'team:all#member (4): !reader of folder:top (inherited)',
      'user:d1: !owner of folder:top (inherited)',
      'user:hr: reader',
      'user:w1: !reader of folder:sub (inherited)',
    ])
    await desk.write('folder:sub#reader@user:d2')
    const [row] = (await desk.sheet('d1', 'document:plan')).filter(line =>
      line.startsWith('user:d2'),
    )
    t.equal(row, 'user:d2 [no]: !reader of folder:sub (inherited)', 'one who is banned')
    await desk.refused(t, () => desk.sheet('w1', 'document:plan'), 'SHARING_FORBIDDEN')
    const inherited = () => desk.change('bea', 'document:plan', revoke('user:w1'))
    await desk.refused(t, inherited, 'SHARING_BY_SCOPE')
  })

  t.test('members of teams in teams count once', async t => {
    const desk = await company()
    await desk.change('bea', 'document:plan', grant('team:dev#member', 'reader'))
    const counts = async () =>
      (await desk.sheet('bea', 'document:plan'))
        .slice(0, 2)
        .map(line => line.split(':', 2).join(':'))
    t.strictSame(await counts(), ['team:all#member (4)', 'team:dev#member (3)'])
    await desk.write('team:web#member@user:w2')
    t.strictSame(await counts(), ['team:all#member (5)', 'team:dev#member (4)'])
  })

  t.test('people are chosen from teams in teams, and teams too', async t => {
    const desk = await company()
    await desk.change('bea', 'document:plan', grant('team:dev#member', 'reader'))
    const bad = () => desk.change('bea', 'document:plan', choose('team:dev#member', 'user:hr'))
    await desk.refused(t, bad, 'SHARING_NOT_A_MEMBER')
    t.strictSame(
      await desk.change(
        'bea',
        'document:plan',
        choose('team:dev#member', 'user:w1', 'team:web#member'),
      ),
      ['-team:dev#member reader', '+team:web#member reader', '+user:w1 reader'],
    )
    t.strictSame(await desk.change('bea', 'document:plan', gather('team:dev#member', 'reader')), [
      '-team:web#member reader',
      '-user:w1 reader',
      '+team:dev#member reader',
    ])
    t.strictSame(await desk.change('bea', 'document:plan', gather('company:c#member', 'reader')), [
      '-team:dev#member reader',
      '-user:hr reader',
      '+company:c#member reader',
    ])
  })

  t.test('people who belong by their teams can be added, and left out', async t => {
    const desk = await company()
    const named = async (prefix: string, limit: number) => {
      const found: string[] = []
      let cursor: string | null | undefined
      do {
        const resource = toObject('document:plan')
        const call = { consistency: FULL, actor: user('bea'), resource, prefix, limit }
        const page = await desk.client.candidates({ ...call, ...(cursor && { cursor }) })
        found.push(...page.rows.map(({ principal }) => printSubject(principal)))
        cursor = page.cursor
      } while (cursor !== null)
      return found.join(' ')
    }
    const teams = 'team:all#member team:dev#member team:web#member'
    const all = `company:c#member ${teams} user:bea user:d1 user:d2 user:w1`
    for (const limit of [1, 2, 20]) t.equal(await named('', limit), all, 'hr is there already')
    t.equal(await named('d', 20), 'team:dev#member user:d1 user:d2')
    await desk.change('bea', 'document:memo', grant('company:c#member', 'reader'))
    const parts = ['user:d1', 'team:web#member']
    await desk.change('bea', 'document:memo', uncheck('company:c#member', ...parts))
    t.strictSame(await desk.sheet('bea', 'document:memo'), [
      'user:bea: reader by user:bea',
      'user:d2: reader by user:bea',
      'user:hr: reader by user:bea',
      'user:w1: reader by user:bea',
    ])
  })

  t.test('a role may have guards of its own, and end', async t => {
    const desk = await company()
    const soon = Date.now() + 3_600_000
    const ending = { ...grant('user:d2', 'reader'), expiresAt: soon } as const
    const scope = toObject('company:c')
    await desk.client.createShared({ actor: user('w1'), resource: toObject('folder:new'), scope })
    t.strictSame(await desk.sheet('w1', 'folder:new'), [
      'team:web#member (2): reader by user:w1',
      'user:w1: owner by user:w1',
    ])
    await desk.change('w1', 'folder:new', ending)
    const { rows } = await desk.client.sheet({
      consistency: FULL,
      actor: user('w1'),
      resource: toObject('folder:new'),
    })
    t.equal(rows.find(({ principal }) => principal.id === 'd2')?.grants[0].expiresAt, soon)
    const never = { ...grant('team:dev#member', 'reader'), expiresAt: soon } as const
    await desk.refused(t, () => desk.change('w1', 'folder:new', never), 'SHARING_NOT_ADMITTED')
    await desk.write('folder:new#parent@folder:top')
    await desk.change('d1', 'folder:new', grant('user:hr', 'reader'))
    const owner = () => desk.change('d1', 'folder:new', grant('user:hr', 'owner'))
    await desk.refused(t, owner, 'SHARING_FORBIDDEN')
  })

  t.test('what a person reaches, and through which teams', async t => {
    const desk = await company()
    const { rows } = await desk.client.reach({ consistency: FULL, person: user('w1') })
    t.match(rows, [
      {
        resource: toObject('document:plan'),
        grants: [
          {
            role: 'reader',
            how: { kind: 'inherited', via: toObject('folder:sub') },
            through: null,
          },
          {
            role: 'reader',
            how: { kind: 'inherited', via: toObject('folder:top') },
            through: toSubject('team:all#member'),
          },
        ],
      },
      { resource: toObject('folder:sub') },
      { resource: toObject('folder:top') },
    ])
    t.equal(rows.length, 3)
  })

  t.test('without scopes, any principal that the schema admits can be added', async t => {
    const desk = await notes()
    await desk.client.createShared({ actor: user('bob'), resource: toObject('note:m') })
    t.strictSame(await desk.sheet('bob', 'note:m'), ['user:bob: !owner by user:bob'])
    await desk.change('ann', 'note:n', grant('user:*', 'reader'), {
      ...grant('user:cid', 'reader'),
      caveat: { name: 'office', context: {} },
    })
    t.strictSame(await desk.sheet('ann', 'note:n'), [
      'user:*: reader by user:ann',
      'user:ann: !owner',
      'user:cid: reader by user:ann',
    ])
    await desk.change('ann', 'note:n', choose('user:*', 'user:dan'))
    t.equal((await desk.sheet('ann', 'note:n'))[1], 'user:cid [conditional]: reader by user:ann')
    await desk.refused(
      t,
      () => desk.change('ann', 'note:n', revoke('user:ann')),
      'SHARING_LAST_HOLDER',
    )
    const leave = () =>
      desk.client.removePrincipal({
        actor: user('ann'),
        principal: user('cid'),
        scope: toObject('note:n'),
      })
    await desk.refused(t, leave, 'SHARING_UNDECLARED')
  })

  t.test('a schema without a word about sharing', async t => {
    const schema = 'definition user {}\ndefinition note {\n  relation reader: user\n}'
    const desk = await Desk.open(t, service, { schema, relationships: 'note:n#reader@user:ann' })
    const sheet = () => desk.client.sheet({ actor: user('ann'), resource: toObject('note:n') })
    const error = await sheet().catch((thrown: unknown) => thrown)
    t.match(error, { reason: 'SHARING_UNDECLARED' })
    const { rows } = await desk.client.reach({ person: user('ann') })
    t.strictSame(rows, [])
  })
})
