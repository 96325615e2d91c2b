// The change from everyone to everyone except some. It deletes the grant of everyone and grants the
// role to the remaining principals one by one. A group keeps the role as a group, so that its
// future members have it too. A group with a member who is left out is replaced by its other
// members, because a grant to a group cannot leave out a member. People in no group get the role
// themselves.

import { inSlices } from '../evaluator/index.js'
import type { PrincipalForm } from '../language/index.js'
import {
  limits,
  type ObjectReference,
  printSubject,
  Refusal,
  type SubjectReference,
  WILDCARD,
} from '../terms/index.js'
import { type ChangeContext, type HeldRole, notGranted, takeable } from './changeContext.js'
import { formIn, isSame, isWithin, requirePrincipal, scopeMissing, scopeOf } from './declared.js'
import { type Graph, plain } from './graph.js'
import { peopleIn } from './members.js'
import { originsOf, sharesOf } from './origins.js'
import { grant, requireSelection } from './selection.js'
import type { SharingChange } from './types.js'

type Uncheck = Extract<SharingChange, { kind: 'uncheck' }>

export function* uncheck(
  changeContext: ChangeContext,
  { principal, principals }: Uncheck,
): Generator<null, void> {
  const held = yield* inSlices(() => takeable(changeContext, principal, ''))
  requireEveryone(changeContext, principal)
  if (held.length === 0) throw notGranted(principal, '')
  requireSelection(principals)
  const scope = scopeOf(changeContext.graph, changeContext.resource)
  if (scope === null) throw scopeMissing(changeContext.resource)
  for (const { role, relationship } of held) {
    for (const each of principals) {
      yield* inSlices(() => requireUncheckable(changeContext, { role, relationship }, each))
    }
    changeContext.plan.take(relationship)
    for (const each of remaining(changeContext, {
      scope,
      groups: role.principals,
      without: principals,
    })) {
      if (each === null) yield null
      else grant(changeContext, relationship, each)
      if (changeContext.plan.size > limits.sharingChangesMax) throw tooLarge()
    }
  }
}

/** @throws Refusal `sharing-member-of-group` for a group, `sharing-not-admitted` */
function requireEveryone({ declaration }: ChangeContext, principal: SubjectReference): void {
  const kind = formIn(declaration, principal)?.kind
  if (kind === 'everyone' && principal.id !== WILDCARD) return
  if (kind === 'group') {
    throw new Refusal(
      'sharing-member-of-group',
      `of \`${printSubject(principal)}\` no single member can be left out: choose people of ` +
        'it instead (OPERATION_CHOOSE)',
      { through: printSubject(principal) },
    )
  }
  throw new Refusal(
    'sharing-not-admitted',
    `\`${printSubject(principal)}\` is not everyone that \`${declaration.definition}\` can be ` +
      'shared with',
    { principal: printSubject(principal), definition_name: declaration.definition },
  )
}

/**
 * Requires that the principal belongs to the scope, and that leaving it out takes its access away.
 * @throws Refusal `sharing-by-scope` for a person whose access has another source
 */
function requireUncheckable(
  changeContext: ChangeContext,
  { role }: HeldRole,
  principal: SubjectReference,
): void {
  const { graph, resource, declaration } = changeContext
  const form = requirePrincipal(graph, resource, role, principal)
  if (form.kind === 'everyone') requireSet(principal)
  if (form.kind !== 'person') return
  for (const { origin } of sharesOf(graph, originsOf(graph, resource, declaration), principal)) {
    if (origin.how.kind === 'direct') continue
    throw new Refusal(
      'sharing-by-scope',
      `\`${printSubject(principal)}\` has access as \`${origin.relation}\` of ` +
        `\`${origin.resource.type}:${origin.resource.id}\`, which no sheet can take away`,
      { principal: printSubject(principal), role: origin.relation },
    )
  }
}

const requireSet = (principal: SubjectReference): never => {
  throw new Refusal(
    'sharing-repeated',
    `\`${printSubject(principal)}\` is everyone, expected groups and people to be left out`,
    { relationship: printSubject(principal) },
  )
}

interface Split {
  readonly scope: ObjectReference
  /** The forms of principals that the role admits. */
  readonly groups: readonly PrincipalForm[]
  /** The principals that are left out. */
  readonly without: readonly SubjectReference[]
}

/**
 * The principals that keep the role: the groups without a member who is left out, then the people
 * who are in none of these groups. A person whose groups are all left out themselves is left out
 * too.
 */
function* remaining(
  changeContext: ChangeContext,
  { scope, groups, without }: Split,
): Generator<SubjectReference | null> {
  const { graph } = changeContext
  const out = new Set(without.map(printSubject))
  const fates = { kept: new Set<string>(), split: new Set<string>(), dropped: new Set<string>() }
  let memberships = 0
  for (const set of setsOf(graph, scope, groups)) {
    if (set === null) {
      yield null
      continue
    }
    const members: string[] = []
    for (const person of peopleIn(graph, set)) {
      if (person === null) yield null
      else members.push(printSubject(person))
      if (memberships + members.length > limits.sharingPeopleMax) throw tooLarge()
    }
    memberships += members.length
    const fate = fateOf(set, members, out)
    for (const member of members) fates[fate].add(member)
    if (fate === 'kept') yield set
  }
  const { kept, split, dropped } = fates
  for (const person of peopleOf(graph, scope)) {
    if (person === null) {
      yield null
      continue
    }
    const name = printSubject(person)
    if (out.has(name) || kept.has(name)) continue
    if (split.has(name) || !dropped.has(name)) yield person
  }
}

/**
 * What becomes of a group: `dropped` if it is left out itself, `split` into its other members if a
 * member is left out, else `kept`.
 */
function fateOf(
  set: SubjectReference,
  members: readonly string[],
  out: ReadonlySet<string>,
): 'kept' | 'split' | 'dropped' {
  if (out.has(printSubject(set))) return 'dropped'
  return members.some(member => out.has(member)) ? 'split' : 'kept'
}

/** The groups of the scope, as the sets that the role admits. */
function* setsOf(
  graph: Graph,
  scope: ObjectReference,
  forms: readonly PrincipalForm[],
): Generator<SubjectReference | null> {
  const { shared } = graph.view.schema.sharing
  for (const relationship of graph.resourcesOf(plain(scope))) {
    if (relationship === null) {
      yield null
      continue
    }
    const { resource, relation } = relationship
    if (shared.get(resource.type)?.scope?.relation !== relation) continue
    if (!isSame(scopeOf(graph, resource), scope)) continue
    for (const form of forms) {
      if (form.kind !== 'group' || form.type !== resource.type) continue
      yield { ...resource, relation: form.relation }
    }
  }
}

/** The people of the scope, each once. @throws Refusal `sharing-too-large` */
function* peopleOf(graph: Graph, scope: ObjectReference): Generator<SubjectReference | null> {
  const { people } = graph.view.schema.sharing.scopes.get(scope.type)!
  let count = 0
  for (const person of peopleIn(graph, { ...scope, relation: people })) {
    if (person === null) yield null
    else {
      if (++count > limits.sharingPeopleMax) throw tooLarge()
      if (yield* inSlices(() => isWithin(graph, scope, person))) yield person
    }
  }
}

const tooLarge = (): Refusal =>
  new Refusal(
    'sharing-too-large',
    `everyone but these comes to more than ${limits.sharingChangesMax} grants, or is of more ` +
      `than ${limits.sharingPeopleMax} people: choose groups instead`,
  )
