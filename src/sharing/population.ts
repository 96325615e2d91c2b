// The principals that a resource could be shared with, in order: the people of its scope, the
// groups of its scope, and everyone. They are read from the database page by page, so listing the
// first of an account of a million people costs only what is read.

import { type Engine, mapSettled } from '../engine/index.js'
import { orRefused } from '../evaluator/index.js'
import type { PrincipalForm, Relation } from '../language/index.js'
import {
  compareTexts,
  type ObjectReference,
  Refusal,
  type SubjectReference,
  WILDCARD,
} from '../terms/index.js'
import { isWithin, scopeOf } from './declared.js'
import { grantsIn } from './grantHistory.js'
import type { Graph } from './graph.js'
import { flatRelations } from './members.js'
import type { GrantingUserset } from './origins.js'
import type { Act } from './rights.js'

interface PopulationQuery {
  /** The forms of principals to list; a form may be repeated. */
  readonly forms: readonly PrincipalForm[]
  /** The prefix of the ids to list; empty for all. */
  readonly prefix: string
  /** The principal after which the list begins; null for all. */
  readonly after: SubjectReference | null
}

/** The number of principals in one read of the database. */
const CHUNK = 200

export interface PopulationEntry {
  readonly principal: SubjectReference
  /** Why the check that the principal belongs to the scope was refused; null if it belongs. */
  readonly refusal: Refusal | null
}

type Principals = AsyncIterator<PopulationEntry, void>

const known = (principal: SubjectReference): PopulationEntry => ({ principal, refusal: null })

/** The principals in the order of type, id and relation, by bytes; each once. */
export async function* population(
  engine: Engine,
  { graph, resource }: Act,
  slice: PopulationQuery,
): AsyncGenerator<PopulationEntry, void> {
  const scope = scopeOf(graph, resource)
  const sources: Principals[] = [singles(scope, slice)]
  if (scope !== null) {
    sources.push(people(engine, graph, scope, slice))
    const groups = new Map(slice.forms.map(form => [`${form.type}#${form.relation}`, form]))
    for (const form of groups.values()) {
      if (form.kind === 'group') sources.push(groupsOf(engine, graph, { scope, form }, slice))
    }
  }
  yield* merged(sources)
}

const compare = (a: SubjectReference, b: SubjectReference): number =>
  compareTexts(a.type, b.type) || compareTexts(a.id, b.id) || compareTexts(a.relation, b.relation)

/** Merges sorted sources into one sorted sequence. */
async function* merged(sources: readonly Principals[]): AsyncGenerator<PopulationEntry, void> {
  const heads = await Promise.all(sources.map(source => source.next()))
  for (;;) {
    let least = -1
    for (const [index, { done, value }] of heads.entries()) {
      if (done) continue
      const first = heads[least]?.value?.principal
      if (first === undefined || compare(value.principal, first) < 0) least = index
    }
    const { value } = heads[least] ?? {}
    if (!value) return
    yield value
    heads[least] = await sources[least].next()
  }
}

/** The wildcards, and the sets of the scope itself, among which is everyone. */
async function* singles(
  scope: ObjectReference | null,
  { forms, prefix, after }: PopulationQuery,
): AsyncGenerator<PopulationEntry, void> {
  const found = new Map<string, SubjectReference>()
  for (const { kind, type, relation } of forms) {
    const id = kind === 'everyone' && relation === '' ? WILDCARD : scope?.id
    const isOfScope = id === WILDCARD || (relation !== '' && type === scope?.type)
    if (isOfScope && id !== undefined) found.set(`${type}#${relation}`, { type, id, relation })
  }
  for (const each of [...found.values()].sort(compare)) {
    if (!each.id.startsWith(prefix) || (after !== null && compare(each, after) <= 0)) continue
    yield known(each)
  }
}

/**
 * The people of the scope. They are read page by page where the scope's relations name them
 * directly, and looked up where membership is more than that, such as through groups.
 */
