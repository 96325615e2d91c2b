// Resource lookups for Pemba and for a real SpiceDB, for each member and one subject, in turn.

import { lookupResources } from '../../src/evaluator/index.js'
import { limits } from '../../src/terms/index.js'
import { granted } from '../evaluator/resources.js'
import { oracle } from '../oracle.js'
import { TestSnapshot } from '../snapshot.js'
import { type Case, printCase } from './cases.js'
import type { Found, ResourcesQuestion, SpiceDb } from './spicedb.js'

const TYPES = ['user', 'team'] as const
const MEMBERS = ['one', 'two', 'alpha', 'beta'] as const
const IDS = ['a', 'b', 'c', 'x'] as const
const SETS = ['', 'one', 'alpha'] as const
const SUBJECTS = TYPES.flatMap(type =>
  IDS.flatMap(id => SETS.map(relation => ({ type, id, relation }))),
)

/** @param turn a number of the world: which subjects are asked about */
export async function compareResourceLookups(peer: SpiceDb, world: Case, turn: number) {
  const unexplained: string[] = []
  const known: string[] = []
  const questions = toQuestions(world, turn)
  for (const question of questions) {
    const theirs = await peer.lookupResources(question)
    const ours = lookUp(world, question)
    if (print(ours) === print(theirs)) continue
    const way = await explain(peer, world, question, { ours, theirs })
    const told = `${JSON.stringify(question)}: ${print(ours)}, but SpiceDB says ${print(theirs)}`
    if (way !== null) known.push(way)
    else unexplained.push(`${told}\n${printCase(world)}`)
  }
  return { unexplained, known, questions: questions.length }
}

/** The known deviation that explains SpiceDB's answer, or null. */
async function explain(
  peer: SpiceDb,
  { schema, relationships }: Case,
  { type, permission, subject, context }: ResourcesQuestion,
  { ours, theirs }: { readonly ours: Found; readonly theirs: Found | string },
): Promise<string | null> {
  const items = IDS.map(id => ({ resource: { type, id }, permission, subject, context }))
  const checks = await Promise.all(items.map(async item => (await peer.check([item]))[0]))
  if (IDS.every((id, place) => checks[place] === (ours.get(id) ?? 'no'))) {
    return 'lookups are not checks'
  }
  if (typeof theirs === 'string') return null
  const bent = items.every(item => {
    const answers = [false, true].map(wildcardsHoldSets =>
      toText(oracle(schema, relationships, { ...item, now: Date.now(), wildcardsHoldSets })),
    )
    return answers.includes(theirs.get(item.resource.id) ?? 'no')
  })
  return bent ? 'wildcards hold sets' : null
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
      .map(granted)
      .map(({ id, missing }) => [
        id,
        toText({ verdict: missing.length === 0 ? 'yes' : 'conditional', missing }),
      ]),
  )
}

const toText = ({ verdict, missing }: { verdict: string; missing: readonly string[] }): string =>
  verdict === 'conditional' ? `conditional ${missing.join()}` : verdict

const print = (found: Found | string): string =>
  typeof found === 'string' ? found : JSON.stringify([...found].sort())
