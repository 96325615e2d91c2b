// Who may do this to the resource? All whom a walk down from it meets are candidates (candidates.ts);
// where the way to one does not say it all, a check of that very subject does. So a lookup never
// disagrees with a check, whatever the operators.
//
// Where a wildcard grants, everybody of the type is a subject. What that comes to is what a check
// finds for a stranger, whom nothing names: the row of `*`, which excludes the candidates who are, or
// may be, less. Those who are more, or are granted by name too, have rows of their own. A row says all
// there is to say about its id, and that of the wildcard about the ids that have none and are not
// excluded. Without the wildcard, the rows are of those who have it by name (named.ts).
//
// Whose check is refused has a row that says so, and is excluded from a wildcard that holds.

import { type MemberId, requireMember, type Schema } from '../language/index.js'
import { compareTexts, type ObjectReference, Refusal, WILDCARD } from '../terms/index.js'
import type { WorkBudget } from './budget.js'
import { type CandidateChecks, outcomesOf, type SettledCandidate } from './candidateChecks.js'
import { type CheckOutcome, toSubjectMember, verdictOf } from './check.js'
import { type Circumstances, EvaluationContext, STRANGER } from './evaluationContext.js'
import { ForwardReachability } from './forwardReachability.js'
import { type Found, isRefused, orRefusedInSlices } from './found.js'
import { checkByName } from './named.js'
import { inOrder } from './ordered.js'
import { type SchemaIndex, schemaIndexOf } from './schemaIndex.js'
import { Breather, mapped, rest, type Sliced } from './sliced.js'
import { NONE, type ObjectId, type Snapshot } from './snapshot.js'
import { Window } from './window.js'

export interface SubjectsQuestion extends Circumstances {
  readonly resource: ObjectReference
  readonly permission: string
  readonly subjectType: string
  /** Empty for objects themselves. */
  readonly subjectRelation: string
  /** Whether wildcards grant; without them, there are only those who have the permission by name. */
  readonly wildcard: boolean
  /** The id of the row to go on after, or null. */
  readonly after: string | null
  /** Candidates that are looked at together; all, without. */
  readonly window?: number
  /** Whom the wildcard does not hold for, as far as windows before this one have found out. */
  readonly excluded?: Excluded
}

interface Excluded {
  readonly found: readonly Found[]
  /** The last id that was looked at. */
  readonly until: string
}

export type SubjectRow = Found & {
  /** Whom a wildcard does not hold for: for certain, maybe, or nobody knows. In the order of ids. */
  readonly excluded: readonly Found[]
}

/** What a candidate's check, or the stranger's, came to. */
type SubjectOutcome = Refusal | Verdict

interface Verdict extends Pick<CheckOutcome, 'missing'> {
  readonly verdict: 'no' | 'conditional' | 'yes'
}

const RANKS = { no: 0, refused: 1, conditional: 2, yes: 3 } as const

const rankOf = (outcome: SubjectOutcome): number =>
  RANKS[outcome instanceof Refusal ? 'refused' : outcome.verdict]

const NOT: SubjectOutcome = { verdict: 'no', missing: [] }
const CERTAINLY: SubjectOutcome = { verdict: 'yes', missing: [] }

/**
 * The wildcard's row first, then the others in the order of ids by bytes, each id once. A null is a
 * moment at which others may have their turn, and at which what the snapshot has not loaded must be
 * brought. `workMax` bounds each check, not their sum.
 * @returns what to go on with, asked of an empty snapshot: what lies behind the window; or null
 * @throws Refusal for unknown names; `work-exceeded`
 */
