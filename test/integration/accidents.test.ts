// Accidents of other authorization services around their checks: in stored data, cancelled
// requests, or omitted fields. Similar ones are tested elsewhere: reading one's own write on
// another node (SpiceDB #3260) in consistency.test.ts, overlapping revisions (SpiceDB 1.50) in the
// storage contract, misread rules (Keto #1522, #1255) in the differential suites.

import t from 'tap'
import type { CheckItem } from '../../src/terms/index.js'
import { openService, STORES } from '../service.js'
import { DELETE, post } from '../wire.js'
import { toItem, toRelationships } from '../world.js'

const SCHEMA = `
definition user {}
definition group {
  relation member: user | group#member
}`

/** Texts that look alike, or are equal in a database that does not compare bytes. */
const LOOKALIKES = [
  'foo',
  'Foo',
  'FOO',
  'ſoo',
  'é',
  'e\u0301',
  'É',
  'ß',
  'ss',
  'ﬁ',
  'fi',
  'a-b',
  'ab',
]

for (const kind of STORES) {
  t.test(`${kind}: accidents of others`, async t => {
    const service = await openService(kind)
    t.teardown(() => service.close())
    const { client } = service
    await client.writeSchema({ text: SCHEMA })
    const touch = (text: string) =>
      client.writeRelationships({
        updates: toRelationships(text).map(relationship => ({ operation: 'touch', relationship })),
      })
    const full = { kind: 'full' } as const

    await t.test(
      'ids that only look alike are different ones (OpenFGA CVE-2026-55170)',
      async t => {
        await touch(LOOKALIKES.map(id => `group:${id}#member@user:${id}`).join(' '))
        const items: CheckItem[] = LOOKALIKES.flatMap(group =>
          LOOKALIKES.map(user => toItem(`group:${group}#member@user:${user}`)),
        )
        const { answers } = await client.checkBulk({ consistency: full, items })
        const found = items.filter((_, at) => (answers[at] as { kind: string }).kind === 'yes')
        t.strictSame(
          found.map(({ resource, subject }) => [resource.id, subject.id]),
          LOOKALIKES.map(id => [id, id]),
        )
        const ids: string[] = []
        for await (const { relationship } of client.readRelationships({
          consistency: full,
          filter: { resourceType: 'group' },
        })) {
          ids.push(relationship.resource.id)
        }
        t.strictSame(
          ids,
          LOOKALIKES.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
        )
      },
    )

    await t.test('a check that was cancelled is no answer to others (OpenFGA 1.16)', async t => {
      const chain = Array.from(
        { length: 300 },
        (_, n) => `group:c${n}#member@group:c${n + 1}#member`,
      )
      await touch(`${chain.join(' ')} group:c300#member@user:deep`)
      const items = chain.map((_, n) => toItem(`group:c${n}#member@user:deep`))
      const leaving = new AbortController()
      const cancelled = client
        .checkBulk({ consistency: full, items }, { signal: leaving.signal })
        .catch(() => null)
      const staying = client.checkBulk({ consistency: full, items })
      leaving.abort()
      await cancelled
      const { answers } = await staying
      t.ok(answers.every(answer => 'kind' in answer && answer.kind === 'yes'))
    })

    await t.test('a deletion without a filter deletes nothing (Keto #1085)', async t => {
      const count = async () => {
        let sum = 0
        for await (const batch of client.exportRelationships({ consistency: full })) {
          sum += batch.relationships.length
        }
        return sum
      }
      const before = await count()
      for (const body of ['', '{}', '{"relationshipFilter": {}}', '{"relationshipFilter": null}']) {
        t.equal((await post(service, DELETE, body)).status, 400, body)
      }
      t.equal(await count(), before)
    })
  })
}
