// The resources that a person has access to, type by type, each with the grants that give the
// access: the person's own, those of the person's groups, and those of objects that the resource
// belongs to or inherits from.

import type { Engine, Stop } from '../engine/index.js'
import { mapSettled } from '../engine/index.js'
import { type Found, isRefused } from '../evaluator/index.js'
import type { SharedDeclaration } from '../language/index.js'
import { type CheckAnswer, compareTexts, type ObjectReference, Refusal } from '../terms/index.js'
import { requireShared } from './declared.js'
import { storedGrantsOf, toGrantDetails } from './grantHistory.js'
import { type Graph, plain } from './graph.js'
import { originsOf, sharesOf } from './origins.js'
import { type OpenedPage, readPage, toPage } from './page.js'
import type { ReachGrant, ReachItem, ReachRequest, SheetPage } from './types.js'

/**
 * Lists a page in the order of types, then of ids, by bytes.
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
    const found: ReachedResource[] = []
    for await (const each of reached(graph, request, opened, stop)) {
      if (found.push(each) > opened.limit) break
    }
    const { rows, cursor } = toPage(found, opened, ({ resource }) => [resource.type, resource.id])
    const items = await explained(engine, graph, person, rows)
    return { revision: graph.view.revision, rows: items, cursor }
  })
}

interface ReachedResource {
  readonly resource: ObjectReference
  readonly answer: CheckAnswer | Refusal
  readonly declaration: SharedDeclaration
}

/** The declaration of a resource type that has an access permission. */
type ReachableType = SharedDeclaration & { readonly access: string }

async function* reached(
  graph: Graph,
  { person, resourceType }: ReachRequest,
  { after }: OpenedPage,
  stop: Stop | undefined,
): AsyncGenerator<ReachedResource, void> {
  const [afterType, afterId] = after ?? ['', '']
  for (const declaration of reachableTypes(graph, resourceType)) {
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
function reachableTypes(graph: Graph, type: string): readonly ReachableType[] {
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

const hasAccess = (declaration: SharedDeclaration): declaration is ReachableType =>
  declaration.access !== null

async function explained(
  engine: Engine,
  graph: Graph,
  person: ObjectReference,
  found: readonly ReachedResource[],
): Promise<readonly ReachItem[]> {
  const shares = mapSettled(found, ({ resource, declaration }) => [
    ...sharesOf(graph, originsOf(graph, resource, declaration), person),
  ])
  const identities = shares.flat().map(({ relationship }) => relationship)
  const stored = identities.length === 0 ? [] : await storedGrantsOf(engine, graph, identities)
  let next = 0
  return found.map(({ resource, answer }, index) => ({
    resource,
    answer,
    grants: shares[index].flatMap((share): readonly ReachGrant[] => {
      const grant = stored[next++]
      if (grant === null) return []
      const { origin, through, refusal } = share
      return [{ ...toGrantDetails(grant, origin.how), through, refusal }]
    }),
  }))
}
