// Many actors change one sheet, the roles of the account and the members of groups at once. Then
// the history is read, revision by revision, and compared with the rules: each acknowledged
// operation made exactly the changes that the rules demand for the state before it, no other
// operation changed anything, and the stored relationships are the sum of the history.

import { RemoteError } from '../src/client/index.js'
import { parseToken, printIdentity, type Revision } from '../src/terms/index.js'
import type { TestService } from './service.js'
import { FULL, SHARING_SCHEMA, toObject } from './sharingDesk.js'
import { SharingDice } from './sharingDice.js'
import { type Act, effectOf, type State } from './sharingModel.js'
import { toRelationships } from './world.js'

export interface RaceOptions {
  readonly actors: number
  readonly seconds: number
  readonly seed: number
}

export interface RaceReport {
  readonly acts: number
  readonly acknowledged: number
  /** The number of refusals by code. */
  readonly refused: ReadonlyMap<string, number>
  /** The number of operations that changed something. */
  readonly revisions: number
  /** The violations of the rules, in words. */
  readonly violations: readonly string[]
}

/** An acknowledged operation. */
interface Done extends Act {
  readonly id: string
  readonly revision: Revision
  /** The changes that the answer reported, such as `campaign:x#viewer@user:1`. */
  readonly told: { readonly added: readonly string[]; readonly removed: readonly string[] }
}

/** The changes of a revision, as a watch reports them. */
interface Step {
  readonly id: string
  readonly actor: string
  readonly given: string[]
  readonly taken: string[]
}

type History = ReadonlyMap<Revision, Step>

