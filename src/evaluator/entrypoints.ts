// The schema as seen from a subject: the permissions that each member contributes to. It is
// computed once for a target and a kind of subject, by walking down from the target, so that the
// search up from a subject visits no member that does not lead to the target or that the subject
// cannot have.
//
// Of an intersection's operands only one is followed: whoever has the intersection has every
// operand.

import {
  derived,
  type Expression,
  type MemberId,
  type Permission,
  type Relation,
} from '../language/index.js'
import type { WorkBudget } from './budget.js'
import type { Subject } from './evaluationContext.js'
import { NO_MEMBER, type SchemaIndex } from './schemaIndex.js'
import type { KindId } from './snapshot.js'

/** A permission that includes the subjects of another member. */
interface Entrypoint {
  readonly permission: MemberId
  /**
   * The arrow through which the permission refers to the other member's object; null if both are on
   * the same object.
   */
  readonly arrow: Arrow | null
  /** Whether the other member is enough to have the permission. */
  readonly sufficient: boolean
}

interface Arrow {
  readonly relation: MemberId
  /** The kinds as which the object may be named: itself, or one of its subject sets. */
  readonly kinds: readonly KindId[]
}

type SubjectKind = Pick<Subject, 'type' | 'relation' | 'member'>

/** Returns the entrypoints on all paths from this kind of subject to the target. */
export function entrypointsOf(
  schemaIndex: SchemaIndex,
  target: MemberId,
  subject: SubjectKind,
  budget: WorkBudget,
): Entrypoints {
  return derived(schemaIndex, `${target} ${subject.type}#${subject.relation}`, () => {
    const search = new EntrypointSearch(schemaIndex, subject, schemaIndex.reaching(subject, budget))
    const value = search.from(target)
    budget.prepare(schemaIndex.schema.members.length + search.steps)
    return {
      value,
      bytes: MEMBER_BYTES * schemaIndex.schema.members.length + STEP_BYTES * search.steps,
    }
  })
}

/**
 * The estimated size of a result: three arrays with an element for each member, and at most this
 * much for each step.
 */
const MEMBER_BYTES = 3
const STEP_BYTES = 100

export interface Entrypoints {
  /** By member: 1 if it lies on a path to the target. */
  readonly useful: Uint8Array
  /** By member: 1 if a relation on such a path admits its subject sets. */
  readonly sets: Uint8Array
  /** By member: 1 if it leads on to other objects. */
  readonly leadsOn: Uint8Array
  /** The permissions that the subject has on itself, through `self`. */
  readonly own: readonly Entrypoint[]
  /** By member: the permissions that it contributes to. */
  readonly from: ReadonlyMap<MemberId, readonly Entrypoint[]>
}

class EntrypointSearch {
  /** The number of schema parts visited. */
  steps = 0
  readonly #useful: Uint8Array
  readonly #sets: Uint8Array
  readonly #schemaIndex: SchemaIndex
  readonly #subject: SubjectKind
  readonly #reaching: Uint8Array
  readonly #byMember = new Map<MemberId, Entrypoint[]>()
  readonly #own: Entrypoint[] = []
  readonly #agenda: MemberId[] = []

  constructor(schemaIndex: SchemaIndex, subject: SubjectKind, reaching: Uint8Array) {
    const { length } = schemaIndex.schema.members
    this.#useful = new Uint8Array(length)
    this.#sets = new Uint8Array(length)
    this.#schemaIndex = schemaIndex
    this.#subject = subject
    this.#reaching = reaching
  }

