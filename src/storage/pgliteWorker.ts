// The thread that runs PGlite. PGlite computes a statement synchronously and would block any other
// code in its thread. Requests are answered one by one in the order in which they came. This side
// knows neither transactions nor queues.

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
const send = (message: FromThread): void => port.postMessage(message)

/**
 * A line of the log that reports a fatal error or a panic. The pattern is anchored at the start of
 * the line, where no user's text can be.
 */
const FAILURE = /^[\d-]+ [\d:.]+ \w+ \[\d+\] (FATAL|PANIC): +(.*)/
let lastFailure = ''

/**
 * Watches the log. After a panic PostgreSQL's memory cannot be trusted: this thread ends, and a new
 * one recovers from the log.
 */
function watch(line: string): boolean {
  const failure = FAILURE.exec(line)
  if (failure === null) return false
  lastFailure = failure[2]
  if (failure[1] === 'PANIC') exitWith(lastFailure)
  return false
}

function exitWith(why: string): never {
  send({ kind: 'left', why })
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
    return exitWith(lastFailure || (error instanceof Error ? error.message : String(error)))
  }
}

const pglite = await start(workerData)
pglite.onNotification((channel, text) => send({ kind: 'notification', channel, text }))

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
  turn = turn.then(async () => send(await answer(message)))
})
send({ kind: 'rows', id: OPEN_ID, rows: [] })
