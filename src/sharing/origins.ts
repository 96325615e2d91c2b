// Where access to a resource comes from: the usersets whose relationships are grants of it. These
// are its roles, and the relations to which its access permission leads: those of its scope and of
// the objects that it inherits from. The other operands of an intersection and the subtracted part
// of an exclusion only restrict access, so they are left out.

import { inSlices, orRefused } from '../evaluator/index.js'
import type { Expression, Member, MemberId, SharedDeclaration } from '../language/index.js'
import {
  limits,
  type ObjectReference,
  printObject,
  Refusal,
  type Relationship,
  type SubjectReference,
  WILDCARD,
} from '../terms/index.js'
import { isSame, scopeOf } from './declared.js'
import { type Graph, plain } from './graph.js'
import type { GrantSource } from './types.js'

/** A userset whose relationships are grants. */
export interface GrantingUserset {
  readonly resource: ObjectReference
  readonly relation: string
  readonly how: GrantSource
}

/**
 * The roles in the order of the schema, then the usersets to which the access permission leads, in
 * its order; each once.
 * @throws Refusal `work-exceeded` when there are more than `limits.sharingOriginsMax`
 */
export function originsOf(
  graph: Graph,
  resource: ObjectReference,
  { definition, roles, access }: SharedDeclaration,
): readonly GrantingUserset[] {
  const { schema } = graph.view
  const search = new OriginSearch(graph, new Set(roles.map(({ name }) => name)), resource)
  for (const { name } of roles) search.visit(resource, schema.member(definition, name)!)
  if (access !== null) search.visit(resource, schema.member(definition, access)!)
  return search.found
}

class OriginSearch {
  readonly found: GrantingUserset[] = []
  readonly #graph: Graph
  readonly #roles: ReadonlySet<string>
  readonly #resource: ObjectReference
  readonly #scope: ObjectReference | null
  readonly #seen = new Set<string>()

  constructor(graph: Graph, roles: ReadonlySet<string>, resource: ObjectReference) {
    this.#graph = graph
    this.#roles = roles
    this.#resource = resource
    this.#scope = scopeOf(graph, resource)
  }

  visit(object: ObjectReference, member: Member): void {
    const key = `${member.id} ${object.id}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    if (this.#seen.size > limits.sharingOriginsMax) throw tooMany(this.#resource)
    if (member.kind === 'permission') this.#enter(object, member.expression)
    else this.found.push({ resource: object, relation: member.name, how: this.#how(object) })
  }

  #how(object: ObjectReference): GrantSource {
    if (isSame(object, this.#resource)) return { kind: 'direct' }
    return { kind: isSame(object, this.#scope) ? 'scope' : 'inherited', via: object }
  }

  #enter(object: ObjectReference, expression: Expression): void {
    switch (expression.kind) {
      case 'nil':
      case 'self':
        return
      case 'member':
        this.visit(object, this.#member(expression.member))
        return
      case 'arrow':
        this.#follow(object, this.#member(expression.relation).name, expression.target)
        return
      case 'union':
        for (const operand of expression.operands) this.#enter(object, operand)
        return
      case 'intersection': {
        const { operands } = expression
        this.#enter(object, operands.find(each => this.#leadsToRole(each)) ?? operands[0])
        return
      }
      case 'exclusion':
        this.#enter(object, expression.base)
    }
  }

  #follow(object: ObjectReference, relation: string, target: string): void {
    for (const { subject } of this.#graph.row(object, relation)) {
      const member = this.#graph.view.schema.member(subject.type, target)
      if (member !== undefined) this.visit({ type: subject.type, id: subject.id }, member)
    }
  }

  /** Whether the expression names a role. The operand of an intersection that does gives access. */
  #leadsToRole(expression: Expression, seen = new Set<MemberId>()): boolean {
    switch (expression.kind) {
      case 'member': {
        const member = this.#member(expression.member)
        if (seen.has(member.id)) return false
        seen.add(member.id)
        if (member.kind === 'permission') return this.#leadsToRole(member.expression, seen)
        return this.#roles.has(member.name)
      }
      case 'union':
      case 'intersection':
        return expression.operands.some(operand => this.#leadsToRole(operand, seen))
      case 'exclusion':
        return this.#leadsToRole(expression.base, seen)
      default:
        return false
    }
  }

  #member(id: MemberId): Member {
    return this.#graph.view.schema.members[id]
  }
}

const tooMany = (resource: ObjectReference): Refusal =>
  new Refusal(
    'work-exceeded',
    `access to \`${printObject(resource)}\` comes from over ${limits.sharingOriginsMax} places`,
  )

/** A grant that a person has, by itself or through a set. */
export interface PrincipalShare {
  readonly relationship: Relationship
  readonly origin: GrantingUserset
  /** The set through which the person has the grant; null for a grant to the person itself. */
  readonly through: SubjectReference | null
  /** Why the check that the person is in that set was refused; null if it was not. */
  readonly refusal: Refusal | null
}

/** The grants of these usersets that the person has, also conditionally. @throws SLICE_OVER */
export function sharesOf(
  graph: Graph,
  origins: readonly GrantingUserset[],
  person: ObjectReference,
): readonly PrincipalShare[] {
  const rows = origins.map(({ resource, relation }) => `${printObject(resource)}#${relation}`)
  const name = `shares of ${printObject(person)} in ${rows.join()}`
  return graph.resumed(name, () => findShares(graph, origins, person))
}

function* findShares(
  graph: Graph,
  origins: readonly GrantingUserset[],
  person: ObjectReference,
): Generator<null, readonly PrincipalShare[]> {
  const found: PrincipalShare[] = []
  for (const origin of origins) {
    const { resource, relation } = origin
    for (const id of [person.id, WILDCARD]) {
      const subject = plain({ type: person.type, id })
      const relationship = graph.find({ resource, relation, subject })
      const through = id === WILDCARD ? subject : null
      if (relationship !== null) found.push({ relationship, origin, through, refusal: null })
    }
    for (const relationship of graph.rowInSlices(resource, relation, { setsOnly: true })) {
      if (relationship === null) {
        yield null
        continue
      }
      const { subject } = relationship
      const isIn = yield* inSlices(() => orRefused(() => isAmong(graph, person, subject)))
      const refusal = isIn instanceof Refusal ? isIn : null
      if (isIn !== false) found.push({ relationship, origin, through: subject, refusal })
    }
  }
  return found
}

/** Whether the person is in the set, also conditionally. */
export const isAmong = (graph: Graph, person: ObjectReference, set: SubjectReference): boolean =>
  graph.check({ type: set.type, id: set.id }, set.relation, plain(person)).kind !== 'no'
