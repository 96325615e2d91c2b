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

/** Compiled schemas that are kept; older ones are compiled again when asked for. */
const KEPT_MAX = 16

const EMPTY: SchemaVersion = { revision: REVISION_NONE, schema: requireCompiled(compileSchema('')) }

/** Takes long work to its end, in turns with others. */
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
   * Invariant: ascending; from `#since` on it holds the revision of every schema write up to what
   * the feed has told. Its first entry is the schema in force at `#since`.
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

  /** A catalog that knows the schema in force at `since`, and is told of later ones. */
  static async open(origin: Origin, since: Revision): Promise<Catalog> {
    return new Catalog(origin, since, await load(origin, since))
  }

  /** Tells that `revision` wrote a schema. Told twice or out of order is fine. */
  learn(revision: Revision): void {
    const at = this.#revisions.findLastIndex(known => known <= revision)
    if (this.#revisions[at] === revision || revision < this.#since) return
    this.#revisions.splice(at + 1, 0, revision)
  }

  /** The newest schema that this node has heard of: what writes are admitted against. */
  newest(): Promise<SchemaVersion> {
    return this.#version(this.#revisions[this.#revisions.length - 1])
  }

  /** Learns the newest schema from the source. */
  async refresh(): Promise<void> {
    const { schemaRevision } = await this.#origin.source.head()
    this.learn(schemaRevision)
  }

  /** The schema in force at a revision that the resident graph answers, at once when at hand. */
  at(revision: Revision): SchemaVersion | Promise<SchemaVersion> {
    const newest = this.#revisions.findLast(known => known <= revision)
    assert(newest !== undefined, 'the catalog was opened no later than the resident graph')
    return this.#versions.get(newest) ?? this.#version(newest)
  }

  /** The schema in force at any retained revision, asked of the source. */
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
