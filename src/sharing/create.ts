// The operation that creates a shared resource with the grants that the schema declares for it. A
// creator who may create for everyone shares it with everyone. Another creator of the scope shares
// it with all of the creator's own groups, and gets the creator's role. The creator of an object
// that belongs to no scope, such as an account, gets that role too.

import type { Engine, Stop } from '../engine/index.js'
import { inSlices } from '../evaluator/index.js'
import type { Role, SharedDeclaration } from '../language/index.js'
import {
  type ObjectReference,
  printObject,
  Refusal,
  type Revision,
  type SubjectReference,
  WILDCARD,
} from '../terms/index.js'
import { type ActingWithNote, writeDecided } from './decide.js'
import { isSame, requireShared, scopeMissing, scopeOf } from './declared.js'
import { type Graph, plain } from './graph.js'
import { isAmong } from './origins.js'
import type { Plan } from './plan.js'
import { forbidden } from './rights.js'
import type { CreateRequest, Difference } from './types.js'

interface CreateAnswer {
  readonly revision: Revision
  readonly added: readonly Difference[]
}

/**
 * @throws Refusal `sharing-exists`, `sharing-forbidden`, `sharing-scope-missing`,
 *   `sharing-undeclared`; then nothing is written
 */
export async function createShared(
  engine: Engine,
  request: CreateRequest & ActingWithNote,
  stop?: Stop,
): Promise<CreateAnswer> {
  function* planned(graph: Graph, plan: Plan): Generator<null, readonly Difference[]> {
    const declaration = requireShared(graph.view.schema, request.resource.type)
    const audience = yield* inSlices(() => audienceOf(graph, declaration, request))
    yield* requireAbsent(graph, request.resource)
    yield* share(graph, plan, { request, declaration, audience })
    return (yield* plan.differences(declaration)).added
  }
  const decide = (graph: Graph, plan: Plan): Promise<readonly Difference[]> =>
    graph.finished(planned(graph, plan), stop)
  const { revision, answer } = await writeDecided(engine, request, decide, stop)
  return { revision, added: answer }
}

/** With whom the new resource is shared: everyone, the creator's groups, or the creator alone. */
type Audience =
  | { readonly kind: 'everyone' | 'groups'; readonly scope: ObjectReference }
  | { readonly kind: 'creator' }

function audienceOf(
  graph: Graph,
  { definition, scope: link, roles }: SharedDeclaration,
  { actor, scope: home }: CreateRequest,
): Audience {
  if (home?.type !== link?.type) throw homeNotFitting(definition, link?.type)
  if (home === null) return { kind: 'creator' }
  const { scopes } = graph.view.schema.sharing
  const scope = scopes.has(home.type) ? home : scopeOf(graph, home)
  if (scope === null) throw scopeMissing(home)
  const { createForEveryone, createForGroups } = scopes.get(scope.type)!
  const may = (permission: string | null): permission is string =>
    permission !== null && graph.may(scope, permission, plain(actor))
  if (may(createForEveryone)) return { kind: 'everyone', scope }
  // An object without default roles, such as a group, is not created for the creator's groups.
  const isForGroups = createForEveryone === null || roles.some(({ isDefault }) => isDefault)
  if (isForGroups && may(createForGroups)) return { kind: 'groups', scope }
  const needed = (isForGroups ? createForGroups : null) ?? createForEveryone
  if (needed !== null) throw forbidden({ actor, resource: scope }, needed, `make a ${definition}`)
  throw new Refusal(
    'sharing-undeclared',
    `nobody makes anything in a \`${scope.type}\`: the schema declares no \`@sharing create ` +
      '…` in it',
    { definition_name: scope.type },
  )
}

function homeNotFitting(definition: string, expected: string | undefined): Refusal {
  const message =
    expected === undefined
      ? `a \`${definition}\` belongs to nothing, expected no scope`
      : `a \`${definition}\` belongs to a \`${expected}\`, expected one as its scope`
  return new Refusal('sharing-scope-missing', message, { definition_name: definition })
}

interface Creation {
  readonly request: CreateRequest
  readonly declaration: SharedDeclaration
  readonly audience: Audience
}

function* share(
  graph: Graph,
  plan: Plan,
  { request, declaration, audience }: Creation,
): Generator<null, void> {
  const { resource, actor, scope: home } = request
  const give = (relation: string, subject: SubjectReference): void =>
    plan.give({ resource, relation, subject, caveat: null, expiresAt: null })
  if (declaration.scope !== null) give(declaration.scope.relation, plain(home!))
  for (const role of declaration.roles) {
    if (role.isMakers && audience.kind !== 'everyone') give(role.name, plain(actor))
    if (!role.isDefault || audience.kind === 'creator') continue
    const { scope } = audience
    const sets =
      audience.kind === 'everyone'
        ? everyoneOf(role, scope)
        : groupsOf(graph, role, { person: actor, scope })
    for (const set of sets) {
      if (set === null) yield null
      else give(role.name, set)
    }
  }
}

const everyoneOf = ({ principals }: Role, { id }: ObjectReference): readonly SubjectReference[] =>
  principals
    .filter(({ kind }) => kind === 'everyone')
    .map(({ type, relation }) => ({ type, id: relation === '' ? WILDCARD : id, relation }))

/** The groups of the scope of which a relationship makes the person a member. */
function* groupsOf(
  graph: Graph,
  { principals }: Role,
  { person, scope }: { readonly person: ObjectReference; readonly scope: ObjectReference },
): Generator<SubjectReference | null> {
  const seen = new Set<string>()
  for (const relationship of graph.resourcesOf(plain(person))) {
    if (relationship === null) {
      yield null
      continue
    }
    const { resource } = relationship
    const key = printObject(resource)
    if (seen.has(key) || !isSame(scopeOf(graph, resource), scope)) continue
    seen.add(key)
    for (const { kind, type, relation } of principals) {
      const set = { ...resource, relation }
      if (kind !== 'group' || type !== resource.type) continue
      if (yield* inSlices(() => isAmong(graph, person, set))) yield set
    }
  }
}

/** @throws Refusal `sharing-exists` */
function* requireAbsent(graph: Graph, resource: ObjectReference): Generator<null, void> {
  for (const relationship of graph.about(resource)) {
    if (relationship === null) yield null
    if (relationship === null || !isSame(relationship.resource, resource)) continue
    throw new Refusal('sharing-exists', `\`${printObject(resource)}\` is there already`, {
      resource: printObject(resource),
    })
  }
}
