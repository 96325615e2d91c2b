// Everything that can be asked about an item, with the answers in print: the missing names, and
// results in the order in which they come, whole and in pages.

import { answerItem, explainItem, toCheckAnswer } from '../../src/engine/check.js'
import type { View } from '../../src/engine/graph/view.js'
import { expand } from '../../src/evaluator/expand.js'
import {
  type ExpansionTree,
  type Explanation,
  lookupResources,
  lookupSubjects,
  Unloaded,
  type Within,
} from '../../src/evaluator/index.js'
import { listPermissions } from '../../src/evaluator/listPermissions.js'
import { atOnce } from '../../src/evaluator/sliced.js'
import { type CheckItem, compareTexts, limits, Refusal } from '../../src/terms/index.js'
import { inPages, once, type Views } from './asking.js'
import { NOW } from './cases.js'

/** The answers by the name of the question. */
export type Answers = Readonly<Record<string, string>>

const PAGES = [Number.POSITIVE_INFINITY, 1, 2]
const CIRCUMSTANCES = { now: NOW, depthMax: limits.depthMax, workMax: limits.workMax }

export async function answersOf(views: Views, item: CheckItem): Promise<Answers> {
  const asked: Record<string, Promise<unknown>> = {
    check: once(views, view => atOnce(answerItem(view, item, { now: NOW }))),
    explanation: once(views, view => explained(view, item)),
    permissions: once(views, view => permissionsOf(view, item)),
    expansion: once(views, view => expansionOf(view, item)),
  }
  for (const [name, pages] of Object.entries(lookupsOf(views, item))) {
    for (const size of PAGES) asked[`${name}, ${size} a page`] = untilRefused(pages(size))
  }
  const answers = await Promise.all(
    Object.entries(asked).map(async ([name, answer]) => [name, await print(answer)] as const),
  )
  return Object.fromEntries(answers)
}

/** A refusal is an answer. */
async function print(answer: Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await answer)
  } catch (error) {
    if (error instanceof Refusal) return `${error.code}: ${error.message}`
    throw error
  }
}

/** The answer with the one fact about its trace that does not depend on the order of the graph. */
function explained(view: View, item: CheckItem) {
  const { trace, ...answer } = atOnce(explainItem(view, item, { now: NOW }))
  return { ...answer, isOpen: isOpen(trace!.explanation) }
}

const isOpen = ({ verdict, conditions, because }: Explanation): boolean =>
  verdict === 'pending' ||
  conditions.some(condition => condition.verdict === 'pending') ||
  (because ?? []).some(isOpen)

/** The verdicts of all members, relations included. */
function permissionsOf({ snapshot, schema }: View, { resource, subject, context }: CheckItem) {
  const permissions = schema.definition(resource.type)?.members.map(({ name }) => name) ?? []
  const question = { resource, subject, permissions, context, ...CIRCUMSTANCES }
  return listPermissions(snapshot, schema, question).map(outcome =>
    outcome instanceof Refusal ? outcome.message : toCheckAnswer(outcome),
  )
}

function expansionOf({ snapshot, schema }: View, { resource, permission }: CheckItem) {
  const tree = expand(snapshot, schema, { resource, permission, context: {}, ...CIRCUMSTANCES })
  if (tree === null) throw new Unloaded()
  return ordered(tree)
}

/** The tree in print, sorted because its order depends on the graph. */
export function ordered(tree: ExpansionTree): ExpansionTree {
  if (tree.kind === 'leaf') return { ...tree, subjects: [...tree.subjects].sort(byPrint) }
  const children = tree.children.map(ordered)
  return { ...tree, children: tree.kind === 'exclusion' ? children : children.sort(byPrint) }
}

const byPrint = (a: object, b: object): number => compareTexts(JSON.stringify(a), JSON.stringify(b))

type Pages = (size: number) => AsyncIterable<{ readonly id: string }>

function lookupsOf(views: Views, item: CheckItem): Readonly<Record<string, Pages>> {
  const { resource, permission, subject, context } = item
  const asked = { permission, context, ...CIRCUMSTANCES }
  const resources =
    (within: Within | null): Pages =>
    size =>
      inPages(views, size, after => {
        const question = { ...asked, resourceType: resource.type, subject, within, after }
        return { evaluate: lookupResources, question }
      })
  const subjects: Pages = size =>
    inPages(views, size, after => {
      const sought = { subjectType: subject.type, subjectRelation: subject.relation }
      const question = { ...asked, ...sought, resource, wildcard: true, after }
      return { evaluate: lookupSubjects, question }
    })
  return {
    resources: resources(null),
    'resources within': resources({ object: resource, relations: ['one', 'two'] }),
    subjects,
  }
}

/** The results before a refusal, and the refusal. */
async function untilRefused<Found>(
  items: AsyncIterable<Found>,
): Promise<readonly (Found | string)[]> {
  const found: (Found | string)[] = []
  try {
    for await (const each of items) found.push(each)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    found.push(error.message)
  }
  return found
}
