// Who may do this to the resource? All whom a walk down from it meets are candidates (candidates.ts);
// where the way to one does not say it all, a check of that very subject does. So a lookup never
// disagrees with a check, whatever the operators.
//
// Where a wildcard grants, everybody of the type is a subject. What that comes to is what a check
// finds for a stranger, whom nothing names: the row of `*`, which excludes the candidates who are
// less. Those who are more, or are granted by name too, have rows of their own. A row says all there
// is to say about its id, and that of the wildcard about the ids that have none and are not excluded.

import { type MemberId, requireMember, type Schema } from '../language/index.js'
import { compareTexts, type ObjectReference, WILDCARD } from '../terms/index.js'
import { type Binding, bindingOf } from './binding.js'
import { Candidates } from './candidates.js'
import { type CheckOutcome, toSubjectMember, verdictOf } from './check.js'
import { type Circumstances, Inquiry, STRANGER } from './inquiry.js'
import { inOrder } from './ordered.js'
import { NONE, type ObjectId, type Snapshot } from './snapshot.js'
import { Unloaded } from './unloaded.js'

export interface SubjectsQuestion extends Circumstances {
  readonly resource: ObjectReference
  readonly permission: string
  readonly subjectType: string
  /** Empty for objects themselves. */
  readonly subjectRelation: string
  /** Whether there is a row for the wildcard, or only for those who are more than it grants. */
  readonly wildcard: boolean
  /** The id of the row to go on after, or null. */
  readonly after: string | null
}

export interface FoundSubject {
  readonly id: string
  /** What its permission depends on: sorted names, none if it has the permission for certain. */
  readonly missing: readonly string[]
}

export interface SubjectRow extends FoundSubject {
  /** Whom a wildcard does not hold for; if names are missing, only maybe. In the order of ids. */
  readonly excluded: readonly FoundSubject[]
}

/** Others get their turn after this many candidates, and relationships looked at for them. */
const SLICE_WORK = 2000

/** Candidates that are looked at, from the first one on that cannot be settled, for what they lack. */
const AHEAD_MAX = 200

const RANKS = { no: 0, conditional: 1, yes: 2 } as const

/** What a candidate's check, or the stranger's, came to. */
interface Outcome extends Pick<CheckOutcome, 'missing'> {
  readonly verdict: keyof typeof RANKS
}

interface Candidate {
  readonly subject: ObjectId
  readonly outcome: Outcome
}

const NOT: Outcome = { verdict: 'no', missing: [] }
const CERTAINLY: Outcome = { verdict: 'yes', missing: [] }

/**
 * The wildcard's row first, then the others in the order of ids by bytes, each id once. A null is a
 * moment at which others may have their turn. `workMax` bounds each check, not their sum.
 * @throws Refusal as `check` does
 */
export function* lookupSubjects(
  snapshot: Snapshot,
  schema: Schema,
  question: SubjectsQuestion,
): Generator<SubjectRow | null, void> {
  const lookup = new Lookup(snapshot, schema, question)
  // All of a type are no resource, of which nothing is stored, and no subject set either.
  if (question.resource.id === WILDCARD) return
  yield* lookup.gather()
  const everybody = lookup.everybody()
  const { wildcard, after } = question
  if (wildcard && after === null && everybody.verdict !== 'no') yield* lookup.wildcardRow(everybody)
  yield* lookup.rows(everybody, after === WILDCARD ? null : after)
}

class Lookup {
  readonly #snapshot: Snapshot
  readonly #question: SubjectsQuestion
  readonly #binding: Binding
  readonly #resource: ObjectId
  readonly #member: MemberId
  readonly #subjectMember: MemberId
  readonly #candidates: Candidates
  /** By class of subjects. */
  readonly #known = new Map<number, Outcome>()
  /** Since others had their turn. */
  #work = 0

