// Where access to a resource comes from: the rows whose relationships are grants of it. They are its
// roles, and whatever else the permission that is its access leads to: rows of what it belongs to,
// and of what it inherits from. Conditions (the other operands of an intersection, what an exclusion
// takes away) give nobody access and have no rows here.

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
import type { How } from './types.js'

/** A row of grants. */
export interface GrantingUserset {
  readonly resource: ObjectReference
  readonly relation: string
  readonly how: How
}

/**
 * The roles in the order of the schema, then the others as the permission names them, each row once.
 * @throws Refusal `work-exceeded` when it inherits from too much
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

  #how(object: ObjectReference): How {
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

  /** Of an intersection, the operand that gives access is the one that the roles are in. */
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
  /** Null for the person itself. */
  readonly through: SubjectReference | null
  /** Why nobody knows whether the person is in that set; null where that is known. */
  readonly refusal: Refusal | null
}

/** What of these rows holds for the person, if only on a condition. @throws SLICE_OVER */
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

/** Whether the person is in the set, if only on a condition. */
export const isAmong = (graph: Graph, person: ObjectReference, set: SubjectReference): boolean =>
  graph.check({ type: set.type, id: set.id }, set.relation, plain(person)).kind !== 'no'
