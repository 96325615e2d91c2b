// A watch of an import that is too large for memory: each relationship is sent once, in order,
// whichever message the watch continues from.

import t from 'tap'
import type { WatchEvent } from '../../src/client/index.js'
import {
  compareIdentities,
  limits,
  parseRelationship,
  type Relationship,
} from '../../src/terms/index.js'
import { openService } from '../service.js'

const MANY = 10 * limits.changeRowsMax + 5000
const SCHEMA = `definition user {}
definition group {
  relation member: user
}`

t.test('a watch gets all of a large import', async t => {
  const service = await openService('postgres')
  t.teardown(() => service.close())
  const { client } = service
  let { token } = await client.writeSchema({ text: SCHEMA })
  const relationships = Array.from({ length: MANY }, (_, n) =>
    parseRelationship(`group:g#member@user:u${n}`),
  )
  await client.importRelationships({ relationships })
  const last = await client.writeRelationships({
    updates: [{ operation: 'touch', relationship: parseRelationship('group:h#member@user:u') }],
  })
  const told: Relationship[] = []
  let begun = 0
  while (told.length <= MANY) {
    begun++
    // Each watch continues where the one before ended, after some messages.
    const events: WatchEvent[] = []
    for await (const event of client.watch({ start: token })) {
      events.push(event)
      told.push(...event.updates.map(({ relationship }) => relationship))
      if (events.length === 9 || told.length > MANY) break
    }
    token = events[events.length - 1].token
  }
  t.ok(begun > 2, `${begun} watches`)
  t.equal(told.length, MANY + 1)
  t.ok(told.every((each, i) => i === 0 || compareIdentities(told[i - 1], each) < 0))
  t.equal(token, last.token)
})
