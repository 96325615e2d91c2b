// Random histories, written through nodes of one PostgreSQL and asked of all of them. One has a
// resident graph. Others have on-demand graphs with no cache, with a few hundred rows, or with rows
// shared in a Redis that is emptied at random moments. All operations give the same answers on all
// nodes, in every consistency, at past revisions too. Checks get the answer of the definition at
// the named revision. PEMBA_RUNS sets the number of histories, PEMBA_SEED repeats a run.

import fc from 'fast-check'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { check, type Engine, writeRelationships, writeSchema } from '../../src/engine/index.js'
import { requireAdmitted } from '../../src/language/index.js'
import { OnDemand, openRedis, type SharedBytes } from '../../src/rows/index.js'
import { openDatabase } from '../../src/storage/index.js'
import {
  type AnswerAt,
  assert,
  type CheckAnswer,
  type CheckItem,
  type Consistency,
  limits,
  NO_NOTE,
  orRefusal,
  printIdentity,
  printRelationship,
  Refusal,
  type Relationship,
  type Revision,
  type Token,
  type Update,
} from '../../src/terms/index.js'
import { type Dice, pick, toDice } from '../dice.js'
import { NOW } from '../differential/cases.js'
import { crowd, type History, histories, printHistory } from '../differential/histories.js'
import { nodeAnswers } from '../differential/verbs.js'
import { openHome } from '../home.js'
import { oracle } from '../oracle.js'
import { provisionPostgres, provisionRedis } from '../provision.js'

const FAST = { kind: 'minimize-latency' } as const
const RUNS = 12
const ROW_BYTES = 700

interface Nodes {
  readonly whole: Engine
  /** The nodes by their graph mode and cache. */
  readonly others: Readonly<Record<string, Engine>>
}

t.test('nodes answer the same, however they hold the graph', async t => {
  const seed = Number(process.env.PEMBA_SEED ?? Date.now() % 2 ** 31)
  const numRuns = Number(process.env.PEMBA_RUNS ?? RUNS)
  const dice = toDice(seed)
  const nodes = await openNodes(t, dice)
  let questions = 0
  for (const [place, sample] of fc.sample(histories, { seed, numRuns }).entries()) {
    const isCrowded = place % 4 === 0
    const history = isCrowded ? crowd(sample, 2 * limits.rowPrefix) : sample
    const tale = new Tale(nodes, history, { dice, pages: isCrowded ? [0, 50] : [0, 1, 2] })
    const wrong = await tale.tell()
    questions += tale.questions
    if (wrong.length > 0) t.fail(`${wrong.join('\n')}\n${printHistory(history)}`)
  }
  t.comment(`${numRuns} histories, ${questions} questions, seed ${seed}`)
  t.ok(questions > 0, `seed ${seed}`)
  const { cold, shared } = nodes.others
  t.equal(graphOf(cold).counts.hits, 0, 'a node kept nothing')
  t.ok(graphOf(shared).counts.shared > 0, 'nodes shared rows')
})

async function openNodes(t: Test, dice: Dice): Promise<Nodes> {
  const [postgres, redis] = [await provisionPostgres(), await provisionRedis()]
  const location = await postgres.freshDatabase()
  const admin = new Redis(`${redis.url}/6`)
  const rows = openRedis(`${redis.url}/6`, () => {})
  const shared = forgetful(rows, admin, dice)
  const graph = 'on-demand'
  const options = {
    whole: {},
    cold: { graph, rowBytesMax: 1 },
    hundred: { graph, rowBytesMax: 100 * ROW_BYTES },
    shared: { graph, rowBytesMax: 4 * ROW_BYTES, shared },
    sharing: { graph, rowBytesMax: 1, shared },
  } as const
  const opened: Record<string, Engine> = {}
  for (const [name, each] of Object.entries(options)) {
    opened[name] = await openHome({
      database: await openDatabase(location),
      clock: () => NOW,
      ...each,
    })
  }
  t.teardown(async () => {
    for (const engine of Object.values(opened)) await engine.close()
    await rows.close()
    admin.disconnect()
    await postgres.stop()
  })
  const { whole, ...others } = opened
  return { whole, others }
}

/** Between two questions, or between two rounds of one. */
const forgetful = (shared: SharedBytes, admin: Redis, dice: Dice): SharedBytes => ({
  async get(names) {
    if (dice(40) === 0) await admin.flushdb()
    return shared.get(names)
  },
  put: entries => shared.put(entries),
  elsewhere: ms => shared.elsewhere(ms),
})

function graphOf({ live }: Engine): OnDemand {
  if (!(live.graph instanceof OnDemand)) throw new Error('it holds the whole graph')
  return live.graph
}

/** A history that is written to the nodes, and whose relationships are deleted at the end. */
class Tale {
  questions = 0
  readonly #engines: readonly [Engine, ...Engine[]]
  readonly #history: History
  readonly #dice: Dice
  readonly #pages: readonly number[]
  /** The relationships at each revision, in order. */
  readonly #worlds = new Map<Revision, readonly Relationship[]>()
  readonly #wrong: string[] = []

