// A tree that is too large for a graph in memory is too large for one that is loaded on demand, for
// the same reason, though the latter meets a part of the crowd first.

import t from 'tap'
import { expand } from '../../src/evaluator/expand.js'
import { type Snapshot, Unloaded } from '../../src/evaluator/index.js'
import { orRefusal } from '../../src/terms/index.js'
import { TestSnapshot } from '../snapshot.js'
import { world } from '../world.js'
import { MemoryRows } from './memory.js'

const CROWD = 12
const { schema, relationships } = world(
  Array.from({ length: CROWD }, (_, i) => `team:b#two@user:${i}`).join(' '),
  `definition user {
     permission beta = nil
   }
   definition team {
     relation two: user
     permission beta = two->beta
     permission alpha = beta + alpha
   }`,
)

const tell = (workMax: number) => (snapshot: Snapshot) =>
  orRefusal(() => {
    const circumstances = { context: {}, now: 0, depthMax: 50, workMax }
    const asked = { resource: { type: 'team', id: 'b' }, permission: 'alpha' }
    const tree = expand(snapshot, schema, { ...circumstances, ...asked })
    if (tree === null) throw new Unloaded()
    return tree
  })

for (const [code, workMax] of [
  ['work-exceeded', 1000],
  ['depth-exceeded', 2000],
] as const) {
  t.test(`${code}: a cycle through a crowd is refused for the same reason`, async t => {
    t.match(tell(workMax)(new TestSnapshot(relationships)), { code })
    for (const prefix of [1, 4, 2 * CROWD]) {
      const found = new MemoryRows(relationships, prefix).settle(tell(workMax))
      t.match(found, { code }, `${prefix} at a time`)
    }
  })
}
