// A watch that is cut repeatedly during many writes. The client watches through a proxy that breaks
// its connections, and the events are compared with the writes.

import { connect as connectTo, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { connect, type WatchEvent } from '../src/client/index.js'
import { parseRelationship, printRelationship, type Update } from '../src/terms/index.js'
import { TEST_KEY, type TestService } from './service.js'

/** The maximum time that the last events may take, ms. */
const LAST_WAIT_MS = 10_000

export interface WatchLoad {
  readonly seconds: number
  readonly writesPerSecond: number
  readonly cuts: number
}

export interface WatchReport {
  readonly seconds: number
  /** The number of writes, each of which is one revision. */
  readonly writes: number
  readonly connections: number
  readonly missing: readonly string[]
  readonly twice: readonly string[]
  /** The number of events that came after an event of a later write. */
  readonly disordered: number
}

/**
 * Writes and cuts at regular intervals, and compares when all events have come or no more come. The
 * schema of the service must have documents with viewers.
 */
export async function watchThroughCuts(
  service: TestService,
  { seconds, writesPerSecond, cuts }: WatchLoad,
): Promise<WatchReport> {
  const { token } = await service.client.writeRelationships({ updates: [] })
  const proxy = await openProxy(new URL(service.url))
  const reader = connect({ url: proxy.url, key: TEST_KEY })
  const events: WatchEvent[] = []
  let told = 0
  const ending = new AbortController()
  const reading = (async () => {
    for await (const event of reader.watch({ start: token }, ending)) {
      events.push(event)
      told += event.updates.length
    }
  })().catch((error: Error) => {
    if (!ending.signal.aborted) throw error
  })
  const begun = performance.now()
  const cutting = cutEvenly(proxy, seconds, cuts)
  const written = await writeEvenly(service, seconds, writesPerSecond)
  const writeSeconds = (performance.now() - begun) / 1000
  await cutting
  for (let waited = 0; told < written.length && waited < LAST_WAIT_MS; waited += 10) await pause(10)
  // Repeated events may still come.
  await pause(200)
  ending.abort()
  await reading
  await reader.close()
  await proxy.close()
  return {
    seconds: writeSeconds,
    writes: written.length,
    connections: proxy.connections(),
    ...compare(
      written,
      events.flatMap(({ updates }) => updates),
    ),
    disordered: disorderOf(events),
  }
}

const lineOf = ({ operation, relationship }: Update): string =>
  `${operation} ${printRelationship(relationship)}`

function compare(written: readonly Update[], told: readonly Update[]) {
  const missing = new Set(written.map(lineOf))
  const twice = told.map(lineOf).filter(line => !missing.delete(line))
  return { missing: [...missing], twice }
}

function disorderOf(events: readonly WatchEvent[]): number {
  let [disordered, latest] = [0, 0]
  for (const { note } of events) {
    const at = note?.committedAt ?? latest
    if (at < latest) disordered++
    latest = at
  }
  return disordered
}

/** The distance between a deletion and the write that it undoes, which is a touch. */
const UNDONE = 502

/**
 * The update of a write: it touches a document of its own, and every fifth deletes an earlier one.
 */
function toUpdate(number: number): Update {
  const isDeletion = number % 5 === 4 && number >= UNDONE
  return {
    operation: isDeletion ? 'delete' : 'touch',
    relationship: parseRelationship(
      `document:${isDeletion ? number - UNDONE : number}#viewer@user:reader`,
    ),
  }
}

async function writeEvenly(
  { client }: TestService,
  seconds: number,
  writesPerSecond: number,
): Promise<readonly Update[]> {
  const updates: Update[] = []
  const writes: Promise<unknown>[] = []
  const begun = performance.now()
  const total = seconds * writesPerSecond
  while (updates.length < total) {
    const due = Math.min(total, ((performance.now() - begun) / 1000) * writesPerSecond)
    while (updates.length < due) {
      const number = updates.length
      const update = toUpdate(number)
      if (update.operation === 'delete') await writes[number - UNDONE]
      updates.push(update)
      writes.push(client.writeRelationships({ updates: [update] }))
    }
    await pause(1)
  }
  await Promise.all(writes)
  return updates
}

interface Proxy {
  readonly url: string
  readonly connections: () => number
  cut(): void
  close(): Promise<void>
}

async function cutEvenly(proxy: Proxy, seconds: number, cuts: number): Promise<void> {
  for (let i = 0; i < cuts; i++) {
    await pause((seconds * 1000) / (cuts + 1))
    proxy.cut()
  }
}

async function openProxy({ hostname, port }: URL): Promise<Proxy> {
  const open = new Set<Socket>()
  let connections = 0
  const server = createServer(from => {
    connections++
    const to = connectTo(Number(port), hostname)
    for (const socket of [from, to]) {
      open.add(socket)
      socket.once('close', () => open.delete(socket))
      socket.on('error', () => {})
    }
    from.pipe(to).pipe(from)
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port: own } = server.address() as { readonly port: number }
  const cut = (): void => {
    for (const socket of open) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${own}`,
    connections: () => connections,
    cut,
    async close() {
      cut()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
