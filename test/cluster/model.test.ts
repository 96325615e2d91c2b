// Tests that the model, which judges the answers of nodes, agrees with the oracle.

import t from 'tap'
import { toDice } from '../dice.js'
import { oracle } from '../oracle.js'
import { schemaOf, toItem, toRelationships } from '../world.js'
import { anyRelationship, DOCS, SCHEMA, seesDoc, USERS } from './model.js'

const WORLDS = 20
const RELATIONSHIPS = 50

t.test('the model of the histories agrees with the oracle', async t => {
  const dice = toDice(5)
  const schema = schemaOf(SCHEMA)
  const found = { yes: 0, no: 0, different: [] as string[] }
  for (let round = 0; round < WORLDS; round++) {
    const texts = new Set(Array.from({ length: RELATIONSHIPS }, () => anyRelationship(dice)))
    const relationships = toRelationships([...texts].join(' '))
    const [doc, user] = [DOCS[dice(DOCS.length)], USERS[dice(USERS.length)]]
    const question = { ...toItem(`doc:${doc}#view@user:${user}`), now: 0 }
    const { verdict } = oracle(schema, relationships, question)
    const answer = seesDoc(texts, doc, user) ? 'yes' : 'no'
    found[answer]++
    if (answer !== verdict) found.different.push(`${doc} ${user} ${[...texts].join(' ')}`)
  }
  t.same(found.different, [])
  t.ok(found.yes > 2 && found.no > 2, JSON.stringify(found))
})
