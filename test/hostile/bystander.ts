// A well-behaved client beside an attack: it asks its own store at a steady rate, and the health
// route too, from a thread of its own, so that the attackers' work does not delay its clock. A
// question that is late to be sent counts from the moment when it was due.

import { setTimeout as pause } from 'node:timers/promises'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { Pool } from 'undici'
import { DOCS } from '../engines.js'
import { KEY, type Target, toCheck } from './target.js'

export const STORE = 'bystander'
const CHECK_EVERY_MS = 5
const HEALTH_EVERY_MS = 50

/** Latencies of one kind of question, ms. */
export interface Latencies {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly most: number
  /** Answers other than the right one. */
  readonly wrong: number
}

export interface Observation {
  readonly checks: Latencies
  readonly health: Latencies
}

interface Orders {
  readonly bystander: true
  readonly url: string
}

/** Fills the bystander's store. */
export async function settle(target: Target): Promise<void> {
  await target.createStore(STORE)
  await target.writeSchema(STORE, DOCS)
  const updates = [
    {
      operation: 'OPERATION_TOUCH',
      relationship: {
        resource: { objectType: 'doc', objectId: '1' },
        relation: 'viewer',
        subject: { object: { objectType: 'user', objectId: 'ann' } },
      },
    },
  ]
  await target.prepare({ store: STORE, path: '/v1/relationships/write', body: { updates } })
}

export class Bystander {
  readonly #worker: Worker

  constructor(target: Target) {
    const orders: Orders = { bystander: true, url: target.url }
    this.#worker = new Worker(new URL(import.meta.url), { workerData: orders })
  }

  /** Ends the questions. */
  async observe(): Promise<Observation> {
    const observed = new Promise<Observation>((resolve, reject) => {
      this.#worker.once('message', resolve)
      this.#worker.once('error', reject)
    })
    this.#worker.postMessage('stop')
    return observed
  }
}

class Series {
  readonly #latencies: number[] = []
  #wrong = 0

  add(ms: number, isRight: boolean): void {
    this.#latencies.push(ms)
    if (!isRight) this.#wrong++
  }

  result(): Latencies {
    const sorted = this.#latencies.sort((a, b) => a - b)
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    return {
      count: sorted.length,
      p50: at(0.5),
      p99: at(0.99),
      most: at(1),
      wrong: this.#wrong,
    }
  }
}

/** Asks once every so many ms until told to stop; resolves when all are answered. */
async function askSteadily(
  everyMs: number,
  series: Series,
  isOver: () => boolean,
  ask: () => Promise<boolean>,
): Promise<void> {
  const asked: Promise<void>[] = []
  const begun = performance.now()
  for (let number = 0; !isOver(); number++) {
    const due = begun + number * everyMs
    const waitMs = due - performance.now()
    if (waitMs > 0) await pause(waitMs)
    asked.push(
      ask().then(
        isRight => series.add(performance.now() - due, isRight),
        () => series.add(performance.now() - due, false),
      ),
    )
  }
  await Promise.all(asked)
}

async function watchOver({ url }: Orders): Promise<Observation> {
  const pool = new Pool(url, { connections: 64 })
  let over = false
  parentPort?.once('message', () => {
    over = true
  })
  const [checks, health] = [new Series(), new Series()]
  const body = JSON.stringify(toCheck(['doc', '1', 'view'], ['user', 'ann']))
  const headers = { authorization: `Bearer ${KEY}`, 'x-pemba-store': STORE }
  await Promise.all([
    askSteadily(
      CHECK_EVERY_MS,
      checks,
      () => over,
      async () => {
        const answer = await pool.request({
          path: '/v1/permissions/check',
          method: 'POST',
          headers,
          body,
        })
        const { permissionship } = (await answer.body.json()) as { permissionship: string }
        return permissionship === 'PERMISSIONSHIP_HAS_PERMISSION'
      },
    ),
    askSteadily(
      HEALTH_EVERY_MS,
      health,
      () => over,
      async () => {
        const answer = await pool.request({ path: '/healthz', method: 'GET' })
        await answer.body.dump()
        return answer.statusCode === 200
      },
    ),
  ])
  await pool.close()
  return { checks: checks.result(), health: health.result() }
}

if (!isMainThread && (workerData as Partial<Orders> | null)?.bystander === true) {
  parentPort?.postMessage(await watchOver(workerData as Orders))
}