  constructor(snapshot: Snapshot, schema: Schema, question: SubjectsQuestion) {
    const { resource, permission, subjectType, subjectRelation } = question
    this.#snapshot = snapshot
    this.#question = question
    this.#binding = bindingOf(schema, snapshot.kinds)
    this.#resource = snapshot.object(resource.type, resource.id)
    this.#member = requireMember(schema, resource.type, permission).id
    this.#subjectMember = toSubjectMember(schema, subjectType, subjectRelation)
    const unbounded = { ...question, workMax: Number.POSITIVE_INFINITY }
    this.#candidates = new Candidates(this.#inquiry(STRANGER, unbounded))
  }

  *gather(): Generator<null, void> {
    yield* this.#candidates.gather(this.#resource, this.#member)
    if (this.#candidates.isLacking) throw new Unloaded()
  }

  /** What holds for all of the type, as far as nothing names them. */
  everybody(): Outcome {
    const outcome = this.#candidates.everybody ? this.#check(STRANGER) : NOT
    if (outcome === null) throw new Unloaded()
    return outcome
  }

  *wildcardRow(everybody: Outcome): Generator<SubjectRow | null, void> {
    const excluded: FoundSubject[] = []
    for (const found of this.#outcomes(null)) {
      if (found === null) yield null
      else if (RANKS[found.outcome.verdict] < RANKS[everybody.verdict]) {
        excluded.push({ id: this.#idOf(found.subject), missing: found.outcome.missing })
      }
    }
    yield { id: WILDCARD, missing: everybody.missing, excluded }
  }

  *rows(everybody: Outcome, after: string | null): Generator<SubjectRow | null, void> {
    for (const found of this.#outcomes(after)) {
      if (found === null) yield null
      else if (this.#hasRow(found, everybody)) {
        const { subject, outcome } = found
        yield { id: this.#idOf(subject), missing: outcome.missing, excluded: [] }
      }
    }
  }

  #hasRow({ subject, outcome }: Candidate, everybody: Outcome): boolean {
    if (outcome.verdict === 'no') return false
    if (this.#candidates.isNamed(subject)) return true
    const more = RANKS[outcome.verdict] - RANKS[everybody.verdict]
    return more > 0 || (more === 0 && outcome.missing.join() !== everybody.missing.join())
  }

  *#outcomes(after: string | null): Generator<Candidate | null, void> {
    let ahead = 0
    for (const subject of this.#inOrder(after)) {
      if (subject !== null) {
        const outcome = this.#outcomeOf(subject)
        if (outcome === null || ahead > 0) ahead++
        else yield { subject, outcome }
        if (ahead >= AHEAD_MAX) throw new Unloaded()
      }
      if (subject !== null && ++this.#work < SLICE_WORK) continue
      this.#work = 0
      yield null
    }
    if (ahead > 0) throw new Unloaded()
  }

  /** Null when rows are not loaded. */
  #outcomeOf(subject: ObjectId): Outcome | null {
    if (this.#candidates.isPlain(subject)) return CERTAINLY
    const ofClass = this.#candidates.classOf(subject)
    if (ofClass === null) return this.#check(subject)
    const outcome = this.#known.get(ofClass) ?? this.#check(subject)
    if (outcome !== null) this.#known.set(ofClass, outcome)
    return outcome
  }

  /** A resource that the snapshot does not know leads to nobody but itself. */
  #inOrder(after: string | null): Iterable<ObjectId | null> {
    const objects = [...this.#candidates.objects]
    if (this.#resource !== NONE) return inOrder(this.#snapshot, objects, after)
    return after === null || compareTexts(this.#question.resource.id, after) > 0 ? objects : []
  }

  #check(subject: ObjectId): Outcome | null {
    const inquiry = this.#inquiry(subject, this.#question)
    const { verdict, missing, work } = verdictOf(inquiry, this.#resource, this.#member)
    this.#work += work
    return verdict === 'pending' ? null : { verdict, missing }
  }

  #inquiry(object: ObjectId, circumstances: Circumstances): Inquiry {
    const { subjectType: type, subjectRelation: relation } = this.#question
    const subject = { type, relation, member: this.#subjectMember, object }
    return new Inquiry(this.#snapshot, this.#binding, circumstances, subject)
  }

  #idOf(subject: ObjectId): string {
    return subject === NONE ? this.#question.resource.id : this.#snapshot.idOf(subject)
  }
}
