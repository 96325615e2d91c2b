// Random histories, applied to nodes that hold their graphs in different ways, with questions in
// between, at the head and at past revisions, while the next change arrives. All nodes give the
// same answer to every question. Checks also get the answer of the definition.

import t from 'tap'
import { withContextual } from '../../src/engine/contextual.js'
import { requireAdmitted, type Schema } from '../../src/language/index.js'
import {
  type CheckItem,
  checksum,
  orRefusal,
  printIdentity,
  Refusal,
  type Relationship,
  type Revision,
} from '../../src/terms/index.js'
import { pick, toDice } from '../dice.js'
import { oracle } from '../oracle.js'
import { type Answers, answersOf } from './answers.js'
import { NOW } from './cases.js'
import { type History, revisionsOf, worldAt } from './histories.js'
import { overHistories } from './suite.js'
import { SUPPLIERS, type Supplier } from './suppliers.js'

const RUNS = 40

/** The questions that are asked once the history has reached `since`. */
interface Asked {
  readonly since: Revision
  readonly at: Revision
  readonly item: CheckItem
  readonly contextual: readonly Relationship[]
}

t.test('however a node holds its graph, it answers the same', async t => {
  await overHistories(t, RUNS, async history => {
    const asked = toAsked(history)
    const { resident, ...others } = SUPPLIERS
    const expected = await tell(history, asked, resident)
    for (const [place, question] of asked.entries()) {
      requireDefined(history, question, expected[place])
    }
    for (const [name, supplier] of Object.entries(others)) {
      const found = await tell(history, asked, supplier)
      for (const [place, question] of asked.entries()) {
        requireSame(`${name} ${JSON.stringify(question)}`, found[place], expected[place])
      }
    }
    return asked.length * Object.keys(expected[0]).length
  })
})

/**
 * The questions at each revision: some at the head as soon as it arrives, and more at past ones.
 */
function toAsked(history: History): readonly Asked[] {
  const dice = toDice(history.seed)
  const revisions = revisionsOf(history)
  return revisions.flatMap((since, place) => {
    const [one, other] = [pick(dice, history.items), pick(dice, history.items)]
    const past = pick(dice, revisions.slice(0, place + 1))
    const contextual = toContextual(history, past, `${dice(1000)}`)
    return [
      { since, at: since, item: one, contextual: [] },
      { since, at: past, item: one, contextual: [] },
      { since, at: past, item: other, contextual },
    ]
  })
}

/** Contextual relationships, some of which are stored too, or will be. */
function toContextual(
  { schema, worlds }: History,
  at: Revision,
  salt: string,
): readonly Relationship[] {
  const known = new Map(worlds.flat().map(each => [printIdentity(each), each]))
  return [...known.values()].filter(
    each =>
      Number.parseInt(checksum(`${salt}${at}${printIdentity(each)}`), 36) % 7 < 2 &&
      isAdmitted(schema, each),
  )
}

const isAdmitted = (schema: Schema, relationship: Relationship): boolean =>
  !(orRefusal(() => requireAdmitted(schema, relationship, 'touch')) instanceof Refusal)

/** The next change arrives while questions run. */
async function tell(
  history: History,
  asked: readonly Asked[],
  supplier: Supplier,
): Promise<readonly Answers[]> {
  const supply = await supplier(history)
  const dice = toDice(history.seed)
  const answers: Promise<Answers>[] = []
  for (const revision of revisionsOf(history)) {
    const change = history.changes.find(each => each.revision === revision)
    if (change !== undefined) supply.apply(change)
    for (const { since, at, item, contextual } of asked) {
      if (since !== revision) continue
      answers.push(answersOf(() => withContextual(supply.view(at), contextual), item))
    }
    if (dice(2) === 0) await Promise.all(answers)
  }
  return Promise.all(answers)
}

function requireDefined(history: History, { at, item, contextual }: Asked, { check }: Answers) {
  const stored = worldAt(history, at)
  const hidden = new Set(contextual.map(printIdentity))
  const all = [...stored.filter(each => !hidden.has(printIdentity(each))), ...contextual]
  const { verdict, missing, diagnostic } = oracle(history.schema, all, { ...item, now: NOW })
  const answer = verdict === 'conditional' ? { kind: verdict, missing } : { kind: verdict }
  const isRefused = check.startsWith('caveat-evaluation: ')
  // If a cycle is undefined too, a check may report either.
  if (verdict === 'refused' && (isRefused || diagnostic !== null)) return
  requireSame(`resident ${JSON.stringify(item)}`, { check }, { check: JSON.stringify(answer) })
}

function requireSame(where: string, found: Answers, expected: Answers): void {
  for (const [question, answer] of Object.entries(expected)) {
    if (found[question] === answer) continue
    throw new Error(`${where}, ${question}: ${found[question]}, not ${answer}`)
  }
}
