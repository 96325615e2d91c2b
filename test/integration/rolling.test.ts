// Nodes that start at once, and nodes that are replaced one by one while clients write and ask. A
// client turns to another node when one does not answer. No client is refused by all nodes, no
// answer is wrong, and no acknowledged write is lost.

import { EventEmitter, once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { type Client, connect, RemoteError } from '../../src/client/index.js'
import { readConfig } from '../../src/config.js'
import { startService } from '../../src/service.js'
import { parseRelationship, printIdentity } from '../../src/terms/index.js'
import { Node } from '../cluster/node.js'
import { type Dice, pick, toDice } from '../dice.js'
import { DOCS } from '../engines.js'
import { freshDatastore, TEST_KEY } from '../service.js'
import { toItem } from '../world.js'

const NODES = ['first', 'second']
const CLIENTS = 6
/** The number of rounds after each step, of all clients together. */
const ROUNDS = 60
/** The pause between two rounds of a client, ms, which leaves time for the nodes. */
const PAUSE_MS = 10
const UNAVAILABLE = 14

async function openNodes(t: Test): Promise<readonly Node[]> {
  const { datastore, remove } = await freshDatastore('postgres')
  const environment = { PEMBA_DATASTORE: datastore, PEMBA_KEYS: TEST_KEY, PEMBA_GRAPH: 'auto' }
  const nodes = await Promise.all(NODES.map(name => Node.at({ name, environment, flags: [] })))
  t.teardown(async () => {
    for (const { daemon } of nodes) await daemon.remove()
    await remove()
  })
  return nodes
}

const isAway = (error: unknown): boolean =>
  !(error instanceof RemoteError) || error.code === UNAVAILABLE

/** A client that asks a different node each time, and the next one when a node does not answer. */
class Traveller {
  readonly #clients: readonly Client[]
  readonly #dice: Dice
  #at: Client

  constructor(clients: readonly Client[], dice: Dice) {
    this.#clients = clients
    this.#dice = dice
    this.#at = clients[0]
  }

  /** @throws the error of all nodes, or an error that is final */
  async ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
    const next = pick(
      this.#dice,
      this.#clients.filter(each => each !== this.#at),
    )
    const errors: unknown[] = []
    for (const client of new Set([next, ...this.#clients])) {
      this.#at = client
      try {
        return await question(client)
      } catch (error) {
        if (!isAway(error)) throw error
        errors.push(error)
      }
    }
    throw new AggregateError(errors, `nobody answers: ${errors.join()}`)
  }
}

/** The results of all clients. */
interface Work {
  /** The violations that were found. */
  readonly rounds: EventEmitter
  isOver: boolean
  /** The relationships as last acknowledged. */
  readonly stored: Set<string>
  readonly wrong: string[]
}

/** Writes and deletes grants, and checks each at another node with the token of the write. */
async function live(traveller: Traveller, name: string, dice: Dice, work: Work): Promise<void> {
  while (!work.isOver) {
    const text = `doc:${name}-${dice(8)}#viewer@user:ann`
    const isGranted = dice(3) > 0
    const operation = isGranted ? 'touch' : 'delete'
    const updates = [{ operation, relationship: parseRelationship(text) } as const]
    try {
      const { token } = await traveller.ask(client => client.writeRelationships({ updates }))
      work.stored[isGranted ? 'add' : 'delete'](text)
      const consistency = { kind: 'at-least', token } as const
      const item = toItem(text.replace('#viewer', '#view'))
      const { answer } = await traveller.ask(client => client.check({ consistency, item }))
      if (answer.kind !== (isGranted ? 'yes' : 'no')) work.wrong.push(`${text}: ${answer.kind}`)
    } catch (error) {
      work.wrong.push(`${text}: ${error}`)
    }
    work.rounds.emit('round')
    await pause(PAUSE_MS)
  }
}

async function readAll(client: Client): Promise<readonly string[]> {
  const found: string[] = []
  const items = client.readRelationships({
    consistency: { kind: 'full' },
    filter: { resourceType: 'doc' },
  })
  for await (const { relationship } of items) found.push(printIdentity(relationship))
  return found.sort()
}

/** Resolves once all nodes use the schema that was written to one of them. */
async function knowSchema(clients: readonly Client[]): Promise<void> {
  const { token } = await clients[0].writeSchema({ text: DOCS })
  const item = toItem('doc:none#view@user:ann')
  const check = { consistency: { kind: 'at-least', token }, item } as const
  await Promise.all(clients.map(client => client.check(check)))
}

async function more(work: Work): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) await once(work.rounds, 'round')
}

t.test('nodes that begin at once on an empty database all come up and agree', async t => {
  const { datastore, remove } = await freshDatastore('postgres')
  const flags = ['--datastore', datastore, '--keys', TEST_KEY, '--http-addr', '127.0.0.1:0']
  const open = () => startService(readConfig(flags, {}), pino({ level: 'silent' }))
  const services = await Promise.all([1, 2, 3, 4].map(open))
  const clients = services.map(({ url }) => connect({ url, key: TEST_KEY }))
  t.teardown(async () => {
    await Promise.all(clients.map(client => client.close()))
    await Promise.all(services.map(service => service.close()))
    await remove()
  })
  await t.resolves(knowSchema(clients))
})

t.test('nodes are replaced one by one, and no client notices', async t => {
  const nodes = await openNodes(t)
  await Promise.all(nodes.map(({ daemon }) => daemon.start()))
  const clients = nodes.map(({ url }) => connect({ url, key: TEST_KEY }))
  t.teardown(() => Promise.all(clients.map(client => client.close())))
  await knowSchema(clients)
  const work: Work = { rounds: new EventEmitter(), isOver: false, stored: new Set(), wrong: [] }
  const lives = Array.from({ length: CLIENTS }, (_, number) => {
    const dice = toDice(number + 1)
    return live(new Traveller(clients, dice), `${number}`, dice, work)
  })
  await more(work)
  for (const { daemon } of nodes) {
    await daemon.stop('SIGTERM')
    await more(work)
    await daemon.start()
    await more(work)
  }
  work.isOver = true
  await Promise.all(lives)
  t.strictSame(work.wrong, [])
  for (const client of clients) t.strictSame(await readAll(client), [...work.stored].sort())
})
