// What one act comes to: the relationships that it gives and takes, each once. It is made from the
// graph at the revision that the write follows, so what it says of before and after is exact.

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

  /** What is to become of it; undefined when that is not for this act to say. */
  find(identity: RelationshipIdentity): Update['operation'] | undefined {
    return this.#updates.get(printIdentity(identity))?.operation
  }

  /** Grants of the declared resource that come and go; one that only changes its traits does both. */
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

/** By principal, then by role. */
const compare = ({ principal: a, role: ours }: Difference, { principal: b, role }: Difference) =>
  compareTexts(a.type, b.type) ||
  compareTexts(a.id, b.id) ||
  compareTexts(a.relation, b.relation) ||
  compareTexts(ours, role)

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

/** The role admits the principal; this is about its caveat and expiration. */
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
 * Roles that must not be empty keep a person.
 * @param removed an object that goes as a whole, whose own roles may be empty
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
      `\`${printIdentity(relationship)}\` cannot be taken away: it is the last of its role, which must not be empty`,
      { resource: printObject(resource), role: relation },
    )
  }
}

/** Whether somebody is left in the row. */
function* isHeld(
  graph: Graph,
  plan: Plan,
  { resource, relation }: Relationship,
): Generator<null, boolean> {
  const isOfRow = (each: Relationship): boolean =>
    each.relation === relation &&
    each.resource.id === resource.id &&
    each.resource.type === resource.type &&
    each.subject.relation === ''
  for (const found of graph.rowInSlices(resource, relation)) {
    if (found === null) yield null
    else if (isOfRow(found) && plan.find(found) !== 'delete') return true
  }
  return plan.updates.some(
    ({ operation, relationship }) => operation !== 'delete' && isOfRow(relationship),
  )
}

/** @throws Refusal `sharing-too-large` */
export function requireSize(plan: Plan, object: ObjectReference): void {
  const { sharingRemovalMax: maximum } = limits
  if (plan.size <= maximum) return
  throw new Refusal(
    'sharing-too-large',
    `over ${maximum} relationships of \`${printObject(object)}\` would come or go, which is more than can at once`,
    { maximum: `${maximum}` },
  )
}
