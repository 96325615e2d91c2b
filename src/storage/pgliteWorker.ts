// The thread that PGlite runs in: it computes a statement synchronously, and would stop whoever
// shares its thread. Requests are answered one by one in the order they came; this side knows
// neither transactions nor queues.

import { parentPort, workerData } from 'node:worker_threads'
import { messages, PGlite } from '@electric-sql/pglite'
import { assert } from '../terms/index.js'
import { makeCluster } from './cluster.js'
import { DURABLE_START, DurableFs } from './durableFs.js'
import { toSafeInteger } from './integer.js'
import { PLAN_BY_INDEX } from './planner.js'
import { type FromThread, OPEN_ID, type ToThread } from './thread.js'

assert(parentPort !== null, 'this file is run as a worker thread')
const port = parentPort
const say = (message: FromThread): void => port.postMessage(message)

/** From the start of a line: what users wrote may stand further on, never there. */
const TROUBLE = /^[\d-]+ [\d:.]+ \w+ \[\d+\] (FATAL|PANIC): +(.*)/
let lastTrouble = ''

/** After a panic PostgreSQL's memory is not to be trusted; a new thread recovers from the log. */
function watch(line: string): boolean {
  const trouble = TROUBLE.exec(line)
  if (trouble === null) return false
  lastTrouble = trouble[2]
  if (trouble[1] === 'PANIC') leave(lastTrouble)
  return false
}

function leave(why: string): never {
  say({ kind: 'left', why })
  process.exit(1)
}

async function start(folder: string): Promise<PGlite> {
  try {
    await makeCluster(folder)
    const INT8 = 20
    const pglite = await PGlite.create({
      fs: new DurableFs(folder),
      startParams: DURABLE_START,
      parsers: { [INT8]: toSafeInteger },
      onStderr: watch,
    })
    await pglite.exec(PLAN_BY_INDEX)
    return pglite
  } catch (error) {
    return leave(lastTrouble || (error instanceof Error ? error.message : String(error)))
  }
}

const pglite = await start(workerData)
pglite.onNotification((channel, told) => say({ kind: 'notification', channel, told }))

async function answer({ id, request }: ToThread): Promise<FromThread> {
  try {
    switch (request.kind) {
      case 'query': {
        const { rows } = await pglite.query(request.sql, [...request.parameters])
        return { kind: 'rows', id, rows: rows as Record<string, unknown>[] }
      }
      case 'script':
        await pglite.exec(request.sql)
        return { kind: 'rows', id, rows: [] }
      case 'close':
        await pglite.close()
        return { kind: 'rows', id, rows: [] }
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const sqlstate = error instanceof messages.DatabaseError ? (error.code ?? null) : null
    return { kind: 'failure', id, sqlstate, message }
  }
}

let turn = Promise.resolve()
port.on('message', (message: ToThread) => {
  turn = turn.then(async () => say(await answer(message)))
})
say({ kind: 'rows', id: OPEN_ID, rows: [] })