export async function race(service: TestService, options: RaceOptions): Promise<RaceReport> {
  const { actors, seconds, seed } = options
  const { state, token } = await prepare(service, actors)
  const until = performance.now() + seconds * 1000
  const refused = new Map<string, number>()
  const done: Done[] = []
  const run = async (number: number): Promise<void> => {
    const dice = new SharingDice(seed * 1000 + number, actors)
    for (let count = 0; performance.now() < until; count++) {
      const outcome = await perform(
        service,
        dice.act(number),
        `${number}.${count}`,
        dice.chance(0.2),
      )
      if (typeof outcome !== 'string') done.push(outcome)
      else refused.set(outcome, (refused.get(outcome) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: actors }, (_, number) => run(number)))
  const history = await readHistory(service, token)
  const { violations, end } = replay(state, done, history)
  const acts = done.length + [...refused.values()].reduce((sum, count) => sum + count, 0)
  return {
    acts,
    acknowledged: done.length,
    refused,
    revisions: history.size,
    violations: [...violations, ...compare('the end', await storedOf(service), end)],
  }
}

/** The actors: two owners, administrators up to the half, users, and a few outsiders at the end. */
async function prepare(service: TestService, actors: number) {
  const outsiders = Math.floor(actors / 10)
  const texts = [
    'campaign:x#account@account:acme',
    'campaign:x#viewer@account:acme#member',
    ...['a', 'b', 'c'].map(group => `group:${group}#account@account:acme`),
    'account:rival#owner@user:rita',
    'group:r#account@account:rival',
    'group:r#member@user:rita',
  ]
  for (let number = 0; number < actors - outsiders; number++) {
    const role = number < 2 ? 'owner' : number < actors / 2 ? 'administrator' : 'user'
    texts.push(
      `account:acme#${role}@user:${number}`,
      `group:${'abc'[number % 3]}#member@user:${number}`,
    )
    if (number % 8 === 5) texts.push(`account:acme#group_sharer@user:${number}`)
  }
  await service.client.writeSchema({ text: SHARING_SCHEMA })
  const updates = toRelationships(texts.join(' ')).map(
    relationship => ({ operation: 'touch', relationship }) as const,
  )
  const { token } = await service.client.writeRelationships({ updates })
  return { state: new Set(texts), token }
}

/**
 * Carries out an operation. Returns what it did, or the code of its refusal.
 * @param fresh whether the operation requires that the sheet is still as the actor saw it
 */
async function perform(
  { client }: TestService,
  act: Act,
  id: string,
  fresh: boolean,
): Promise<Done | string> {
  const [actor, resource] = [toObject(act.actor), toObject(act.resource)]
  try {
    const expected = fresh ? (await client.sheet({ actor, resource, limit: 1 })).token : undefined
    const call = { actor, resource, changes: act.changes, reason: id, expected }
    const { token, added, removed } = await client.changeSharing(call)
    const print = ({ principal, role }: (typeof added)[number]): string =>
      printIdentity({ resource, relation: role, subject: principal })
    const told = { added: added.map(print), removed: removed.map(print) }
    return { ...act, id, revision: parseToken(token).revision, told }
  } catch (error) {
    if (error instanceof RemoteError && error.reason !== null) return error.reason
    throw error
  }
}

/** The changes after the token, by revision. */
async function readHistory({ client }: TestService, start: string): Promise<History> {
  const { token } = await client.writeRelationships({ updates: [], note: { reason: 'the end' } })
  const last = parseToken(token).revision
  const history = new Map<Revision, Step>()
  for await (const event of client.watch({ start, checkpoints: true })) {
    const { revision } = parseToken(event.token)
    if (event.updates.length > 0 && event.note !== null) {
      const { reason: id, actor } = event.note
      const step = history.get(revision) ?? { id, actor, given: [], taken: [] }
      for (const { operation, relationship } of event.updates) {
        const side = operation === 'delete' ? step.taken : step.given
        side.push(printIdentity(relationship))
      }
      history.set(revision, step)
    }
    if (revision >= last) break
  }
  return history
}

function replay(start: State, done: readonly Done[], history: History) {
  const violations: string[] = []
  const state = new Set(start)
  const acts = new Map(done.map(each => [each.revision, each]))
  if (acts.size !== done.length) violations.push('two acts were given one revision')
  const revisions = [...new Set([...acts.keys(), ...history.keys()])].sort((a, b) => a - b)
  for (const revision of revisions) {
    const [act, step] = [acts.get(revision), history.get(revision)]
    if (act === undefined) violations.push(`${revision}: nobody was told of ${step?.id}`)
    else
      violations.push(...judge(state, act, step).map(fault => `${revision}, ${act.id}: ${fault}`))
    for (const text of step?.taken ?? []) state.delete(text)
    for (const text of step?.given ?? []) state.add(text)
  }
  return { violations, end: state }
}

function judge(state: State, act: Done, step: Step | undefined): readonly string[] {
  const effect = effectOf(state, act)
  if (typeof effect === 'string') return [`must be refused: ${effect}; ${JSON.stringify(act)}`]
  const { given, taken } = effect
  const isTold = act.told.added.length + act.told.removed.length > 0
  return [
    ...(step !== undefined && step.id !== act.id ? [`stored as ${step.id}`] : []),
    ...(step !== undefined && step.actor !== act.actor ? [`stored as by ${step.actor}`] : []),
    ...compare('given', step?.given ?? [], given),
    ...compare('taken', step?.taken ?? [], taken),
    ...(isTold ? compare('told as given', act.told.added, given) : []),
    ...(isTold ? compare('told as taken', act.told.removed, taken) : []),
  ]
}

function compare(what: string, found: Iterable<string>, expected: Iterable<string>): string[] {
  const [a, b] = [[...found].sort(), [...expected].sort()].map(texts => texts.join(' '))
  return a === b ? [] : [`${what}: found ${a}, expected ${b}`]
}

async function storedOf({ client }: TestService): Promise<readonly string[]> {
  const found: string[] = []
  for await (const { relationships } of client.exportRelationships({ consistency: FULL })) {
    found.push(...relationships.map(printIdentity))
  }
  return found
}
