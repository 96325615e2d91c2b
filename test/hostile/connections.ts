// Attacks by connections: readers that take nothing of their answers, and senders of one byte a
// second.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type Attack, scaled, Tally } from './attack.js'
import { counted, KEY, relationship, type Target } from './target.js'

async function open(target: Target): Promise<Socket> {
  const { hostname, port } = new URL(target.url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  return socket
}

/** Connections that are opened at a time: a listener's backlog is not what is attacked. */
const TOGETHER = 200

async function openAll(
  target: Target,
  count: number,
  use: (socket: Socket) => void,
): Promise<Tally> {
  const tally = new Tally()
  const ended: Promise<void>[] = []
  for (let opened = 0; opened < count; opened += TOGETHER) {
    const some = Math.min(TOGETHER, count - opened)
    await Promise.all(
      Array.from({ length: some }, async () => {
        const socket = await open(target)
        ended.push(
          new Promise(resolve => {
            let outcome = 'closed by the service'
            socket.once('error', () => {})
            socket.once('data', chunk => {
              if (!`${chunk}`.startsWith('HTTP/1.1 429 ')) return
              outcome = 'refused with 429'
              socket.destroy()
            })
            socket.once('close', () => {
              tally.add(outcome, true)
              resolve()
            })
          }),
        )
        use(socket)
      }),
    )
  }
  const all = Promise.all(ended)
  const late = pause(CLOSE_WAIT_MS, 'late' as const, { ref: false })
  if ((await Promise.race([all, late])) === 'late') {
    for (let open = tally.requests; open < count; open++) tally.add('still open', false)
  }
  return tally
}

/** Everything that the service waits for, and some time. */
const CLOSE_WAIT_MS = 100_000

export const slowReaders: Attack = {
  name: 'slow-readers',
  summary: '10,000 connections that ask for all relationships and read only the beginning',
  async prepare(target, scale) {
    await target.createStore('slow-readers')
    await target.writeSchema(
      'slow-readers',
      `definition user {}
definition doc {
  relation viewer: user
}`,
    )
    const toDoc = (number: number) =>
      relationship(['doc', `d${number}`, 'viewer'], ['user', `u${number}`])
    await target.load('slow-readers', counted(scaled(scale, 20_000), toDoc))
  },
  run(target, scale) {
    const body = JSON.stringify({ relationshipFilter: { resourceType: 'doc' } })
    const head = [
      'POST /v1/relationships/read HTTP/1.1',
      'host: hostile',
      `authorization: Bearer ${KEY}`,
      'x-pemba-store: slow-readers',
      `content-length: ${body.length}`,
    ]
    return openAll(target, scaled(scale, 10_000), socket => {
      socket.once('data', () => socket.pause())
      socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
    })
  },
}

export const slowSenders: Attack = {
  name: 'slow-senders',
  summary: '1,000 connections that send one byte of a header a second',
  prepare: async () => {},
  run: (target, scale) =>
    openAll(target, scaled(scale, 1000), socket => {
      socket.write('POST /v1/permissions/check HTTP/1.1\r\n')
      const timer = setInterval(() => socket.write('x'), 1000)
      socket.once('close', () => clearInterval(timer))
      socket.resume()
    }),
}
