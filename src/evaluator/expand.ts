// Who is named, and through which operators: the tree of a member of an object. Members and arrows
// are followed; subject sets are leaves, and so are wildcards: the tree is as large as what it names,
// not as the set of people it stands for. Knows no subject, and so no answer.

import { type Expression, type MemberId, requireMember, type Schema } from '../language/index.js'
import type { ObjectReference, SubjectReference } from '../terms/index.js'
import { Refusal } from '../terms/index.js'
import { bindingOf, NO_MEMBER } from './binding.js'
import { type Circumstances, Inquiry, STRANGER } from './inquiry.js'
import { NONE, type NodeId, type ObjectId, type Snapshot, UNLOADED } from './snapshot.js'

/** What a node of the tree belongs to: operators and arrows to the permission that they are in. */
interface Place {
  readonly object: ObjectReference
  /** A relation or permission. */
  readonly member: string
}

export type ExpansionTree = ExpansionLeaf | ExpansionBranch

/** Those whom a relation names, by type, id and relation; each once. */
interface ExpansionLeaf extends Place {
  readonly kind: 'leaf'
  readonly subjects: readonly SubjectReference[]
}

interface ExpansionBranch extends Place {
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
export function expand(
  snapshot: Snapshot,
  schema: Schema,
  question: ExpansionQuestion,
): ExpansionTree | null {
  const { resource, permission } = question
  const member = requireMember(schema, resource.type, permission).id
  const binding = bindingOf(schema, snapshot.kinds)
  const inquiry = new Inquiry(snapshot, binding, question, NOBODY)
  try {
    const tree = new Expansion(inquiry).tree(resource, member, 0)
    return inquiry.lacking ? null : tree
  } catch (error) {
    // Too much of one kind before all rows are there may be too much of the other kind before, with them.
    if (inquiry.lacking && error instanceof Refusal) return null
    throw error
  }
}

/** The subject of an inquiry that asks for nobody. */
const NOBODY = { type: '', relation: '', member: NO_MEMBER, object: STRANGER } as const

class Expansion {
  readonly #snapshot: Snapshot
  readonly #schema: Schema
  readonly #inquiry: Inquiry

  constructor(inquiry: Inquiry) {
    this.#inquiry = inquiry
    this.#snapshot = inquiry.snapshot
    this.#schema = inquiry.binding.schema
  }

  tree(object: ObjectReference, id: MemberId, depth: number): ExpansionTree {
    this.#requireDepth(depth)
    this.#inquiry.spend()
    const member = this.#schema.members[id]
    const place = { object, member: member.name }
    if (member.kind === 'relation') {
      return { kind: 'leaf', ...place, subjects: this.#named(object, id) }
    }
    const tree = this.#expression(place, member.expression, depth)
    return isOperator(member.expression) ? tree : { kind: 'union', ...place, children: [tree] }
  }

  #expression(place: Place, expression: Expression, depth: number): ExpansionTree {
    switch (expression.kind) {
      case 'nil':
        return { kind: 'leaf', ...place, subjects: [] }
      case 'self':
        return { kind: 'leaf', ...place, subjects: [{ ...place.object, relation: '' }] }
      case 'member':
        return this.tree(place.object, expression.member, depth + 1)
      case 'arrow': {
        const kind = expression.all ? 'intersection' : 'union'
        return { kind, ...place, children: this.#beyond(place.object, expression, depth) }
      }
      case 'union':
      case 'intersection': {
        const children = expression.operands.map(each => this.#expression(place, each, depth))
        return { kind: expression.kind, ...place, children }
      }
      case 'exclusion': {
        const { base, excluded } = expression
        const children = [base, excluded].map(each => this.#expression(place, each, depth))
        return { kind: 'exclusion', ...place, children }
      }
    }
  }

  /** The trees of an arrow's target, on every object named whose definition has it. */
  #beyond(
    object: ObjectReference,
    { relation, target }: Expression & { readonly kind: 'arrow' },
    depth: number,
  ): readonly ExpansionTree[] {
    const trees: ExpansionTree[] = []
    for (const { type, id } of this.#named(object, relation)) {
      const member = this.#schema.member(type, target)
      if (member !== undefined) trees.push(this.tree({ type, id }, member.id, depth + 1))
    }
    return trees
  }

  #named({ type, id }: ObjectReference, relation: MemberId): readonly SubjectReference[] {
    const snapshot = this.#snapshot
    const row = this.#inquiry.row(snapshot.object(type, id), relation)
    if (row === NONE) return []
    const nodes: NodeId[] = []
    let edge = snapshot.firstSubject(row, false)
    while (edge !== NONE && edge !== UNLOADED) {
      if (this.#inquiry.counts(edge, relation)) nodes.push(snapshot.subjectOf(edge))
      edge = snapshot.nextSubject(row, edge, false)
    }
    if (edge === UNLOADED) this.#inquiry.lack()
    return nodes.sort((a, b) => this.#compare(a, b)).map(node => this.#reference(node))
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
    const { depthMax } = this.#inquiry.circumstances
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
