// The lookup of subjects: who has the permission on the resource? Everybody whom a walk down from
// it finds is a candidate (forwardReachability.ts). Where the path to a candidate does not decide
// the answer, a check of that subject does. So a lookup never disagrees with a check, whatever the
// operators.
//
// Where a wildcard grants, everybody of the type is a subject. The row of `*` states the verdict of
// a stranger, a subject that no relationship names. It excludes the candidates that have less than
// a stranger, or may have less. Candidates that have more, or that are also granted the permission
// by name, get rows of their own. A row says everything about its id. The row of `*` speaks for ids
// that have no row and are not excluded. If the caller does not want wildcards, the rows are of
// those who have the permission by name (named.ts).
//
// A candidate whose check is refused gets a row that says so, and is excluded from the row of `*`.

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
  /** The relation of subject sets; empty for plain objects. */
  readonly subjectRelation: string
  /**
   * Whether wildcards grant. If not, only subjects that have the permission by name are returned.
   */
  readonly wildcard: boolean
  /** The id of the row after which results begin, or null. */
  readonly after: string | null
  /** The number of candidates examined together; without it, all of them. */
  readonly window?: number
  /** The subjects excluded from the wildcard that earlier windows have found. */
  readonly excluded?: Excluded
}

interface Excluded {
  readonly found: readonly Found[]
  /** The last id examined. */
  readonly until: string
}

export type SubjectRow = Found & {
  /**
   * The subjects that the wildcard does not cover: for certain, on a condition, or because their
   * check is refused. In the order of ids.
   */
  readonly excluded: readonly Found[]
}

/** The outcome of a check of a candidate or of the stranger. */
type SubjectOutcome = Refusal | Verdict

interface Verdict extends Pick<CheckOutcome, 'missing'> {
  readonly verdict: 'no' | 'conditional' | 'yes'
}

const RANKS = { no: 0, refused: 1, conditional: 2, yes: 3 } as const

const rankOf = (outcome: SubjectOutcome): number =>
  RANKS[outcome instanceof Refusal ? 'refused' : outcome.verdict]

const DENIED: SubjectOutcome = { verdict: 'no', missing: [] }
const GRANTED: SubjectOutcome = { verdict: 'yes', missing: [] }

/**
 * Looks up subjects: the wildcard's row first, then the others in the order of ids by bytes, each
 * id once. A yielded null lets other work run and asks for rows that are not loaded to be loaded.
 * `workMax` bounds each check, not their sum.
 * @returns the question for the rest, to be asked of an empty snapshot: what lies behind the
 * window; null if there is none
 * @throws Refusal for unknown names; `work-exceeded`
 */
export function* lookupSubjects(
  snapshot: Snapshot,
  schema: Schema,
  question: SubjectsQuestion,
): Generator<SubjectRow | null, SubjectsQuestion | null> {
  const lookup = new SubjectLookup(snapshot, schema, question)
  // The wildcard is neither a resource, for nothing is stored about it, nor a subject set.
  if (question.resource.id === WILDCARD) return null
  yield* lookup.findCandidates()
  const ofStranger = yield* lookup.strangerOutcome()
  const { until } = lookup
  if (question.wildcard && question.after === null && rankOf(ofStranger) > RANKS.no) {
    const found = yield* lookup.excluded(ofStranger)
    if (until !== null) return { ...question, excluded: { found, until } }
    yield { ...toFound(WILDCARD, ofStranger), excluded: found }
    if (question.excluded !== undefined) {
      return { ...question, after: WILDCARD, excluded: undefined }
    }
  }
  yield* lookup.rows(ofStranger)
  return until === null ? null : { ...question, after: until }
}