  constructor(
    { whole, others }: Nodes,
    history: History,
    { dice, pages }: { readonly dice: Dice; readonly pages: readonly number[] },
  ) {
    this.#engines = [whole, ...Object.values(others)]
    this.#history = history
    this.#dice = dice
    this.#pages = pages
  }

  /** The violations. */
  async tell(): Promise<readonly string[]> {
    const { schema, worlds } = this.#history
    const begun = await writeSchema(this.#anyone(), { text: schema.text, note: NO_NOTE })
    this.#worlds.set(begun, [])
    await this.#ask({ kind: 'at-least', token: this.#token(begun) }, [])
    for (const world of worlds) {
      const item = this.#item()
      const answers = this.#engines.map(engine => check(engine, { consistency: FAST, item }))
      await this.#write(world.filter(each => this.#isAdmitted(each)))
      for (const answer of await Promise.all(answers)) this.#requireDefined(item, answer)
      await this.#ask(this.#consistency(), [])
      await this.#ask(this.#consistency(), this.#contextual())
    }
    await this.#write([])
    return this.#wrong
  }

  /** Writes a change through a random node. */
  async #write(after: readonly Relationship[]): Promise<void> {
    const before = [...this.#worlds.values()].at(-1) ?? []
    const [had, has] = [before, after].map(world => new Set(world.map(printRelationship)))
    const stays = new Set(after.map(printIdentity))
    const touched = after.filter(each => !had.has(printRelationship(each)))
    const deleted = before.filter(
      each => !has.has(printRelationship(each)) && !stays.has(printIdentity(each)),
    )
    const updates: readonly Update[] = [
      ...touched.map(relationship => ({ operation: 'touch', relationship }) as const),
      ...deleted.map(relationship => ({ operation: 'delete', relationship }) as const),
    ]
    if (updates.length === 0) return
    const request = { updates, preconditions: [], note: NO_NOTE }
    const { revision } = await writeRelationships(this.#anyone(), request)
    this.#worlds.set(revision, after)
  }

  /** Asks all nodes every question. */
  async #ask(consistency: Consistency, contextual: readonly Relationship[]): Promise<void> {
    const { items } = this.#history
    const asked = { item: this.#item(), items, pages: this.#pages }
    const question = { ...asked, consistency, contextual }
    const [expected, ...found] = await Promise.all(
      this.#engines.map((_, place) => {
        const [first, ...rest] = this.#engines.slice(place)
        return nodeAnswers([first, ...rest], question)
      }),
    )
    this.questions += this.#engines.length * Object.keys(expected).length
    const where = JSON.stringify({ consistency, item: asked.item, contextual })
    for (const [name, answer] of Object.entries(expected)) {
      for (const [place, each] of found.entries()) {
        if (each[name] === answer) continue
        this.#wrong.push(`${where}, ${name} of node ${place + 1}: ${each[name]}, not ${answer}`)
      }
    }
  }

  /** Requires that each answer is right at the revision that it names. */
  #requireDefined(item: CheckItem, { answer, revision }: AnswerAt<CheckAnswer>): void {
    const relationships = this.#worlds.get(revision)
    assert(relationships !== undefined, 'nodes never go back, and nobody else writes')
    this.questions++
    const { schema } = this.#history
    const { verdict, missing } = oracle(schema, relationships, { ...item, now: NOW })
    const defined = verdict === 'conditional' ? { kind: verdict, missing } : { kind: verdict }
    const [found, expected] = [answer, defined].map(each => JSON.stringify(each))
    if (found === expected) return
    this.#wrong.push(`${JSON.stringify(item)} at ${revision}: ${found}, not ${expected}`)
  }

  /** A consistency for the head, or for a revision of the history. */
  #consistency(): Consistency {
    const revisions = [...this.#worlds.keys()]
    return pick<Consistency>(this.#dice, [
      { kind: 'full' },
      { kind: 'at-least', token: this.#token(revisions.at(-1)!) },
      { kind: 'exact', token: this.#token(pick(this.#dice, revisions)) },
      { kind: 'exact', token: this.#token(pick(this.#dice, revisions)) },
    ])
  }

  #token(revision: Revision): Token {
    const { datastore, store } = this.#engines[0]
    return { datastore, store, revision }
  }

  #item(): CheckItem {
    return pick(this.#dice, this.#history.items)
  }

  #anyone(): Engine {
    return pick(this.#dice, this.#engines)
  }

  #contextual(): readonly Relationship[] {
    const all = new Map(this.#history.worlds.flat().map(each => [printIdentity(each), each]))
    return [...all.values()].filter(each => this.#dice(4) === 0 && this.#isAdmitted(each))
  }

  #isAdmitted(relationship: Relationship): boolean {
    const admit = () => requireAdmitted(this.#history.schema, relationship, 'touch')
    return !(orRefusal(admit) instanceof Refusal)
  }
}
