// Compiled schemas by revision. A revision's schema is the newest one written at or before it. The
// catalog learns of schema writes from the change feed and from this node's own writes, loads their
// texts when they are first needed, and compiles each once.

import { compileInSteps, compileSchema, type Schema } from '../../language/index.js'
import type { Steps } from '../../replica/index.js'
import { assert, REVISION_NONE, type Revision } from '../../terms/index.js'
import type { GraphSource, SchemaText } from './graphSource.js'

/** A schema with the revision that wrote it; revision 0 is the empty schema of a new store. */
export interface SchemaVersion {
  readonly revision: Revision
  readonly schema: Schema
}

/** The number of compiled schemas kept; older ones are compiled again when needed. */
const KEPT_MAX = 16

const EMPTY: SchemaVersion = { revision: REVISION_NONE, schema: requireCompiled(compileSchema('')) }

/** Runs long work to its end, in turns with other work. */
export type Drive = <Result>(work: Steps<Result>) => Promise<Result>

interface Origin {
  readonly source: GraphSource
  readonly drive: Drive
}

function requireCompiled(compiled: ReturnType<typeof compileSchema>): Schema {
  assert(compiled.ok, 'a stored schema compiles')
  return compiled.schema
}

export class Catalog {
  readonly #origin: Origin
  /**
   * The revisions of schema writes. Invariant: ascending, and complete from `#since` on up to what
   * the feed has reported. The first one is the revision of the schema in force at `#since`.
   */
  #revisions: Revision[]
  readonly #since: Revision
  readonly #versions = new Map<Revision, SchemaVersion>()
  readonly #loading = new Map<Revision, Promise<SchemaVersion>>()

  private constructor(origin: Origin, since: Revision, first: SchemaVersion) {
    this.#origin = origin
    this.#since = since
    this.#revisions = [first.revision]
    this.#keep(first)
  }

  /**
   * Opens a catalog that knows the schema in force at `since`. Later ones are reported to `learn`.
   */
  static async open(origin: Origin, since: Revision): Promise<Catalog> {
    return new Catalog(origin, since, await load(origin, since))
  }

  /** Records that `revision` wrote a schema. Calls may be repeated and out of order. */
  learn(revision: Revision): void {
    const at = this.#revisions.findLastIndex(known => known <= revision)
    if (this.#revisions[at] === revision || revision < this.#since) return
    this.#revisions.splice(at + 1, 0, revision)
  }

  /** The newest schema that this node knows, against which writes are admitted. */
  newest(): Promise<SchemaVersion> {
    return this.#version(this.#revisions[this.#revisions.length - 1])
  }

  /** Learns the newest schema from the source. */
  async refresh(): Promise<void> {
    const { schemaRevision } = await this.#origin.source.head()
    this.learn(schemaRevision)
  }

  /**
   * The schema in force at a revision that the resident graph answers at; without a promise if it
   * is kept.
   */
  at(revision: Revision): SchemaVersion | Promise<SchemaVersion> {
    const newest = this.#revisions.findLast(known => known <= revision)
    assert(newest !== undefined, 'the catalog was opened no later than the resident graph')
    return this.#versions.get(newest) ?? this.#version(newest)
  }

  /** The schema in force at any retained revision, read from the source. */
  async past(revision: Revision): Promise<SchemaVersion> {
    const stored = await this.#origin.source.schemaAt(revision)
    if (stored === null) return EMPTY
    return this.#versions.get(stored.revision) ?? compiled(this.#origin, stored)
  }

  #version(revision: Revision): Promise<SchemaVersion> {
    const kept = this.#versions.get(revision)
    if (kept !== undefined) return Promise.resolve(kept)
    const loading = this.#loading.get(revision) ?? this.#load(revision)
    this.#loading.set(revision, loading)
    return loading
  }

  async #load(revision: Revision): Promise<SchemaVersion> {
    try {
      const version = await load(this.#origin, revision)
      this.#keep(version)
      return version
    } finally {
      this.#loading.delete(revision)
    }
  }

  #keep(version: SchemaVersion): void {
    this.#versions.set(version.revision, version)
    if (this.#versions.size <= KEPT_MAX) return
    for (const oldest of this.#versions.keys()) {
      this.#versions.delete(oldest)
      return
    }
  }
}

async function load(origin: Origin, at: Revision): Promise<SchemaVersion> {
  const stored = await origin.source.schemaAt(at)
  return stored === null ? EMPTY : compiled(origin, stored)
}

async function compiled({ drive }: Origin, { revision, text }: SchemaText): Promise<SchemaVersion> {
  return { revision, schema: requireCompiled(await drive(compileInSteps(text))) }
}
