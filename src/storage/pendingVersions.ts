// The effect of a batch of writes on the relationships that it touches, decided in memory one
// request after the other. It begins with the open versions as stored, and ends with the versions
// to close and to insert. It knows no SQL and no clock.

import { isDeepStrictEqual } from 'node:util'
import {
  assert,
  isLive,
  matches,
  printIdentity,
  printObject,
  type Relationship,
  type RelationshipFilter,
  type RelationshipIdentity,
  type Revision,
  type Update,
  type UpdateOutcome,
} from '../terms/index.js'
import { OPEN } from './record.js'

/** A relationship from the revision that created it, inclusive, to the one that deleted it. */
export interface Version {
  readonly relationship: Relationship
  /** The revision that created it. Null if that was before this batch. */
  readonly created: Revision | null
  readonly deleted: Revision
}

type Mutable = { -readonly [Field in keyof Version]: Version[Field] }

export class PendingVersions {
  /** The open versions by resource, so that a filter that names its resource has few to match. */
  private readonly open = new Map<string, Map<string, Mutable>>()
  /** All versions that the batch has read or created. */
  private readonly touched: Mutable[] = []

  /** Adds relationships as they are stored before the batch. */
  addStored(stored: readonly Relationship[]): void {
    for (const relationship of stored) this.openVersion(relationship, null)
  }

  /** Finds the relationship, expired or not. */
  find(identity: RelationshipIdentity): Relationship | null {
    return this.version(identity)?.relationship ?? null
  }

  /** Counts the relationships that match the filter and have not expired by `now`. */
  count(filter: RelationshipFilter, now: number): number {
    let found = 0
    for (const versions of this.candidates(filter)) {
      for (const { relationship } of versions.values()) {
        if (isLive(relationship, now) && matches(filter, relationship)) found++
      }
    }
    return found
  }

  /**
   * Applies the update at `revision`; the caller has decided that it may. A relationship that has
   * expired by `now` counts as absent in the outcome, though its version ends.
   */
  apply({ operation, relationship }: Update, revision: Revision, now: number): UpdateOutcome {
    const current = this.version(relationship)
    if (operation !== 'delete' && current !== undefined) {
      if (isDeepStrictEqual(traits(current.relationship), traits(relationship))) return 'unchanged'
    }
    if (current !== undefined) this.closeVersion(current, revision)
    if (operation !== 'delete') this.openVersion(relationship, revision)
    const wasLive = current !== undefined && isLive(current.relationship, now)
    if (operation === 'delete') return wasLive ? 'deleted' : 'absent'
    return wasLive ? 'replaced' : 'created'
  }

  /** The stored versions that this batch ends. */
  closed(): readonly Version[] {
    return this.touched.filter(({ created, deleted }) => created === null && deleted !== OPEN)
  }

  /** The versions that this batch creates. Some may have ended within it. */
  opened(): readonly (Version & { readonly created: Revision })[] {
    return this.touched.filter(isOpened)
  }

  private version(identity: RelationshipIdentity): Mutable | undefined {
    return this.open.get(printObject(identity.resource))?.get(printIdentity(identity))
  }

  private *candidates(filter: RelationshipFilter): Iterable<ReadonlyMap<string, Version>> {
    const { resourceType: type, resourceId: id } = filter
    if (type === undefined || id === undefined) return yield* this.open.values()
    const versions = this.open.get(printObject({ type, id }))
    if (versions !== undefined) yield versions
  }

  private openVersion(relationship: Relationship, created: Revision | null): void {
    const version: Mutable = { relationship, created, deleted: OPEN }
    this.touched.push(version)
    const resource = printObject(relationship.resource)
    const versions = this.open.get(resource) ?? new Map<string, Mutable>()
    this.open.set(resource, versions.set(printIdentity(relationship), version))
  }

  private closeVersion(version: Mutable, revision: Revision): void {
    assert(version.created !== revision, 'a request updates a relationship only once')
    version.deleted = revision
    const { resource } = version.relationship
    this.open.get(printObject(resource))?.delete(printIdentity(version.relationship))
  }
}

const isOpened = (version: Version): version is Version & { readonly created: Revision } =>
  version.created !== null

const traits = ({ caveat, expiresAt }: Relationship) => ({ caveat, expiresAt })
