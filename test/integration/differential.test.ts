// The short form of `npm run differential`, and the deviations of SpiceDB that known.md lists. The
// tests fail if a newer SpiceDB no longer has one.

import t from 'tap'
import { compareWithSpiceDb } from '../differential/agreement.js'
import { PACKAGE, SpiceDb } from '../differential/spicedb.js'
import { provisionSpiceDb } from '../provision.js'
import { toItem, toRelationships } from '../world.js'

const spiceDb = await provisionSpiceDb()
const skip = spiceDb === null && `the package \`${PACKAGE}\` is not to be had`
const QUESTIONS = 6000

t.test('what SpiceDB answers is what we answer, or known', { skip }, async t => {
  const seed = Number(process.env.PEMBA_SEED ?? Date.now() % 2 ** 31)
  const { worlds, questions, unexplained } = await compareWithSpiceDb(spiceDb!, {
    questions: QUESTIONS,
    seed,
  })
  t.comment(`${questions} questions in ${worlds} worlds, seed ${seed}`)
  t.strictSame(unexplained, [], `seed ${seed}`)
})

const HEADER = 'use expiration\ncaveat low(p int) { p < 2 }\ndefinition user {}\n'

async function answers(relations: string, stored: string, asked: string): Promise<string> {
  const schema = `${HEADER}definition team {\n${relations}\n}`
  const peer = await SpiceDb.start(spiceDb!, schema, toRelationships(stored))
  const [answer] = await peer.check([toItem(asked)])
  await peer.close()
  return answer
}

t.test('SpiceDB lets a wildcard hold subject sets', { skip }, async t => {
  const relations = 'relation two: user\nrelation one: team:*'
  t.equal(await answers(relations, 'team:a#one@team:*', 'team:a#one@team:b#two'), 'yes')
})

t.test('SpiceDB misreads relationships of a relation with uneven traits', { skip }, async t => {
  const caveated = 'relation one: team#one | team with low'
  t.equal(await answers(caveated, 'team:a#one@team:c[low]', 'team:a#one@team:c'), 'no')
  const expired = 'relation one: team#one | team:* with expiration'
  const stored = 'team:a#one@team:*[expiration:2020-01-01T00:00:00Z]'
  t.equal(await answers(expired, stored, 'team:a#one@team:c'), 'yes')
})
