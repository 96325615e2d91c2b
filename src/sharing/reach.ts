// What a person has access to, kind by kind, and why: by which grants, of its own, of its groups, or
// from what the resource belongs to and inherits from.

import type { Engine, Stop } from '../engine/index.js'
import { mapSettled } from '../engine/index.js'
import { type Found, isRefused } from '../evaluator/index.js'
import type { SharedDeclaration } from '../language/index.js'
import { type CheckAnswer, compareTexts, type ObjectReference, Refusal } from '../terms/index.js'
import { requireShared } from './declared.js'
import { givenOf, toGiven } from './grantHistory.js'
import { type Graph, plain } from './graph.js'
import { originsOf, sharesOf } from './origins.js'
import { type Opened, readPage, toPage } from './page.js'
import type { ReachGrant, ReachItem, ReachRequest, SheetPage } from './types.js'

/**
 * In the order of kinds by name, then of ids, by bytes.
 * @throws Refusal `unknown-definition`, `sharing-undeclared`; as lookups do
 */
export async function listReach(
  engine: Engine,
  request: ReachRequest,
  stop?: Stop,
): Promise<SheetPage<ReachItem>> {
  const { person, resourceType, context } = request
  const query = { person: { ...person }, resourceType, context }
  const list = { kind: 'hp', query, fields: 2 }
  return readPage(engine, request, { list, stop }, async (graph, opened) => {
    const found: Reached[] = []
    for await (const each of reached(graph, request, opened, stop)) {
      if (found.push(each) > opened.limit) break
    }
    const { rows, cursor } = toPage(found, opened, ({ resource }) => [resource.type, resource.id])
    const items = await explained(engine, graph, person, rows)
    return { revision: graph.view.revision, rows: items, cursor }
  })
}

interface Reached {
  readonly resource: ObjectReference
  readonly answer: CheckAnswer | Refusal
  readonly declaration: SharedDeclaration
}

/** A kind of resource that has a word for access. */
type ReachKind = SharedDeclaration & { readonly access: string }

async function* reached(
  graph: Graph,
  { person, resourceType }: ReachRequest,
  { after }: Opened,
  stop: Stop | undefined,
): AsyncGenerator<Reached, void> {
  const [afterType, afterId] = after ?? ['', '']
  for (const declaration of kindsOf(graph, resourceType)) {
    const { definition: type, access: permission } = declaration
    if (compareTexts(type, afterType) < 0) continue
    const sought = { type, permission, after: type === afterType ? afterId : null }
    for await (const found of graph.reached(plain(person), sought, stop)) {
      yield { resource: { type, id: found.id }, answer: toAnswer(found), declaration }
    }
  }
}

function toAnswer(found: Found): CheckAnswer | Refusal {
  if (isRefused(found)) return found.refusal
  const { missing } = found
  return missing.length === 0 ? { kind: 'yes' } : { kind: 'conditional', missing }
}

/** @throws Refusal `unknown-definition`, `sharing-undeclared` */
function kindsOf(graph: Graph, type: string): readonly ReachKind[] {
  const { schema } = graph.view
  if (type === '') {
    const all = [...schema.sharing.shared.values()].filter(hasAccess)
    return all.sort((a, b) => compareTexts(a.definition, b.definition))
  }
  const declaration = requireShared(schema, type)
  if (hasAccess(declaration)) return [declaration]
  throw new Refusal(
    'sharing-undeclared',
    `the schema has no \`@sharing access\` in \`${type}\`: it does not say what access to one is`,
    { definition_name: type },
  )
}

const hasAccess = (declaration: SharedDeclaration): declaration is ReachKind =>
  declaration.access !== null

async function explained(
  engine: Engine,
  graph: Graph,
  person: ObjectReference,
  found: readonly Reached[],
): Promise<readonly ReachItem[]> {
  const shares = mapSettled(found, ({ resource, declaration }) => [
    ...sharesOf(graph, originsOf(graph, resource, declaration), person),
  ])
  const identities = shares.flat().map(({ relationship }) => relationship)
  const given = identities.length === 0 ? [] : await givenOf(engine, graph, identities)
  let place = 0
  return found.map(({ resource, answer }, index) => ({
    resource,
    answer,
    grants: shares[index].flatMap((share): readonly ReachGrant[] => {
      const grant = given[place++]
      if (grant === null) return []
      const { origin, through, refusal } = share
      return [{ ...toGiven(grant, origin.how), through, refusal }]
    }),
  }))
}