async function* people(
  engine: Engine,
  graph: Graph,
  scope: ObjectReference,
  slice: PopulationQuery,
): AsyncGenerator<PopulationEntry, void> {
  const types = new Set(slice.forms.filter(({ kind }) => kind === 'person').map(each => each.type))
  const set = { ...scope, relation: graph.view.schema.sharing.scopes.get(scope.type)!.people }
  const relations = flatRelations(graph, scope, set.relation)
  const found =
    relations === null
      ? lookedUp(graph, set, slice)
      : listed(engine, graph, { scope, relations }, slice)
  for await (const chunk of found) {
    const people = chunk.filter(({ type }) => types.has(type))
    const within = mapSettled(people, each => orRefused(() => isWithin(graph, scope, each)))
    for (const [position, principal] of people.entries()) {
      const found = within[position]
      if (found instanceof Refusal) yield { principal, refusal: found }
      else if (found) yield known(principal)
    }
  }
}

async function* lookedUp(
  graph: Graph,
  { relation: permission, ...scope }: SubjectReference,
  { forms, prefix, after }: PopulationQuery,
): AsyncGenerator<readonly SubjectReference[], void> {
  const types = [...new Set(forms.filter(({ kind }) => kind === 'person').map(each => each.type))]
  for (const type of types.sort(compareTexts)) {
    if (after !== null && compareTexts(type, after.type) < 0) continue
    const sought = { type, permission, after: after?.type === type ? after.id : null }
    for await (const { id } of graph.subjects(scope, sought)) {
      if (id.startsWith(prefix)) yield [{ type, id, relation: '' }]
    }
  }
}

interface Listing {
  readonly scope: ObjectReference
  readonly relations: readonly Relation[]
}

async function* listed(
  engine: Engine,
  graph: Graph,
  { scope, relations }: Listing,
  { prefix, after: start }: PopulationQuery,
): AsyncGenerator<readonly SubjectReference[], void> {
  const origins = relations.map(
    ({ name }): GrantingUserset => ({ resource: scope, relation: name, how: { kind: 'direct' } }),
  )
  let after = start
  for (;;) {
    const found = await grantsIn(engine, graph, origins, { prefix, after, limit: CHUNK })
    const chunk: SubjectReference[] = []
    for (const { grant } of found) {
      const { subject } = grant.relationship
      const last = chunk.at(-1)
      if (last === undefined || compare(last, subject) !== 0) chunk.push(subject)
    }
    yield chunk.filter(({ id }) => id !== WILDCARD)
    if (chunk.length < CHUNK) return
    after = chunk[CHUNK - 1]
  }
}

interface GroupListing {
  readonly scope: ObjectReference
  readonly form: PrincipalForm
}

/** The groups that belong to the scope directly. */
async function* groupsOf(
  { records }: Engine,
  graph: Graph,
  { scope, form }: GroupListing,
  { prefix, after }: PopulationQuery,
): AsyncGenerator<PopulationEntry, void> {
  const { schema, revision } = graph.view
  const { type, relation } = form
  const link = schema.sharing.shared.get(type)?.scope
  if (link?.type !== scope.type || (after !== null && compareTexts(type, after.type) < 0)) return
  const subject = { ...scope, relation: '' }
  const filter = { resourceType: type, relation: link.relation, subject }
  const identityOf = (id: string) => ({ resource: { type, id }, relation: link.relation, subject })
  const afterId = after?.type === type ? after.id : null
  if (afterId?.startsWith(prefix) && compareTexts(relation, after!.relation) > 0) {
    if (graph.find(identityOf(afterId)) !== null) yield known({ type, id: afterId, relation })
  }
  let previous = afterId === null ? null : identityOf(afterId)
  for (;;) {
    const page = await records.relationships({
      filter: prefix === '' ? filter : { ...filter, resourceIdPrefix: prefix },
      at: revision,
      now: graph.now,
      after: previous,
      limit: CHUNK,
    })
    for (const { resource } of page) yield known({ ...resource, relation })
    if (page.length < CHUNK) return
    previous = identityOf(page[CHUNK - 1].resource.id)
  }
}
