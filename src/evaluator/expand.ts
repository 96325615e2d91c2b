// Expand: the tree of the operators and subjects behind a member of an object. Members and arrows
// are followed. Subject sets and wildcards are leaves, so the tree is as large as what
// relationships name, not as the set of people that it stands for. Expand knows no subject and
// gives no verdict.

import { type Expression, type MemberId, requireMember, type Schema } from '../language/index.js'
import type { ObjectReference, SubjectReference } from '../terms/index.js'
import { Refusal } from '../terms/index.js'
import { type Circumstances, EvaluationContext, STRANGER } from './evaluationContext.js'
import { sorted } from './ordered.js'
import { NO_MEMBER, schemaIndexOf } from './schemaIndex.js'
import { atOnce, Breather, Rest } from './sliced.js'
import { NONE, type NodeId, type ObjectId, type Snapshot, UNLOADED } from './snapshot.js'

/**
 * The userset that a node of the tree belongs to. Operators and arrows belong to the permission
 * that contains them.
 */
interface ExpandedUserset {
  readonly object: ObjectReference
  /** The name of a relation or permission. */
  readonly member: string
}

export type ExpansionTree = ExpansionLeaf | ExpansionBranch

/** The subjects that a relation names, sorted by type, id and relation; each once. */
interface ExpansionLeaf extends ExpandedUserset {
  readonly kind: 'leaf'
  readonly subjects: readonly SubjectReference[]
}

interface ExpansionBranch extends ExpandedUserset {
  /** The operator. An exclusion's children are its base and its excluded operand, in this order. */
  readonly kind: 'union' | 'intersection' | 'exclusion'
  readonly children: readonly ExpansionTree[]
}

interface ExpansionQuestion extends Circumstances {
  readonly resource: ObjectReference
  readonly permission: string
}

/**
 * Builds the tree from the relationships that count; their caveats are not part of it.
 * @returns null when rows are not loaded; the snapshot has recorded which
 * @throws Refusal `unknown-definition`, `unknown-relation` for names that the schema lacks
 * @throws Refusal `depth-exceeded` for data with a cycle or nested too deeply, `work-exceeded` for
 * a tree that names more than `workMax`
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
    return evaluation.hasUnloaded ? null : tree
  } catch (error) {
    // With all rows loaded, another limit might be the first one exceeded. Ask again for the true
    // refusal.
    if (evaluation.hasUnloaded && error instanceof Refusal) return null
    throw error
  }
}

/** Builds the tree without a pause. */
export const expand = (
  snapshot: Snapshot,
  schema: Schema,
  question: ExpansionQuestion,
): ExpansionTree | null => atOnce(new Rest(expandInSlices(snapshot, schema, question)))

/** The subject of a context that asks about nobody. */
const NOBODY = { type: '', relation: '', member: NO_MEMBER, object: STRANGER } as const

/** A part of the tree that is still to be built. */
interface Task extends ExpandedUserset {
  /** A member of the object, or a part of the expression of the task's member. */
  readonly part: MemberId | Expression
  readonly depth: number
  /** The children of the parent node, to which the part is added. */
  readonly into: ExpansionTree[]
}

/** Adds a branch. @returns its children, still to be filled */
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

  /** Builds the tree depth first, without recursion, because data may be nested deeply. */
  *tree(object: ObjectReference, id: MemberId): Generator<null, ExpansionTree> {
    const roots: ExpansionTree[] = []
    const agenda: Task[] = [{ object, part: id, member: '', depth: 0, into: roots }]
    for (let next = agenda.pop(); next !== undefined; next = agenda.pop()) {
      const tasks = yield* this.#build(next)
      for (const task of tasks.toReversed()) agenda.push(task)
      if (this.#evaluation.budget.takePause()) yield null
    }
    return roots[0]
  }

  /** Builds one part. @returns the parts below it, in their order */
  *#build(task: Task): Generator<null, readonly Task[]> {
    const { object, part, depth, into } = task
    if (typeof part !== 'number') return yield* this.#expression(task, part)
    this.#requireDepth(depth)
    this.#evaluation.budget.ask()
    const member = this.#schema.members[part]
    const userset = { object, member: member.name }
    if (member.kind === 'relation') {
      into.push({ kind: 'leaf', ...userset, subjects: yield* this.#subjectsOf(object, part) })
      return []
    }
    const { expression } = member
    if (isOperator(expression)) return [{ ...userset, part: expression, depth, into }]
    const children = branch(into, 'union', userset)
    return [{ ...userset, part: expression, depth, into: children }]
  }

  *#expression(
    { object, member, depth, into }: Task,
    expression: Expression,
  ): Generator<null, readonly Task[]> {
    const userset = { object, member }
    switch (expression.kind) {
      case 'nil':
        into.push({ kind: 'leaf', ...userset, subjects: [] })
        return []
      case 'self':
        into.push({ kind: 'leaf', ...userset, subjects: [{ ...object, relation: '' }] })
        return []
      case 'member':
        return [{ ...userset, part: expression.member, depth: depth + 1, into }]
      case 'arrow': {
        const children = branch(into, expression.all ? 'intersection' : 'union', userset)
        return yield* this.#targetTasks(object, expression, { depth: depth + 1, into: children })
      }
      case 'union':
      case 'intersection': {
        const children = branch(into, expression.kind, userset)
        return expression.operands.map(part => ({ ...userset, part, depth, into: children }))
      }
      case 'exclusion': {
        const children = branch(into, 'exclusion', userset)
        const { base, excluded } = expression
        return [base, excluded].map(part => ({ ...userset, part, depth, into: children }))
      }
    }
  }

  /** The parts for an arrow's target, one for each named object whose definition has it. */
  *#targetTasks(
    object: ObjectReference,
    { relation, target }: Expression & { readonly kind: 'arrow' },
    end: Pick<Task, 'depth' | 'into'>,
  ): Generator<null, readonly Task[]> {
    const tasks: Task[] = []
    for (const { type, id } of yield* this.#subjectsOf(object, relation)) {
      const member = this.#schema.member(type, target)
      if (member !== undefined) {
        tasks.push({ object: { type, id }, member: '', part: member.id, ...end })
      }
    }
    return tasks
  }

  *#subjectsOf(
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
    if (edge === UNLOADED) this.#evaluation.noteUnloaded()
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