export function* lookupSubjects(
  snapshot: Snapshot,
  schema: Schema,
  question: SubjectsQuestion,
): Generator<SubjectRow | null, SubjectsQuestion | null> {
  const lookup = new SubjectLookup(snapshot, schema, question)
  // All of a type are no resource, of which nothing is stored, and no subject set either.
  if (question.resource.id === WILDCARD) return null
  yield* lookup.gather()
  const everybody = yield* lookup.everybody()
  const { until } = lookup
  if (question.wildcard && question.after === null && rankOf(everybody) > RANKS.no) {
    const found = yield* lookup.excluded(everybody)
    if (until !== null) return { ...question, excluded: { found, until } }
    yield { ...toFound(WILDCARD, everybody), excluded: found }
    if (question.excluded !== undefined) {
      return { ...question, after: WILDCARD, excluded: undefined }
    }
  }
  yield* lookup.rows(everybody)
  return until === null ? null : { ...question, after: until }
}

class SubjectLookup implements CandidateChecks<SubjectOutcome> {
  readonly #snapshot: Snapshot
  readonly #question: SubjectsQuestion
  readonly #schemaIndex: SchemaIndex
  readonly #resource: ObjectId
  readonly #member: MemberId
  readonly #subjectMember: MemberId
  /** The id to begin after, or null. */
  readonly #after: string | null
  readonly #window: Window | null
  readonly #reachability: ForwardReachability
  /** By class of subjects. */
  readonly #known = new Map<number, SubjectOutcome>()
  /** Classes one of which was found to lack rows: those of the others are the same. */
  readonly #lacking = new Set<number>()
  readonly #breather: Breather
  /** Of the checks since the last look. */
  #work = 0

