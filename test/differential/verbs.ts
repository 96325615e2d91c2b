// Everything that can be asked of nodes about an item, through their operations, with the answers
// in print. The pages of a lookup are asked of one node after another, because a cursor of one node
// must work on the next.

import {
  check,
  checkBulk,
  type Engine,
  expand,
  listPermissions,
  lookupResources,
  lookupSubjects,
} from '../../src/engine/index.js'
import {
  type CheckAnswer,
  type CheckItem,
  type Consistency,
  Refusal,
  type Relationship,
  type Revision,
} from '../../src/terms/index.js'
import { ordered } from './answers.js'

export interface Question {
  readonly item: CheckItem
  /** More items, for bulk questions. */
  readonly items: readonly CheckItem[]
  readonly consistency: Consistency
  readonly contextual: readonly Relationship[]
  /** The sizes of pages; 0 for one page. */
  readonly pages: readonly number[]
}

interface Answered {
  readonly revision: Revision
  readonly told: unknown
}

/** The answers by the name of the question, each with its revision. */
export type NodeAnswers = Readonly<Record<string, string>>

/** @param nodes the first answers; the others go on from where it stopped */
export async function nodeAnswers(
  nodes: readonly [Engine, ...Engine[]],
  question: Question,
): Promise<NodeAnswers> {
  const [engine] = nodes
  const { item, items, pages, ...common } = question
  const { resource, permission } = item
  const asked: Record<string, Promise<Answered>> = {
    check: told(check(engine, { ...common, item })),
    tracing: told(check(engine, { ...common, item, tracing: true })),
    bulk: told(checkBulk(engine, { ...common, items: [...items, { ...item, ...common }] })),
    expansion: expand(engine, { ...common, resource, permission }).then(({ answer, revision }) => ({
      revision,
      told: ordered(answer),
    })),
    permissions: listPermissions(engine, { ...common, ...item, permissions: [] }).then(
      ({ answer, revision }) => ({ revision, told: answer }),
    ),
  }
  for (const size of pages) {
    for (const [name, page] of Object.entries(lookupsOf(question))) {
      asked[`${name}, ${size} a page`] = inPages(nodes, size, page)
    }
  }
  const answers = await Promise.all(
    Object.entries(asked).map(async ([name, answer]) => [name, await print(answer)] as const),
  )
  return Object.fromEntries(answers)
}

/**
 * The answer in print, or the refusal. A trace is left out, because it depends on the graph's
 * order.
 */
async function print(answer: Promise<Answered>): Promise<string> {
  try {
    const { revision, told } = await answer
    return `${revision} ${JSON.stringify(told, (key, value) => (key === 'trace' ? undefined : value))}`
  } catch (error) {
    if (error instanceof Refusal) return `${error.code}: ${error.message}`
    throw error
  }
}

const told = async (
  answer: Promise<{
    readonly answer: CheckAnswer | readonly unknown[]
    readonly revision: Revision
  }>,
): Promise<Answered> => {
  const { answer: found, revision } = await answer
  return { revision, told: found }
}

interface Found {
  readonly id: string
  readonly cursor: string
}

interface PageAnswer {
  readonly revision: Revision
  readonly items: AsyncIterable<Found>
}

type Page = (engine: Engine, limit: number, cursor: string | null) => Promise<PageAnswer>

function lookupsOf({ item, consistency, contextual }: Question): Readonly<Record<string, Page>> {
  const { resource, permission, subject, context } = item
  const common = { consistency, contextual, permission, context }
  const within = { object: resource, relations: ['one', 'two'] }
  const resources =
    (inside: typeof within | null): Page =>
    (engine, limit, cursor) => {
      const asked = { ...common, resourceType: resource.type, subject, within: inside }
      return lookupResources(engine, { ...asked, limit, cursor })
    }
  const subjects =
    (wildcard: boolean): Page =>
    (engine, limit, cursor) =>
      lookupSubjects(engine, {
        ...common,
        resource,
        subjectType: subject.type,
        subjectRelation: subject.relation,
        wildcard,
        limit,
        cursor,
      })
  return {
    resources: resources(null),
    'resources within': resources(within),
    subjects: subjects(true),
    'subjects by name': subjects(false),
  }
}

async function inPages(
  nodes: readonly [Engine, ...Engine[]],
  size: number,
  page: Page,
): Promise<Answered> {
  const found: Found[] = []
  for (let turn = 0; ; turn++) {
    const node = nodes[turn % nodes.length]
    const { revision, items } = await page(node, size, found.at(-1)?.cursor ?? null)
    const before = found.length
    for await (const each of items) found.push(each)
    if (size === 0 || found.length - before < size) {
      return { revision, told: found.map(({ cursor: _, ...rest }) => rest) }
    }
  }
}
