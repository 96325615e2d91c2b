// Who is named, and through which operators: the tree of a member of an object. Members and arrows
// are followed; subject sets are leaves, and so are wildcards: the tree is as large as what it names,
// not as the set of people it stands for. Knows no subject, and so no answer.

import { type Expression, type MemberId, requireMember, type Schema } from '../language/index.js'
import type { ObjectReference, SubjectReference } from '../terms/index.js'
import { Refusal } from '../terms/index.js'
import { type Circumstances, EvaluationContext, STRANGER } from './evaluationContext.js'
import { sorted } from './ordered.js'
import { NO_MEMBER, schemaIndexOf } from './schemaIndex.js'
import { atOnce, Breather, Rest } from './sliced.js'
import { NONE, type NodeId, type ObjectId, type Snapshot, UNLOADED } from './snapshot.js'

/** What a node of the tree belongs to: operators and arrows to the permission that they are in. */
interface ExpandedUserset {
  readonly object: ObjectReference
  /** A relation or permission. */
  readonly member: string
}

export type ExpansionTree = ExpansionLeaf | ExpansionBranch

/** Those whom a relation names, by type, id and relation; each once. */
interface ExpansionLeaf extends ExpandedUserset {
  readonly kind: 'leaf'
  readonly subjects: readonly SubjectReference[]
}

interface ExpansionBranch extends ExpandedUserset {
  /** Of an exclusion, the base is first and what it lacks second. */
  readonly kind: 'union' | 'intersection' | 'exclusion'
  readonly children: readonly ExpansionTree[]
}

interface ExpansionQuestion extends Circumstances {
  readonly resource: ObjectReference
  readonly permission: string
}

/**
 * The tree, from relationships that count; their caveats do not show. Null when rows are not loaded;
 * the snapshot knows which were asked for.
 * @throws Refusal `unknown-definition`, `unknown-relation` for names that the schema lacks
 * @throws Refusal `depth-exceeded` for data that runs in a circle or too deep, `work-exceeded` for a
 * tree that names more than `workMax`
 */
export function* expandInSlices(
  snapshot: Snapshot,
  schema: Schema,
  question: ExpansionQuestion,
): Generator<null, ExpansionTree | null> {
  const { resource, permission } = question
  const member = requireMember(schema, resource.type, permission).id
  const schemaIndex = schemaIndexOf(schema, snapshot.kinds)
  const evaluation = new EvaluationContext(snapshot, schemaIndex, question, NOBODY)
  try {
    const tree = yield* new Expansion(evaluation).tree(resource, member)
    return evaluation.lacking ? null : tree
  } catch (error) {
    // Too much of one kind before all rows are there may be too much of the other kind before, with them.
    if (evaluation.lacking && error instanceof Refusal) return null
    throw error
  }
}

/** The same without a pause. */
export const expand = (
  snapshot: Snapshot,
  schema: Schema,
  question: ExpansionQuestion,
): ExpansionTree | null => atOnce(new Rest(expandInSlices(snapshot, schema, question)))

/** The subject of an inquiry that asks for nobody. */
const NOBODY = { type: '', relation: '', member: NO_MEMBER, object: STRANGER } as const

/** A tree that is still to grow. */
interface Task extends ExpandedUserset {
  /** A member of the object, or a part of the place's expression. */
  readonly asked: MemberId | Expression
  readonly depth: number
  /** Where it belongs. */
  readonly into: ExpansionTree[]
}

/** The children, to be filled, of a new branch. */
function branch(
  into: ExpansionTree[],
  kind: ExpansionBranch['kind'],
  userset: ExpandedUserset,
): ExpansionTree[] {
  const children: ExpansionTree[] = []
  into.push({ kind, ...userset, children })
  return children
}

class Expansion {
  readonly #snapshot: Snapshot
  readonly #schema: Schema
  readonly #evaluation: EvaluationContext

  constructor(evaluation: EvaluationContext) {
    this.#evaluation = evaluation
    this.#snapshot = evaluation.snapshot
    this.#schema = evaluation.schemaIndex.schema
  }

