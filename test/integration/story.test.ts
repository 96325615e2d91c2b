// The story that the README tells, on the schema at the top: a grant to a group covers its future
// members, a grant to chosen users stays as it is.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parseRelationship, type Update } from '../../src/terms/index.js'
import { openService, STORES, type TestService } from '../service.js'

const SCHEMA = readFileSync(join(import.meta.dirname, '../../../schema.zed'), 'utf8')

const touch = (text: string): Update => ({
  operation: 'touch',
  relationship: parseRelationship(text),
})

/** Writes the relationships; the token of the write. */
async function write({ client }: TestService, ...texts: readonly string[]): Promise<string> {
  const { token } = await client.writeRelationships({ updates: texts.map(touch) })
  return token
}

/** Whether the user may view the campaign, as fresh as the token. */
async function mayView(service: TestService, user: string, token: string): Promise<boolean> {
  const { answer } = await service.client.check({
    consistency: { kind: 'at-least', token },
    item: {
      resource: { type: 'campaign', id: 'spring' },
      permission: 'view',
      subject: { type: 'user', id: user, relation: '' },
      context: {},
    },
  })
  return answer.kind === 'yes'
}

for (const store of STORES) {
  t.test(`${store}: who joins a group later has what the group was given before`, async t => {
    const service = await openService(store)
    t.teardown(() => service.close())
    await service.client.writeSchema({ text: SCHEMA })
    const given = await write(
      service,
      'group:sales#member@user:ann',
      'campaign:spring#viewer@group:sales#member',
    )
    t.equal(await mayView(service, 'ann', given), true)
    t.equal(await mayView(service, 'bob', given), false)
    const joined = await write(service, 'group:sales#member@user:bob')
    t.equal(await mayView(service, 'bob', joined), true)
  })

  t.test(
    `${store}: who joins a group later has nothing of what chosen users were given`,
    async t => {
      const service = await openService(store)
      t.teardown(() => service.close())
      await service.client.writeSchema({ text: SCHEMA })
      const given = await write(
        service,
        'group:sales#member@user:ann',
        'campaign:spring#viewer@user:ann',
      )
      t.equal(await mayView(service, 'ann', given), true)
      const joined = await write(service, 'group:sales#member@user:bob')
      t.equal(await mayView(service, 'bob', joined), false)
    },
  )
}
