// Rows from a list of relationships, for working sets in tests: nothing is at hand until it was asked
// for once, and of no list are there more than `prefix` relationships at a time.

import { OpenKindTable, Unloaded } from '../../src/evaluator/index.js'
import { comparePositions } from '../../src/rows/chunk.js'
import { printFetch } from '../../src/rows/printFetch.js'
import { type RowSupply, WorkingSet } from '../../src/rows/workingSet.js'
import {
  type Fetch,
  type ListFetch,
  type Position,
  printIdentity,
  printUserset,
  type Relationship,
  type RelationshipList,
  type Revision,
  subjectKey,
  toRevision,
  writeKeyOf,
} from '../../src/terms/index.js'

const REVISION = toRevision(1)

export class MemoryRows implements RowSupply {
  /** Batches that were loaded. */
  batches = 0
  readonly #relationships: readonly Relationship[]
  readonly #prefix: number
  readonly #kinds = new OpenKindTable()
  readonly #atHand = new Set<string>()
  readonly #missed = new Set<string>()

  constructor(relationships: readonly Relationship[], prefix: number) {
    this.#relationships = relationships
    this.#prefix = prefix
  }

  /** An empty working set over these rows. */
  open(): WorkingSet {
    return new WorkingSet({ revision: REVISION, kinds: this.#kinds, rows: this })
  }

  find(want: Fetch): RelationshipList | undefined {
    const key = printFetch(want)
    if (this.#atHand.has(key)) return this.#read(want)
    this.#missed.add(key)
    return undefined
  }

  async load(wants: readonly Fetch[]): Promise<readonly RelationshipList[]> {
    this.batches++
    for (const want of wants) this.#atHand.add(printFetch(want))
    return wants.map(want => this.#read(want))
  }

  /** Forgets all that is at hand. */
  forget(): void {
    this.#atHand.clear()
  }

  /** Asks until nothing is missing, each time with an empty working set over what is at hand. */
  settle<T>(ask: (set: WorkingSet) => T): T {
    for (;;) {
      this.#missed.clear()
      try {
        return ask(this.open())
      } catch (error) {
        if (!(error instanceof Unloaded)) throw error
        if (this.#missed.size === 0) throw new Error('it lacks what it did not ask for')
        this.batches++
        for (const key of this.#missed) this.#atHand.add(key)
      }
    }
  }

  #read(want: Fetch): RelationshipList {
    return rowOf(this.#relationships, want, { prefix: this.#prefix, revision: REVISION })
  }
}

/** What a database that has these relationships at the revision gives for the want. */
export function rowOf(
  relationships: readonly Relationship[],
  want: Fetch,
  { prefix, revision }: { readonly prefix: number; readonly revision: Revision },
): RelationshipList {
  if (want.kind === 'one') {
    const identity = printIdentity(want.identity)
    const found = relationships.filter(each => printIdentity(each) === identity)
    return { revision, relationships: found, complete: true }
  }
  const found = relationships
    .filter(each => isListed(want, each))
    .map(each => ({ each, end: endOf(want, each) }))
    .sort((a, b) => comparePositions(a.end, b.end))
    .filter(({ end }) => want.after === null || comparePositions(end, want.after) > 0)
    .map(({ each }) => each)
  return { revision, relationships: found.slice(0, prefix), complete: found.length <= prefix }
}

const endOf = ({ kind }: ListFetch, { resource, relation, subject }: Relationship): Position =>
  kind === 'of' ? { ...resource, relation } : subject

function isListed(want: ListFetch, relationship: Relationship): boolean {
  if (want.kind === 'of') return subjectKey(relationship.subject) === writeKeyOf(want)
  if (want.kind === 'sets' && relationship.subject.relation === '') return false
  return printUserset(relationship) === writeKeyOf(want)
}
