// A siege: one attack after the other on one node, each with the bystander beside it, and what came
// of each.

import { type Attack, isAnswered, type Scale, type Tally } from './attack.js'
import { Bystander, type Observation, STORE, settle } from './bystander.js'
import * as connections from './connections.js'
import * as memory from './memory.js'
import * as questions from './questions.js'
import * as schemas from './schemas.js'
import { Target, toCheck } from './target.js'

export interface SiegeReport {
  readonly attack: Attack
  readonly tally: Tally
  readonly observation: Observation
  /** The most memory of the node's process during the attack, bytes. */
  readonly memory: number
}

export const ATTACKS: readonly Attack[] = [
  questions.caveats,
  questions.deep,
  questions.bulk,
  questions.lookups,
  schemas.largeSchemas,
  schemas.subjectKinds,
  memory.manyStores,
  memory.churn,
  connections.slowSenders,
  connections.slowReaders,
]

const SAMPLE_MS = 100

export async function* besiege(
  attacks: readonly Attack[],
  scale: Scale,
  flags: readonly string[],
): AsyncGenerator<SiegeReport> {
  const target = await Target.start(flags)
  try {
    await settle(target)
    for (const attack of attacks) {
      await attack.prepare(target, scale)
      yield await attackOnce(target, attack, scale)
    }
  } finally {
    await target.close()
  }
}

async function attackOnce(target: Target, attack: Attack, scale: Scale): Promise<SiegeReport> {
  await requireCalm(target)
  const bystander = new Bystander(target)
  let memory = 0
  const sampling = setInterval(() => {
    memory = Math.max(memory, target.memory)
  }, SAMPLE_MS)
  const tally = await attack.run(target, scale)
  clearInterval(sampling)
  return { attack, tally, observation: await bystander.observe(), memory }
}

/** A first question opens the bystander's store, which is not what is measured. */
async function requireCalm(target: Target): Promise<void> {
  const body = toCheck(['doc', '1', 'view'], ['user', 'ann'])
  const reply = await target.call({ store: STORE, path: '/v1/permissions/check', body })
  if (!isAnswered(reply)) throw new Error(`the bystander is not answered: ${reply.message}`)
}