class SubjectLookup implements CandidateChecks<SubjectOutcome> {
  readonly #snapshot: Snapshot
  readonly #question: SubjectsQuestion
  readonly #schemaIndex: SchemaIndex
  readonly #resource: ObjectId
  readonly #member: MemberId
  readonly #subjectMember: MemberId
  /** The id after which candidates begin, or null. */
  readonly #after: string | null
  readonly #window: Window | null
  readonly #reachability: ForwardReachability
  /** The outcomes by class of subjects. */
  readonly #known = new Map<number, SubjectOutcome>()
  /** The classes for which rows are not loaded: all their subjects need the same ones. */
  readonly #unloadedClasses = new Set<number>()
  readonly #breather: Breather
  /** The units of work on checks since the last look at the clock. */
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
    this.#reachability = new ForwardReachability(
      this.#contextFor(STRANGER, unbounded),
      this.#window,
    )
  }

  /** The last id of the window; null if it contains all candidates. */
  get until(): string | null {
    return this.#window?.until ?? null
  }

  *findCandidates(): Generator<null, void> {
    yield* this.#reachability.search(this.#resource, this.#member)
  }

  /** The outcome for a stranger: whatever wildcards grant to subjects that nothing names. */
  *strangerOutcome(): Generator<null, SubjectOutcome> {
    if (!this.#question.wildcard || !this.#reachability.wildcardGrants) return DENIED
    for (;;) {
      const outcome = yield* rest(this.#check(STRANGER))
      if (outcome !== null) return outcome
      yield null
    }
  }

  /** The subjects that the wildcard does not cover, up to the end of this window. */
  *excluded(ofStranger: SubjectOutcome): Generator<null, readonly Found[]> {
    const excluded = [...(this.#question.excluded?.found ?? [])]
    for (const found of this.#outcomes()) {
      if (found === null) yield null
      else if (this.#isExcluded(found, ofStranger)) {
        excluded.push(toExcluded(this.#idOf(found.object), found.outcome, ofStranger))
      }
    }
    return excluded
  }

  *rows(ofStranger: SubjectOutcome): Generator<SubjectRow | null, void> {
    for (const found of this.#outcomes()) {
      if (found === null) yield null
      else if (this.#hasRow(found, ofStranger)) {
        yield { ...toFound(this.#idOf(found.object), found.outcome), excluded: [] }
      }
    }
  }

  /**
   * Conditions are not compared with one another, so a conditional subject within an exclusion
   * counts as excluded from a conditional wildcard.
   */
  #isExcluded(
    { object, outcome }: SettledCandidate<SubjectOutcome>,
    ofStranger: SubjectOutcome,
  ): boolean {
    const difference = rankOf(outcome) - rankOf(ofStranger)
    const isOpen = rankOf(outcome) === RANKS.conditional
    return (
      difference < 0 || (difference === 0 && isOpen && this.#reachability.isInExclusion(object))
    )
  }

  #hasRow(
    { object, outcome }: SettledCandidate<SubjectOutcome>,
    ofStranger: SubjectOutcome,
  ): boolean {
    const rank = rankOf(outcome)
    if (rank <= RANKS.refused) return rank === RANKS.refused
    return this.#reachability.isNamed(object) || rank > rankOf(ofStranger)
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
    this.#unloadedClasses.clear()
  }

  settle(subject: ObjectId): Sliced<SubjectOutcome | null> {
    if (this.#reachability.isCertain(subject)) return GRANTED
    if (!this.#question.wildcard && !this.#reachability.isNamed(subject)) return DENIED
    const ofClass = this.#reachability.classOf(subject)
    if (ofClass === null) return this.#check(subject)
    const known = this.#known.get(ofClass)
    if (known !== undefined || this.#unloadedClasses.has(ofClass)) return known ?? null
    return mapped(this.#check(subject), outcome => {
      if (outcome === null) this.#unloadedClasses.add(ofClass)
      else this.#known.set(ofClass, outcome)
      return outcome
    })
  }

  /**
   * The candidates in order. A resource that the snapshot does not know leads to no subject but
   * itself.
   */
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
    const checked = orRefusedInSlices(() => this.#fullOrByName(subject))
    return mapped(checked, outcome => {
      if (outcome instanceof Refusal) return outcome
      const { verdict, missing, work } = outcome
      this.#work += work
      return verdict === 'pending' ? null : { verdict, missing }
    })
  }

  /** Checks a subject. If there is no wildcard, whatever a subject has it has by name. */
  #fullOrByName(subject: ObjectId): Sliced<CheckOutcome> {
    const newContext = (budget?: WorkBudget) => this.#contextFor(subject, this.#question, budget)
    return this.#question.wildcard || !this.#reachability.hasWildcard
      ? verdictOf(newContext(), this.#resource, this.#member)
      : checkByName(newContext, this.#resource, this.#member)
  }

  #contextFor(
    object: ObjectId,
    circumstances: Circumstances,
    budget?: WorkBudget,
  ): EvaluationContext {
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

/**
 * The exclusion of a subject, with the names it depends on beyond those of the wildcard, if there
 * are any.
 */
function toExcluded(id: string, outcome: SubjectOutcome, ofStranger: SubjectOutcome): Found {
  const found = toFound(id, outcome)
  if (isRefused(found) || ofStranger instanceof Refusal) return found
  const difference = found.missing.filter(name => !ofStranger.missing.includes(name))
  return difference.length === 0 ? found : { id, missing: difference }
}