  from(target: MemberId): Entrypoints {
    const { members } = this.#schemaIndex.schema
    if (this.#mayHave(target)) this.#use(target)
    for (let next = this.#agenda.pop(); next !== undefined; next = this.#agenda.pop()) {
      const member = members[next]
      if (member.kind === 'relation') this.#useSets(member)
      else this.#enter(member, member.expression, true)
    }
    const leadsOn = this.#findLeadingOn()
    const { useful, sets, own } = { useful: this.#useful, sets: this.#sets, own: this.#own }
    return { useful, sets, leadsOn, own, from: this.#byMember }
  }

  /**
   * Finds the members that contribute to members of other objects, directly or through permissions
   * of their own object.
   */
  #findLeadingOn(): Uint8Array {
    const leadsOn = Uint8Array.from(this.#sets)
    const contributors = new Map<MemberId, MemberId[]>()
    const agenda: MemberId[] = []
    for (const [member, entrypoints] of this.#byMember) {
      if (entrypoints.some(({ arrow }) => arrow !== null)) leadsOn[member] = 1
      for (const { permission } of entrypoints) {
        const known = contributors.get(permission)
        if (known === undefined) contributors.set(permission, [member])
        else known.push(member)
      }
    }
    for (const permission of contributors.keys())
      if (leadsOn[permission] === 1) agenda.push(permission)
    for (let next = agenda.pop(); next !== undefined; next = agenda.pop()) {
      for (const member of contributors.get(next) ?? []) {
        if (leadsOn[member] === 1) continue
        leadsOn[member] = 1
        agenda.push(member)
      }
    }
    return leadsOn
  }

  #useSets({ types }: Relation): void {
    this.steps += types.length
    for (const { type, relation } of types) {
      const member = this.#find(type, relation)
      if (!this.#mayHave(member)) continue
      this.#sets[member] = 1
      this.#use(member)
    }
  }

  #enter(permission: Permission, expression: Expression, sufficient: boolean): void {
    this.steps++
    switch (expression.kind) {
      case 'nil':
        break
      case 'self':
        if (this.#isOwn(permission)) {
          this.#own.push({ permission: permission.id, arrow: null, sufficient })
        }
        break
      case 'member':
        this.#add(expression.member, { permission: permission.id, arrow: null, sufficient })
        break
      case 'arrow':
        this.#enterArrow(permission, expression, sufficient)
        break
      case 'union':
        for (const operand of expression.operands) this.#enter(permission, operand, sufficient)
        break
      case 'intersection':
        if (expression.operands.every(operand => this.#leads(permission, operand))) {
          this.#enter(permission, this.#narrowest(expression.operands), false)
        }
        break
      case 'exclusion':
        this.#enter(permission, expression.base, false)
        break
    }
  }

  #enterArrow(
    permission: Permission,
    { relation, target, all }: Expression & { readonly kind: 'arrow' },
    sufficient: boolean,
  ): void {
    for (const [type, kinds] of this.#kindsByType(relation)) {
      const arrow = { relation, kinds }
      this.#add(this.#find(type, target), {
        permission: permission.id,
        arrow,
        sufficient: sufficient && !all,
      })
    }
  }

  #add(member: MemberId, entrypoint: Entrypoint): void {
    if (!this.#mayHave(member)) return
    const known = this.#byMember.get(member)
    if (known === undefined) this.#byMember.set(member, [entrypoint])
    else known.push(entrypoint)
    this.#use(member)
  }

  #use(member: MemberId): void {
    if (this.#useful[member] === 1) return
    this.#useful[member] = 1
    this.#agenda.push(member)
  }

  /** Whether the expression can lead to the subject. */
  #leads(permission: Permission, expression: Expression): boolean {
    this.steps++
    switch (expression.kind) {
      case 'nil':
        return false
      case 'self':
        return this.#isOwn(permission)
      case 'member':
        return this.#mayHave(expression.member)
      case 'arrow': {
        const types = [...this.#kindsByType(expression.relation).keys()]
        return types.some(type => this.#mayHave(this.#find(type, expression.target)))
      }
      case 'union':
        return expression.operands.some(operand => this.#leads(permission, operand))
      case 'intersection':
        return expression.operands.every(operand => this.#leads(permission, operand))
      case 'exclusion':
        return this.#leads(permission, expression.base)
    }
  }

  /** The operand that is likely to lead to the fewest resources. */
  #narrowest(operands: readonly Expression[]): Expression {
    return operands.reduce((best, operand) =>
      this.#breadth(operand) < this.#breadth(best) ? operand : best,
    )
  }

  #breadth(expression: Expression): number {
    switch (expression.kind) {
      case 'nil':
      case 'self':
        return 0
      case 'member':
        return this.#breadthOf(expression.member)
      case 'arrow':
        return 3
      case 'union':
        return expression.operands.reduce((sum, operand) => sum + this.#breadth(operand), 0)
      case 'intersection':
        return this.#breadth(this.#narrowest(expression.operands))
      case 'exclusion':
        return this.#breadth(expression.base)
    }
  }

  /**
   * The estimated breadth of a member. A relation to plain objects only leads to few resources, one
   * with a wildcard to the most, and nothing is known of what is in between.
   */
  #breadthOf(id: MemberId): number {
    const member = this.#schemaIndex.schema.members[id]
    if (member.kind === 'permission') return 2
    if (member.types.some(type => type.wildcard && type.type === this.#subject.type)) return 4
    return this.#schemaIndex.flat[id] === 1 ? 1 : 2
  }

  #kindsByType(relation: MemberId): ReadonlyMap<string, readonly KindId[]> {
    const kinds = this.#schemaIndex.subjectKinds(relation)
    this.steps += kinds.size
    return kinds
  }

  #find(type: string, name: string): MemberId {
    return this.#schemaIndex.schema.member(type, name)?.id ?? NO_MEMBER
  }

  #mayHave(member: MemberId): boolean {
    if (member === NO_MEMBER) return false
    return this.#reaching[member] === 1 || member === this.#subject.member
  }

  #isOwn({ definition }: Permission): boolean {
    return definition === this.#subject.type && this.#subject.relation === ''
  }
}