  /** Goes down depth first, without recursion: data may be deep. */
  *tree(object: ObjectReference, id: MemberId): Generator<null, ExpansionTree> {
    const roots: ExpansionTree[] = []
    const agenda: Task[] = [{ object, asked: id, member: '', depth: 0, into: roots }]
    for (let next = agenda.pop(); next !== undefined; next = agenda.pop()) {
      const tasks = yield* this.#grow(next)
      for (const task of tasks.toReversed()) agenda.push(task)
      if (this.#evaluation.budget.takePause()) yield null
    }
    return roots[0]
  }

  /** What is to grow next, in its order. */
  *#grow(task: Task): Generator<null, readonly Task[]> {
    const { object, asked, depth, into } = task
    if (typeof asked !== 'number') return yield* this.#expression(task, asked)
    this.#requireDepth(depth)
    this.#evaluation.budget.ask()
    const member = this.#schema.members[asked]
    const place = { object, member: member.name }
    if (member.kind === 'relation') {
      into.push({ kind: 'leaf', ...place, subjects: yield* this.#named(object, asked) })
      return []
    }
    const { expression } = member
    if (isOperator(expression)) return [{ ...place, asked: expression, depth, into }]
    const children = branch(into, 'union', place)
    return [{ ...place, asked: expression, depth, into: children }]
  }

  *#expression(
    { object, member, depth, into }: Task,
    expression: Expression,
  ): Generator<null, readonly Task[]> {
    const place = { object, member }
    switch (expression.kind) {
      case 'nil':
        into.push({ kind: 'leaf', ...place, subjects: [] })
        return []
      case 'self':
        into.push({ kind: 'leaf', ...place, subjects: [{ ...object, relation: '' }] })
        return []
      case 'member':
        return [{ ...place, asked: expression.member, depth: depth + 1, into }]
      case 'arrow': {
        const children = branch(into, expression.all ? 'intersection' : 'union', place)
        return yield* this.#beyond(object, expression, { depth: depth + 1, into: children })
      }
      case 'union':
      case 'intersection': {
        const children = branch(into, expression.kind, place)
        return expression.operands.map(asked => ({ ...place, asked, depth, into: children }))
      }
      case 'exclusion': {
        const children = branch(into, 'exclusion', place)
        const { base, excluded } = expression
        return [base, excluded].map(asked => ({ ...place, asked, depth, into: children }))
      }
    }
  }

  /** The trees of an arrow's target, on every object named whose definition has it. */
  *#beyond(
    object: ObjectReference,
    { relation, target }: Expression & { readonly kind: 'arrow' },
    end: Pick<Task, 'depth' | 'into'>,
  ): Generator<null, readonly Task[]> {
    const tasks: Task[] = []
    for (const { type, id } of yield* this.#named(object, relation)) {
      const member = this.#schema.member(type, target)
      if (member !== undefined) {
        tasks.push({ object: { type, id }, member: '', asked: member.id, ...end })
      }
    }
    return tasks
  }

  *#named(
    { type, id }: ObjectReference,
    relation: MemberId,
  ): Generator<null, readonly SubjectReference[]> {
    const snapshot = this.#snapshot
    const row = this.#evaluation.row(snapshot.object(type, id), relation)
    if (row === NONE) return []
    const nodes: NodeId[] = []
    let edge = snapshot.firstSubject(row, false)
    while (edge !== NONE && edge !== UNLOADED) {
      if (this.#evaluation.counts(edge, relation)) nodes.push(snapshot.subjectOf(edge))
      if (this.#evaluation.budget.takePause()) yield null
      edge = snapshot.nextSubject(row, edge, false)
    }
    if (edge === UNLOADED) this.#evaluation.lack()
    const breather = new Breather(this.#evaluation.circumstances.turn)
    const subjects: SubjectReference[] = []
    for (const node of yield* sorted(nodes, (a, b) => this.#compare(a, b), breather)) {
      subjects.push(this.#reference(node))
      if (breather.isDue()) yield null
    }
    return subjects
  }

  #reference(node: NodeId): SubjectReference {
    const snapshot = this.#snapshot
    const object = snapshot.objectOf(node)
    const relation = snapshot.kinds.relationOf(snapshot.kindOf(node))
    return { type: snapshot.typeOf(object), id: snapshot.idOf(object), relation }
  }

  #compare(a: NodeId, b: NodeId): number {
    const snapshot = this.#snapshot
    const [left, right]: [ObjectId, ObjectId] = [snapshot.objectOf(a), snapshot.objectOf(b)]
    const { kinds } = snapshot
    return (
      compareNames(snapshot.typeOf(left), snapshot.typeOf(right)) ||
      snapshot.compareIds(left, right) ||
      compareNames(kinds.relationOf(snapshot.kindOf(a)), kinds.relationOf(snapshot.kindOf(b)))
    )
  }

  #requireDepth(depth: number): void {
    const { depthMax } = this.#evaluation.circumstances
    if (depth <= depthMax) return
    throw new Refusal(
      'depth-exceeded',
      `max depth exceeded: the tree has more than ${depthMax} levels, or the data runs in a circle`,
    )
  }
}

const isOperator = ({ kind }: Expression): boolean =>
  kind === 'union' || kind === 'intersection' || kind === 'exclusion'

const compareNames = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
