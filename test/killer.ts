// Ends the service repeatedly in the middle of concurrent writes, by a kill or by an orderly
// signal, and compares the stored relationships with the acknowledged writes: each acknowledged
// write must be stored, and no write only in part.

import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, connect } from '../src/client/index.js'
import { parseRelationship } from '../src/terms/index.js'
import { TEST_KEY } from './service.js'

export interface KillReport {
  readonly kills: number
  readonly acknowledged: number
  /** Writes that are stored although their answer was cut off, which is allowed. */
  readonly unacknowledgedThere: number
  readonly lost: readonly string[]
  readonly half: readonly string[]
}

const MAIN = join(import.meta.dirname, '../src/main.js')
const WRITERS = 16
/** The number of relationships of one write, of which all must be stored or none. */
const PARTS = 5

const SCHEMA = `definition user {}
definition document {
  relation viewer: user
}`

/**
 * `random` returns numbers in [0, 1), which set how long each process runs before the signal ends
 * it. The first process runs until a write is acknowledged, however slow the machine is.
 */
export async function killAgainAndAgain(
  datastore: string,
  kills: number,
  random: () => number,
  signal: NodeJS.Signals = 'SIGKILL',
): Promise<KillReport> {
  const acknowledged = new Set<string>()
  const news = new EventEmitter()
  const onAcknowledged = (id: string): void => {
    acknowledged.add(id)
    news.emit('acknowledged')
  }
  for (let life = 0; life < kills; life++) {
    const service = await start(datastore)
    if (life === 0) await service.client.writeSchema({ text: SCHEMA })
    const writing = Promise.all(
      Array.from({ length: WRITERS }, (_, writer) =>
        writeUntilKilled(service.client, `${life}-${writer}`, onAcknowledged),
      ),
    )
    await sleep(50 + random() * 400)
    if (acknowledged.size === 0) await Promise.race([once(news, 'acknowledged'), writing])
    service.child.kill(signal)
    await Promise.all([writing, once(service.child, 'exit')])
    await service.client.close()
  }
  return report(datastore, kills, acknowledged)
}

async function writeUntilKilled(
  client: Client,
  writer: string,
  onAcknowledged: (id: string) => void,
): Promise<void> {
  for (let number = 0; ; number++) {
    const id = `${writer}-${number}`
    const updates = Array.from({ length: PARTS }, (_, part) => ({
      operation: 'create' as const,
      relationship: parseRelationship(`document:${id}#viewer@user:${part}`),
    }))
    try {
      await client.writeRelationships({ updates })
    } catch {
      return
    }
    onAcknowledged(id)
  }
}

async function report(
  datastore: string,
  kills: number,
  acknowledged: ReadonlySet<string>,
): Promise<KillReport> {
  const service = await start(datastore)
  const parts = await countParts(service.client)
  service.child.kill('SIGTERM')
  await once(service.child, 'exit')
  await service.client.close()
  return {
    kills,
    acknowledged: acknowledged.size,
    unacknowledgedThere: [...parts.keys()].filter(id => !acknowledged.has(id)).length,
    lost: [...acknowledged].filter(id => !parts.has(id)),
    half: [...parts].filter(([, count]) => count !== PARTS).map(([id]) => id),
  }
}

/** The number of relationships by document. */
async function countParts(client: Client): Promise<ReadonlyMap<string, number>> {
  const parts = new Map<string, number>()
  const items = client.readRelationships({
    consistency: { kind: 'full' },
    filter: { resourceType: 'document' },
  })
  for await (const { relationship } of items) {
    const { id } = relationship.resource
    parts.set(id, (parts.get(id) ?? 0) + 1)
  }
  return parts
}

async function start(datastore: string): Promise<{ child: ChildProcess; client: Client }> {
  const child = spawn(process.execPath, [MAIN, 'serve', '--http-addr', '127.0.0.1:0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PEMBA_DATASTORE: datastore, PEMBA_KEYS: TEST_KEY },
  })
  const url = await urlOf(child)
  return { child, client: connect({ url, key: TEST_KEY }) }
}

/** Reads the log until the line that says where the service answers. */
async function urlOf(child: ChildProcess): Promise<string> {
  let log = ''
  for await (const chunk of child.stderr ?? []) {
    log += chunk
    const found = /"url":"([^"]+)"/.exec(log)
    if (found !== null) {
      child.stderr?.resume()
      return found[1]
    }
  }
  throw new Error(`the service ended before it was serving: ${log}`)
}
