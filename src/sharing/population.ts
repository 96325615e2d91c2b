// Everybody that a resource could be shared with, in the order of principals: the people of what it
// belongs to, its groups, and everyone. Read from the database page by page, so that an account of a
// million people costs what is looked at.

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
import { flatRows } from './members.js'
import type { GrantingUserset } from './origins.js'
import type { Act } from './rights.js'

interface Slice {
  /** Whom to give; forms may come twice. */
  readonly forms: readonly PrincipalForm[]
  /** Of ids; empty for all. */
  readonly prefix: string
  readonly after: SubjectReference | null
}

/** Principals of one page of the database. */
const CHUNK = 200

export interface Known {
  readonly principal: SubjectReference
  /** Why nobody knows whether it belongs there; null for who does. */
  readonly refusal: Refusal | null
}

type Principals = AsyncIterator<Known, void>

const known = (principal: SubjectReference): Known => ({ principal, refusal: null })

/** In the order of type, id and relation, by bytes; each once. */
export async function* population(
  engine: Engine,
  { graph, resource }: Act,
  slice: Slice,
): AsyncGenerator<Known, void> {
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

/** Sources in order to one in order. */
async function* merged(sources: readonly Principals[]): AsyncGenerator<Known, void> {
  const heads = await Promise.all(sources.map(source => source.next()))
  for (;;) {
    let least = -1
    for (const [place, { done, value }] of heads.entries()) {
      if (done) continue
      const first = heads[least]?.value?.principal
      if (first === undefined || compare(value.principal, first) < 0) least = place
    }
    const { value } = heads[least] ?? {}
    if (!value) return
    yield value
    heads[least] = await sources[least].next()
  }
}

/** Everyone, wildcards, and sets of the scope itself. */
async function* singles(
  scope: ObjectReference | null,
  { forms, prefix, after }: Slice,
): AsyncGenerator<Known, void> {
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

/** Where people stand in rows of the scope, page by page; where groups are among them, looked up. */
async function* people(
  engine: Engine,
  graph: Graph,
  scope: ObjectReference,
  slice: Slice,
): AsyncGenerator<Known, void> {
  const types = new Set(slice.forms.filter(({ kind }) => kind === 'person').map(each => each.type))
  const set = { ...scope, relation: graph.view.schema.sharing.scopes.get(scope.type)!.people }
  const rows = flatRows(graph, scope, set.relation)
  const found =
    rows === null ? lookedUp(graph, set, slice) : listed(engine, graph, { scope, rows }, slice)
  for await (const some of found) {
    const people = some.filter(({ type }) => types.has(type))
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
  { forms, prefix, after }: Slice,
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
  readonly rows: readonly Relation[]
}

async function* listed(
  engine: Engine,
  graph: Graph,
  { scope, rows }: Listing,
  { prefix, after: begin }: Slice,
): AsyncGenerator<readonly SubjectReference[], void> {
  const origins = rows.map(
    ({ name }): GrantingUserset => ({ resource: scope, relation: name, how: { kind: 'direct' } }),
  )
  let after = begin
  for (;;) {
    const found = await grantsIn(engine, graph, origins, { prefix, after, limit: CHUNK })
    const some: SubjectReference[] = []
    for (const { grant } of found) {
      const { subject } = grant.relationship
      const last = some.at(-1)
      if (last === undefined || compare(last, subject) !== 0) some.push(subject)
    }
    yield some.filter(({ id }) => id !== WILDCARD)
    if (some.length < CHUNK) return
    after = some[CHUNK - 1]
  }
}

interface Grouped {
  readonly scope: ObjectReference
  readonly form: PrincipalForm
}

/** Groups that belong to the scope directly. */
async function* groupsOf(
  { records }: Engine,
  graph: Graph,
  { scope, form }: Grouped,
  { prefix, after }: Slice,
): AsyncGenerator<Known, void> {
  const { schema, revision } = graph.view
  const { type, relation } = form
  const link = schema.sharing.shared.get(type)?.scope
  if (link?.type !== scope.type || (after !== null && compareTexts(type, after.type) < 0)) return
  const subject = { ...scope, relation: '' }
  const filter = { resourceType: type, relation: link.relation, subject }
  const placeOf = (id: string) => ({ resource: { type, id }, relation: link.relation, subject })
  const begun = after?.type === type ? after.id : null
  if (begun?.startsWith(prefix) && compareTexts(relation, after!.relation) > 0) {
    if (graph.find(placeOf(begun)) !== null) yield known({ type, id: begun, relation })
  }
  let place = begun === null ? null : placeOf(begun)
  for (;;) {
    const page = await records.relationships({
      filter: prefix === '' ? filter : { ...filter, resourceIdPrefix: prefix },
      at: revision,
      now: graph.now,
      after: place,
      limit: CHUNK,
    })
    for (const { resource } of page) yield known({ ...resource, relation })
    if (page.length < CHUNK) return
    place = placeOf(page[CHUNK - 1].resource.id)
  }
}
