// The differential suite: over random schemas, worlds and questions, a way of answering checks
// gives what the oracle gives: verdict, missing names, diagnostic. A failing case is shrunk and
// printed with its seed. PEMBA_RUNS sets the number of cases (with TAP_TIMEOUT=0 if many), and
// PEMBA_SEED repeats a run.

import fc from 'fast-check'
import type { Test } from 'tap'
import { type CheckOutcome, check, type Snapshot } from '../../src/evaluator/index.js'
import {
  type CheckItem,
  limits,
  orRefusal,
  Refusal,
  type Relationship,
} from '../../src/terms/index.js'
import { mayBe, type OracleAnswer, oracle } from '../oracle.js'
import { type Case, cases, NOW, printCase } from './cases.js'
import { type History, histories, printHistory } from './histories.js'

const RUNS = 500

export type Answerer = (world: Case, item: CheckItem) => CheckOutcome

/** The functions that answer from complete snapshots, one for each world. */
export function answersFrom(
  supply: (relationships: readonly Relationship[]) => Snapshot,
): Answerer {
  const snapshots = new WeakMap<Case, Snapshot>()
  return (world, item) => {
    const snapshot = snapshots.get(world) ?? supply(world.relationships)
    snapshots.set(world, snapshot)
    return ask(snapshot, world, item)
  }
}

export const ask = (snapshot: Snapshot, { schema }: Case, item: CheckItem): CheckOutcome =>
  check(snapshot, schema, {
    ...item,
    now: NOW,
    depthMax: limits.depthMax,
    workMax: limits.workMax,
  })

export function agreeWithOracle(t: Test, answer: Answerer): void {
  overCases(t, RUNS, world => {
    for (const item of world.items) {
      const found = toDefined(orRefusal(() => answer(world, item)))
      const expected = oracle(world.schema, world.relationships, { ...item, now: NOW })
      if (mayBe(found, expected)) continue
      const [is, isNot] = [found, expected].map(each => JSON.stringify(each))
      throw new Error(`${JSON.stringify(item)}: ${is}, not ${isNot}`)
    }
  })
}

/** The answer of a check in the form of the definition. */
export function toDefined(outcome: CheckOutcome | Refusal): OracleAnswer {
  if (outcome instanceof Refusal) return { verdict: 'refused', missing: [], diagnostic: null }
  const { verdict, missing, diagnostic } = outcome
  if (verdict === 'pending') throw new Error('rows are not loaded')
  return { verdict, missing, diagnostic }
}

/** Tests the claim, which throws where it is broken, with random cases. */
export function overCases(t: Test, runs: number, hold: (world: Case) => void): void {
  let questions = 0
  const property = fc.property(cases, world => {
    questions += world.items.length
    hold(world)
  })
  report(t, fc.check(property, parametersOf(runs)), { questions, print: printCase })
}

/** The same for asynchronous claims. */
export async function overCasesAwaited(
  t: Test,
  runs: number,
  hold: (world: Case) => Promise<void>,
): Promise<void> {
  let questions = 0
  const property = fc.asyncProperty(cases, async world => {
    questions += world.items.length
    await hold(world)
  })
  report(t, await fc.check(property, parametersOf(runs)), { questions, print: printCase })
}

/** The same for histories and asynchronous claims. Returns the number of questions. */
export async function overHistories(
  t: Test,
  runs: number,
  hold: (history: History) => Promise<number>,
): Promise<void> {
  let questions = 0
  const property = fc.asyncProperty(histories, async history => {
    questions += await hold(history)
  })
  report(t, await fc.check(property, parametersOf(runs)), { questions, print: printHistory })
}

const parametersOf = (runs: number) => ({
  seed: Number(process.env.PEMBA_SEED ?? Date.now() % 2 ** 31),
  numRuns: Number(process.env.PEMBA_RUNS ?? runs),
})

interface Told<Sample> {
  readonly questions: number
  readonly print: (sample: Sample) => string
}

function report<Sample>(
  t: Test,
  run: fc.RunDetails<[Sample]>,
  { questions, print }: Told<Sample>,
): void {
  t.comment(`${run.numRuns} cases, ${questions} questions, seed ${run.seed}`)
  const [shrunk] = run.counterexample ?? []
  const found = shrunk === undefined ? '' : `${run.errorInstance}\n${print(shrunk)}`
  t.equal(run.failed, false, `seed ${run.seed} ${found}`)
}
