// The same random worlds and questions for Pemba and for a real SpiceDB. Where their answers
// differ, either a deviation of SpiceDB that `known.md` lists explains it, or one of the two has a
// bug.

import fc from 'fast-check'
import { expand } from '../../src/evaluator/expand.js'
import { check, type ExpansionTree } from '../../src/evaluator/index.js'
import { requireAdmitted } from '../../src/language/index.js'
import {
  type CheckItem,
  limits,
  printObject,
  printSubject,
  Refusal,
  type Relationship,
} from '../../src/terms/index.js'
import { oracle } from '../oracle.js'
import { TestSnapshot } from '../snapshot.js'
import { type Case, calmCases, printCase } from './cases.js'
import { compareResourceLookups } from './resourceLookups.js'
import { SpiceDb, type SpiceDbPackage } from './spicedb.js'
import { compareSubjectLookups } from './subjectLookups.js'

const TYPES = ['user', 'team'] as const
const RESOURCE_IDS = ['a', 'b', 'c'] as const
const SUBJECT_IDS = [...RESOURCE_IDS, 'x'] as const
const MEMBERS = ['one', 'two', 'alpha', 'beta'] as const
const SETS = ['', 'one', 'alpha'] as const

export interface Tally {
  readonly worlds: number
  readonly questions: number
  /** The number of questions that a known deviation of SpiceDB explains, by its name. */
  readonly known: ReadonlyMap<string, number>
  /** The unexplained differences, each with its world. */
  readonly unexplained: readonly string[]
}

export interface Extent {
  readonly seed: number
  /** The number of questions after which no new world is made. */
  readonly questions: number
}

export async function compareWithSpiceDb(
  spiceDb: SpiceDbPackage,
  { seed, questions }: Extent,
): Promise<Tally> {
  const known = new Map<string, number>()
  const unexplained: string[] = []
  let [worlds, asked] = [0, 0]
  for (const sample of sampled(seed)) {
    if (asked >= questions || unexplained.length > 0) break
    const world = { ...sample, relationships: sample.relationships.filter(isWritable(sample)) }
    const items = toItems(world)
    const peer = await SpiceDb.start(spiceDb, world.schema.text, world.relationships)
    const theirs = await peer.check(items)
    const ours = items.map(checker(world))
    worlds++
    asked += items.length
    for (const [position, item] of items.entries()) {
      if (ours[position] === theirs[position]) continue
      const way =
        explain(world, item, theirs[position]) ?? (await explainBatch(peer, item, ours[position]))
      if (way !== null) known.set(way, (known.get(way) ?? 0) + 1)
      else unexplained.push(describe(world, item, ours[position], theirs[position]))
    }
    const trees = await compareTrees(peer, world)
    unexplained.push(...trees.unexplained)
    asked += trees.questions
    for (const compare of [compareResourceLookups, compareSubjectLookups]) {
      const lookups = await compare(peer, world, worlds)
      unexplained.push(...lookups.unexplained)
      asked += lookups.questions
      for (const way of lookups.known) known.set(way, (known.get(way) ?? 0) + 1)
    }
    await peer.close()
  }
  return { worlds, questions: asked, known, unexplained }
}

const BATCH = 100

function* sampled(seed: number): Generator<Case> {
  for (let from = seed; ; from++) yield* fc.sample(calmCases, { seed: from, numRuns: BATCH })
}

/** Stray relationships are left out, because SpiceDB would refuse to write them. */
const isWritable =
  ({ schema }: Case) =>
  (relationship: Relationship): boolean => {
    try {
      requireAdmitted(schema, relationship, 'touch')
      return true
    } catch (error) {
      if (error instanceof Refusal) return false
      throw error
    }
  }

/** Every member of every object, expanded. */
async function compareTrees(peer: SpiceDb, world: Case) {
  const unexplained: string[] = []
  const snapshot = new TestSnapshot(world.relationships)
  const { depthMax, workMax } = limits
  const circumstances = { context: {}, now: Date.now(), depthMax, workMax }
  const places = TYPES.flatMap(type =>
    RESOURCE_IDS.flatMap(id => MEMBERS.map(permission => ({ resource: { type, id }, permission }))),
  )
  for (const place of places) {
    const ours = printTree(expand(snapshot, world.schema, { ...place, ...circumstances })!)
    const theirs = await peer.expand(place.resource, place.permission)
    if (ours === theirs) continue
    unexplained.push(`${ours}, but SpiceDB says ${theirs}\n${printCase({ ...world, items: [] })}`)
  }
  return { unexplained, questions: places.length }
}

const SIGNS = { union: 'or', intersection: 'and', exclusion: 'but-not' } as const

/** The answer in an order that does not depend on the service. */
function printTree(tree: ExpansionTree): string {
  const place = `${printObject(tree.object)}#${tree.member}`
  if (tree.kind === 'leaf') return `${place}[${tree.subjects.map(printSubject).sort().join(' ')}]`
  const trees = tree.children.map(printTree)
  return `${place} ${SIGNS[tree.kind]}(${(tree.kind === 'exclusion' ? trees : trees.sort()).join(', ')})`
}

/** Every member of every object, for every subject, known or not, and some of its sets. */
function toItems({ items: [{ context }] }: Case): readonly CheckItem[] {
  const resources = TYPES.flatMap(type => RESOURCE_IDS.map(id => ({ type, id })))
  const subjects = TYPES.flatMap(type =>
    SUBJECT_IDS.flatMap(id => SETS.map(relation => ({ type, id, relation }))),
  )
  return resources.flatMap(resource =>
    MEMBERS.flatMap(permission =>
      subjects.map(subject => ({ resource, permission, subject, context })),
    ),
  )
}

function checker({ schema, relationships }: Case): (item: CheckItem) => string {
  const snapshot = new TestSnapshot(relationships)
  const { depthMax, workMax } = limits
  return item => toText(check(snapshot, schema, { ...item, now: Date.now(), depthMax, workMax }))
}

const toText = ({ verdict, missing }: { verdict: string; missing: readonly string[] }): string =>
  verdict === 'conditional' ? `conditional ${missing.join()}` : verdict

/** The known deviation that explains SpiceDB's answer, or null. */
function explain({ schema, relationships }: Case, item: CheckItem, theirs: string): string | null {
  const question = { ...item, now: Date.now(), wildcardsHoldSets: true }
  return toText(oracle(schema, relationships, question)) === theirs ? 'wildcards hold sets' : null
}

/** The deviation if SpiceDB agrees with Pemba as soon as it is asked this question alone. */
async function explainBatch(peer: SpiceDb, item: CheckItem, ours: string): Promise<string | null> {
  const [alone] = await peer.check([item])
  return alone === ours ? 'batches leak' : null
}

const describe = (world: Case, item: CheckItem, ours: string, theirs: string): string =>
  `${ours}, but SpiceDB says ${theirs}\n${printCase({ ...world, items: [item] })}`
