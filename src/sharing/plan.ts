// The plan of an operation: the relationships that it writes and deletes, each once. The plan is
// made from the graph at the revision that the write follows, so the differences that it reports
// between before and after are exact.

import { requireContextSize } from '../engine/index.js'
import type { SharedDeclaration } from '../language/index.js'
import { requireAdmitted } from '../language/index.js'
import {
  compareTexts,
  limits,
  type ObjectReference,
  printIdentity,
  printObject,
  Refusal,
  type Relationship,
  type RelationshipIdentity,
  requireVisibleIds,
  type Update,
} from '../terms/index.js'
import { formOf, isSame } from './declared.js'
import type { Graph } from './graph.js'
import type { Difference } from './types.js'

export class Plan {
  readonly #graph: Graph
  readonly #updates = new Map<string, Update>()

  constructor(graph: Graph) {
    this.#graph = graph
  }

  get updates(): readonly Update[] {
    return [...this.#updates.values()]
  }

  get size(): number {
    return this.#updates.size
  }

  /**
   * @throws Refusal `sharing-not-admitted`, `sharing-repeated`, `stored-context-too-large`,
   * `invalid-argument`
   */
  give(relationship: Relationship): void {
    requireVisibleIds(relationship)
    requireContextSize(relationship)
    requireShape(this.#graph, relationship)
    this.#add({ operation: 'touch', relationship })
  }

  /** @throws Refusal `sharing-repeated` */
  take(relationship: Relationship): void {
    this.#add({ operation: 'delete', relationship })
  }

  /** The planned operation on the relationship; undefined when the plan does not contain it. */
  find(identity: RelationshipIdentity): Update['operation'] | undefined {
    return this.#updates.get(printIdentity(identity))?.operation
  }

  /**
   * The grants of the declared resource that the plan adds and removes. A grant of which only the
   * caveat or the expiration changes counts as both.
   */
  *differences(declaration: SharedDeclaration): Generator<null, Differences> {
    const added: Difference[] = []
    const removed: Difference[] = []
    for (const { operation, relationship } of this.#updates.values()) {
      if (this.#graph.isDue()) yield null
      const difference = toDifference(declaration, relationship)
      const before = this.#graph.find(relationship)
      if (difference === null || (before !== null && isSameGrant(before, relationship, operation)))
        continue
      if (before !== null) removed.push(difference)
      if (operation === 'touch') added.push(difference)
    }
    return { added: added.sort(compare), removed: removed.sort(compare) }
  }

  #add(update: Update): void {
    const key = printIdentity(update.relationship)
    const known = this.#updates.get(key)
    if (known !== undefined && !isSameUpdate(known, update)) throw repeated(key)
    this.#updates.set(key, update)
  }
}

/** The order by principal, then by role. */
const compare = ({ principal: a, role: roleA }: Difference, { principal: b, role }: Difference) =>
  compareTexts(a.type, b.type) ||
  compareTexts(a.id, b.id) ||
  compareTexts(a.relation, b.relation) ||
  compareTexts(roleA, role)

export interface Differences {
  readonly added: readonly Difference[]
  readonly removed: readonly Difference[]
}

function toDifference(
  { definition, roles }: SharedDeclaration,
  { resource, relation, subject }: Relationship,
): Difference | null {
  const role = roles.find(({ name }) => name === relation)
  if (resource.type !== definition || role === undefined) return null
  const form = formOf(role, subject)
  return form === undefined ? null : { principal: subject, kind: form.kind, role: relation }
}

const isSameUpdate = (a: Update, b: Update): boolean =>
  a.operation === b.operation &&
  (a.operation === 'delete' || traitsOf(a.relationship) === traitsOf(b.relationship))

const isSameGrant = (a: Relationship, b: Relationship, operation: Update['operation']): boolean =>
  operation === 'touch' && traitsOf(a) === traitsOf(b)

const traitsOf = ({ caveat, expiresAt }: Relationship): string =>
  JSON.stringify([caveat?.name, caveat?.context, expiresAt])

/**
 * Requires that the schema admits the relationship. The role is known to admit the principal, so a
 * refusal is about the caveat or the expiration.
 */
function requireShape(graph: Graph, relationship: Relationship): void {
  try {
    requireAdmitted(graph.view.schema, relationship, 'touch')
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'subject-not-admitted') throw error
    throw new Refusal('sharing-not-admitted', error.message, error.metadata)
  }
}

const repeated = (identity: string): Refusal =>
  new Refusal(
    'sharing-repeated',
    `the request says different things of \`${identity}\`, expected each grant to be changed once`,
    { relationship: identity },
  )

/**
 * Requires that roles which must not be empty still have a person after the plan.
 * @param removed an object that the plan removes as a whole, so that its own roles may be empty
 * @throws Refusal `sharing-last-holder`
 */
export function* requireHolders(
  graph: Graph,
  plan: Plan,
  removed: ObjectReference | null = null,
): Generator<null, void> {
  const { shared } = graph.view.schema.sharing
  for (const { operation, relationship } of plan.updates) {
    if (graph.isDue()) yield null
    const { resource, relation } = relationship
    if (operation !== 'delete' || isSame(resource, removed)) continue
    const role = shared.get(resource.type)?.roles.find(({ name }) => name === relation)
    if (!role?.neverEmpty || formOf(role, relationship.subject)?.kind !== 'person') continue
    if (yield* isHeld(graph, plan, relationship)) continue
    throw new Refusal(
      'sharing-last-holder',
      `\`${printIdentity(relationship)}\` cannot be taken away: it is the last of its role, ` +
        'which must not be empty',
      { resource: printObject(resource), role: relation },
    )
  }
}

/** Whether a person has the role after the plan. */
function* isHeld(
  graph: Graph,
  plan: Plan,
  { resource, relation }: Relationship,
): Generator<null, boolean> {
  const isHolder = (each: Relationship): boolean =>
    each.relation === relation &&
    each.resource.id === resource.id &&
    each.resource.type === resource.type &&
    each.subject.relation === ''
  for (const found of graph.rowInSlices(resource, relation)) {
    if (found === null) yield null
    else if (isHolder(found) && plan.find(found) !== 'delete') return true
  }
  return plan.updates.some(
    ({ operation, relationship }) => operation !== 'delete' && isHolder(relationship),
  )
}

/** @throws Refusal `sharing-too-large` */
export function requireSize(plan: Plan, object: ObjectReference): void {
  const { sharingRemovalMax: maximum } = limits
  if (plan.size <= maximum) return
  throw new Refusal(
    'sharing-too-large',
    `over ${maximum} relationships of \`${printObject(object)}\` would come or go, which is ` +
      'more than can at once',
    { maximum: `${maximum}` },
  )
}
