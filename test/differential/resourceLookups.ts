// Lookups of resources, put to us and to a real SpiceDB: for each member, the subject whose turn it
// is.

import { lookupResources } from '../../src/evaluator/index.js'
import { limits } from '../../src/terms/index.js'
import { TestSnapshot } from '../snapshot.js'
import { type Case, printCase } from './cases.js'
import type { Found, ResourcesQuestion, SpiceDb } from './spicedb.js'

const TYPES = ['user', 'team'] as const
const MEMBERS = ['one', 'two', 'alpha', 'beta'] as const
const SUBJECT_IDS = ['a', 'b', 'c', 'x'] as const
const SETS = ['', 'one', 'alpha'] as const
const SUBJECTS = TYPES.flatMap(type =>
  SUBJECT_IDS.flatMap(id => SETS.map(relation => ({ type, id, relation }))),
)

/** What SpiceDB says of `self` within an intersection or an exclusion. */
const BROKEN_SELF = 'cannot call HintForEntrypoint for kind SELF_ENTRYPOINT'

/** @param turn a number of the world: which subjects are asked about */
export async function compareResourceLookups(peer: SpiceDb, world: Case, turn: number) {
  const unexplained: string[] = []
  let broken = 0
  const questions = toQuestions(world, turn)
  for (const question of questions) {
    const theirs = print(await peer.lookupResources(question))
    const ours = print(lookUp(world, question))
    if (ours === theirs) continue
    const asked = JSON.stringify(question)
    if (theirs.includes(BROKEN_SELF)) broken++
    else unexplained.push(`${asked}: ${ours}, but SpiceDB says ${theirs}\n${printCase(world)}`)
  }
  return { unexplained, broken, questions: questions.length }
}

function toQuestions({ items: [{ context }] }: Case, turn: number): readonly ResourcesQuestion[] {
  const members = TYPES.flatMap(type => MEMBERS.map(permission => ({ type, permission })))
  return members.map((member, place) => {
    const subject = SUBJECTS[(turn * members.length + place * 7) % SUBJECTS.length]
    return { ...member, subject, context }
  })
}

function lookUp({ schema, relationships }: Case, question: ResourcesQuestion): Found {
  const found = lookupResources(new TestSnapshot(relationships), schema, {
    ...question,
    resourceType: question.type,
    within: null,
    after: null,
    now: Date.now(),
    depthMax: limits.depthMax,
    workMax: limits.workMax,
  })
  return new Map(
    [...found]
      .filter(each => each !== null)
      .map(({ id, missing }) => [
        id,
        missing.length === 0 ? 'yes' : `conditional ${missing.join()}`,
      ]),
  )
}

const print = (found: Found | string): string =>
  typeof found === 'string' ? found : JSON.stringify([...found].sort())
