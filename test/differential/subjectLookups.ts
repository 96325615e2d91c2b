// Subject lookups for Pemba and for a real SpiceDB, for each member, one object and one kind of
// subject, in turn. Rows may differ and mean the same, so their meaning is compared for each id and
// for an unknown one.

import type { SubjectRow } from '../../src/evaluator/index.js'
import { limits } from '../../src/terms/index.js'
import { granted } from '../evaluator/resources.js'
import { rowsOf } from '../evaluator/subjects.js'
import { oracle } from '../oracle.js'
import { TestSnapshot } from '../snapshot.js'
import { type Case, printCase } from './cases.js'
import type { Found, SpiceDb, SubjectsQuestion } from './spicedb.js'

const TYPES = ['user', 'team'] as const
const MEMBERS = ['one', 'two', 'alpha', 'beta'] as const
const RESOURCE_IDS = ['a', 'b', 'c'] as const
/** The subjects. The last one is unknown to the world. */
const IDS = [...RESOURCE_IDS, 'x'] as const
const RELATIONS = ['', '', 'one', 'alpha'] as const

/** @param turn a number of the world: which objects and subjects are asked about */
export async function compareSubjectLookups(peer: SpiceDb, world: Case, turn: number) {
  const unexplained: string[] = []
  const known: string[] = []
  const questions = toQuestions(world, turn)
  for (const question of questions) {
    const theirs = await peer.lookupSubjects(question)
    const ours = toFound(lookUp(world, question))
    for (const id of IDS) {
      const [we, they] = [ours, theirs].map(each => saidOf(each, id))
      if (we === they) continue
      const way = await explain(peer, world, question, { id, ours: we, theirs: they })
      const told = `${JSON.stringify(question)} ${id}: ${we}, but SpiceDB says ${they}`
      if (way !== null) known.push(way)
      else unexplained.push(`${told}\n${printCase(world)}`)
    }
  }
  return { unexplained, known, questions: questions.length * IDS.length }
}

function toQuestions({ items: [{ context }] }: Case, turn: number): readonly SubjectsQuestion[] {
  return TYPES.flatMap(resourceType =>
    MEMBERS.map((permission, place) => ({
      resource: { type: resourceType, id: RESOURCE_IDS[(turn + place) % RESOURCE_IDS.length] },
      permission,
      type: TYPES[(turn + (place >> 1)) % TYPES.length],
      relation: RELATIONS[(turn * 3 + place) % RELATIONS.length],
      context,
    })),
  )
}

function lookUp(
  { schema, relationships }: Case,
  { resource, permission, type, relation, context }: SubjectsQuestion,
): readonly SubjectRow[] {
  const question = {
    resource,
    permission,
    subjectType: type,
    subjectRelation: relation,
    context,
    wildcard: true,
    after: null,
    now: Date.now(),
    depthMax: limits.depthMax,
    workMax: limits.workMax,
  }
  return rowsOf(new TestSnapshot(relationships), { schema, question })
}

const toText = (missing: readonly string[]): string =>
  missing.length === 0 ? 'yes' : `conditional ${missing.join()}`

/** The rows in the form of spicedb.ts, with `-id` for an excluded id. */
const toFound = (rows: readonly SubjectRow[]): Found =>
  new Map(
    rows.flatMap(row => [
      [row.id, toText(granted(row).missing)] as const,
      ...row.excluded.map(each => [`-${each.id}`, toText(granted(each).missing)] as const),
    ]),
  )

/** The answer that the rows give for an id, or the refusal of the lookup. */
function saidOf(found: Found | string, id: string): string {
  if (typeof found === 'string') return found
  const named = found.get(id)
  const everybody = found.get('*')
  if (named !== undefined) return named
  if (everybody === undefined) return 'no'
  const excluded = found.get(`-${id}`)
  if (excluded === undefined) return everybody
  return excluded === 'yes' ? 'no' : excluded
}

interface Difference {
  readonly id: string
  readonly ours: string
  readonly theirs: string
}

/** The known deviation that explains SpiceDB's answer, or null. */
async function explain(
  peer: SpiceDb,
  { schema, relationships }: Case,
  { resource, permission, type, relation, context }: SubjectsQuestion,
  { id, ours, theirs }: Difference,
): Promise<string | null> {
  const item = { resource, permission, subject: { type, id, relation }, context }
  const [checked] = await peer.check([item])
  if (checked === ours) return 'lookups are not checks'
  const [plain, bent] = [false, true].map(wildcardsHoldSets => {
    const question = { ...item, now: Date.now(), wildcardsHoldSets }
    const { verdict, missing } = oracle(schema, relationships, question)
    return verdict === 'conditional' ? `conditional ${missing.join()}` : verdict
  })
  return ours === plain && (theirs === bent || checked === bent) ? 'wildcards hold sets' : null
}