  constructor(snapshot: Snapshot, schema: Schema, question: SubjectsQuestion) {
    const { resource, permission, subjectType, subjectRelation, after, window } = question
    this.#snapshot = snapshot
    this.#question = question
    this.#schemaIndex = schemaIndexOf(schema, snapshot.kinds)
    this.#resource = snapshot.object(resource.type, resource.id)
    this.#member = requireMember(schema, resource.type, permission).id
    this.#subjectMember = toSubjectMember(schema, subjectType, subjectRelation)
    this.#after = after === WILDCARD ? null : (after ?? question.excluded?.until ?? null)
    const extent = { type: subjectType, after: this.#after }
    this.#window = window === undefined ? null : new Window(snapshot, { ...extent, room: window })
    this.#breather = new Breather(question.turn)
    const unbounded = { ...question, workMax: Number.POSITIVE_INFINITY }
    this.#reachability = new ForwardReachability(this.#inquiry(STRANGER, unbounded), this.#window)
  }

  /** Up to where the window is complete; null if it has all. */
  get until(): string | null {
    return this.#window?.until ?? null
  }

  *gather(): Generator<null, void> {
    yield* this.#reachability.gather(this.#resource, this.#member)
  }

  /** What holds for all of the type, as far as nothing names them. */
  *everybody(): Generator<null, SubjectOutcome> {
    if (!this.#question.wildcard || !this.#reachability.everybody) return NOT
    for (;;) {
      const outcome = yield* rest(this.#check(STRANGER))
      if (outcome !== null) return outcome
      yield null
    }
  }

  /** Whom the wildcard does not hold for, up to here. */
  *excluded(everybody: SubjectOutcome): Generator<null, readonly Found[]> {
    const excluded = [...(this.#question.excluded?.found ?? [])]
    for (const found of this.#outcomes()) {
      if (found === null) yield null
      else if (this.#isExcluded(found, everybody)) {
        excluded.push(toExcluded(this.#idOf(found.object), found.outcome, everybody))
      }
    }
    return excluded
  }

  *rows(everybody: SubjectOutcome): Generator<SubjectRow | null, void> {
    for (const found of this.#outcomes()) {
      if (found === null) yield null
      else if (this.#hasRow(found, everybody)) {
        yield { ...toFound(this.#idOf(found.object), found.outcome), excluded: [] }
      }
    }
  }

  /** Conditions are not compared: whom an exclusion is about may be excluded from what may hold. */
  #isExcluded(
    { object, outcome }: SettledCandidate<SubjectOutcome>,
    everybody: SubjectOutcome,
  ): boolean {
    const more = rankOf(outcome) - rankOf(everybody)
    const isOpen = rankOf(outcome) === RANKS.conditional
    return more < 0 || (more === 0 && isOpen && this.#reachability.isAgainst(object))
  }

  #hasRow(
    { object, outcome }: SettledCandidate<SubjectOutcome>,
    everybody: SubjectOutcome,
  ): boolean {
    const rank = rankOf(outcome)
    if (rank <= RANKS.refused) return rank === RANKS.refused
    return this.#reachability.isNamed(object) || rank > rankOf(everybody)
  }

  #outcomes(): Iterable<SettledCandidate<SubjectOutcome> | null> {
    return outcomesOf(this.#snapshot, this.#inOrder(), this)
  }

  isDue(): boolean {
    const work = this.#work
    this.#work = 0
    return this.#breather.isDue(work + 1)
  }

  again(): void {
    this.#lacking.clear()
  }

  settle(subject: ObjectId): Sliced<SubjectOutcome | null> {
    if (this.#reachability.isPlain(subject)) return CERTAINLY
    if (!this.#question.wildcard && !this.#reachability.isNamed(subject)) return NOT
    const ofClass = this.#reachability.classOf(subject)
    if (ofClass === null) return this.#check(subject)
    const known = this.#known.get(ofClass)
    if (known !== undefined || this.#lacking.has(ofClass)) return known ?? null
    return mapped(this.#check(subject), outcome => {
      if (outcome === null) this.#lacking.add(ofClass)
      else this.#known.set(ofClass, outcome)
      return outcome
    })
  }

  /** A resource that the snapshot does not know leads to nobody but itself. */
  *#inOrder(): Generator<ObjectId | null, void> {
    const after = this.#after
    const objects: ObjectId[] = []
    for (const object of this.#reachability.objects) {
      objects.push(object)
      if (this.#breather.isDue()) yield null
    }
    if (this.#resource !== NONE) {
      const { turn } = this.#question
      yield* inOrder(this.#snapshot, objects, { after, until: this.until, turn })
    } else if (after === null || compareTexts(this.#question.resource.id, after) > 0) {
      yield* objects
    }
  }

  #check(subject: ObjectId): Sliced<SubjectOutcome | null> {
    const asked = orRefusedInSlices(() => this.#ask(subject))
    return mapped(asked, outcome => {
      if (outcome instanceof Refusal) return outcome
      const { verdict, missing, work } = outcome
      this.#work += work
      return verdict === 'pending' ? null : { verdict, missing }
    })
  }

  /** Where no wildcard was met, whatever somebody has is had by name. */
  #ask(subject: ObjectId): Sliced<CheckOutcome> {
    const inquire = (budget?: WorkBudget) => this.#inquiry(subject, this.#question, budget)
    return this.#question.wildcard || !this.#reachability.isOpen
      ? verdictOf(inquire(), this.#resource, this.#member)
      : checkByName(inquire, this.#resource, this.#member)
  }

  #inquiry(object: ObjectId, circumstances: Circumstances, budget?: WorkBudget): EvaluationContext {
    const { subjectType: type, subjectRelation: relation } = this.#question
    const subject = { type, relation, member: this.#subjectMember, object }
    return new EvaluationContext(this.#snapshot, this.#schemaIndex, circumstances, subject, budget)
  }

  #idOf(subject: ObjectId): string {
    return subject === NONE ? this.#question.resource.id : this.#snapshot.idOf(subject)
  }
}

const toFound = (id: string, outcome: SubjectOutcome): Found =>
  outcome instanceof Refusal ? { id, refusal: outcome } : { id, missing: outcome.missing }

/** On what the exclusion depends: beyond that on which the wildcard does, where there is more. */
function toExcluded(id: string, outcome: SubjectOutcome, everybody: SubjectOutcome): Found {
  const found = toFound(id, outcome)
  if (isRefused(found) || everybody instanceof Refusal) return found
  const more = found.missing.filter(name => !everybody.missing.includes(name))
  return more.length === 0 ? found : { id, missing: more }
}
