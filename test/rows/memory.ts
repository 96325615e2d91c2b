// A supply of rows from a list of relationships, for working sets in tests. A row is at hand only
// once it was loaded, and a list comes in chunks of at most `prefix` relationships.

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
  /** The number of batches that were loaded. */
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

  find(fetch: Fetch): RelationshipList | undefined {
    const key = printFetch(fetch)
    if (this.#atHand.has(key)) return this.#read(fetch)
    this.#missed.add(key)
    return undefined
  }

  async load(fetches: readonly Fetch[]): Promise<readonly RelationshipList[]> {
    this.batches++
    for (const fetch of fetches) this.#atHand.add(printFetch(fetch))
    return fetches.map(fetch => this.#read(fetch))
  }

  /** Drops all rows that are at hand. */
  forget(): void {
    this.#atHand.clear()
  }

  /**
   * Asks the question until no row is missing, each time with an empty working set over the rows at
   * hand.
   */
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

  #read(fetch: Fetch): RelationshipList {
    return rowOf(this.#relationships, fetch, { prefix: this.#prefix, revision: REVISION })
  }
}

/** The answer of a database that has these relationships at the revision. */
export function rowOf(
  relationships: readonly Relationship[],
  fetch: Fetch,
  { prefix, revision }: { readonly prefix: number; readonly revision: Revision },
): RelationshipList {
  if (fetch.kind === 'one') {
    const identity = printIdentity(fetch.identity)
    const found = relationships.filter(each => printIdentity(each) === identity)
    return { revision, relationships: found, complete: true }
  }
  const found = relationships
    .filter(each => isListed(fetch, each))
    .map(each => ({ each, end: endOf(fetch, each) }))
    .sort((a, b) => comparePositions(a.end, b.end))
    .filter(({ end }) => fetch.after === null || comparePositions(end, fetch.after) > 0)
    .map(({ each }) => each)
  return { revision, relationships: found.slice(0, prefix), complete: found.length <= prefix }
}

const endOf = ({ kind }: ListFetch, { resource, relation, subject }: Relationship): Position =>
  kind === 'of' ? { ...resource, relation } : subject

function isListed(fetch: ListFetch, relationship: Relationship): boolean {
  if (fetch.kind === 'of') return subjectKey(relationship.subject) === writeKeyOf(fetch)
  if (fetch.kind === 'sets' && relationship.subject.relation === '') return false
  return printUserset(relationship) === writeKeyOf(fetch)
}
