// Rows from a list of relationships, for working sets in tests: nothing is at hand until it was asked
// for once, and places of more than `prefix` subjects are large ones.

import { Unloaded } from '../../src/evaluator/index.js'
import { KindTable } from '../../src/rows/kindTable.js'
import { type RowSupply, WorkingSet } from '../../src/rows/workingSet.js'
import {
  placeOf,
  printIdentity,
  printPlace,
  printWant,
  type Relationship,
  type Revision,
  type Row,
  subjectPlace,
  toRevision,
  type Want,
} from '../../src/terms/index.js'

const REVISION = toRevision(1)

export class MemoryRows implements RowSupply {
  /** Batches that were loaded. */
  batches = 0
  readonly #relationships: readonly Relationship[]
  readonly #prefix: number
  readonly #kinds = new KindTable()
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

  find(want: Want): Row | undefined {
    const key = printWant(want)
    if (this.#atHand.has(key)) return this.#read(want)
    this.#missed.add(key)
    return undefined
  }

  async load(wants: readonly Want[]): Promise<readonly Row[]> {
    this.batches++
    for (const want of wants) this.#atHand.add(printWant(want))
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

  #read(want: Want): Row {
    return rowOf(this.#relationships, want, { prefix: this.#prefix, revision: REVISION })
  }
}

/** What a database that has these relationships at the revision gives for the want. */
export function rowOf(
  relationships: readonly Relationship[],
  want: Want,
  { prefix, revision }: { readonly prefix: number; readonly revision: Revision },
): Row {
  const found = relationships.filter(each => isWanted(want, each))
  const isCut = want.kind === 'some' && found.length > prefix
  return { revision, relationships: isCut ? found.slice(0, prefix) : found, complete: !isCut }
}

function isWanted(want: Want, relationship: Relationship): boolean {
  switch (want.kind) {
    case 'of':
      return subjectPlace(relationship.subject) === placeOf(want)
    case 'one':
      return printIdentity(relationship) === printIdentity(want.identity)
    case 'sets':
      return relationship.subject.relation !== '' && printPlace(relationship) === placeOf(want)
    default:
      return printPlace(relationship) === placeOf(want)
  }
}
