// A proxy to a server over loopback that simulates network faults: bytes are delayed, throttled, or
// held back while connections stay open; connections end, are reset, or are refused; and the proxy
// can switch to another server at any moment.

import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export interface Way {
  /** The server's URL through the proxy. */
  readonly url: string
  /** Whether nothing passes while connections stay open. Bytes sent meanwhile arrive afterwards. */
  stand(still: boolean): void
  /** The delay of every piece of up to 64 kB, ms. */
  delay(delayMs: number): void
  /** The throughput of each connection and direction, bytes a second. */
  narrow(bytesPerSecond: number): void
  /** Ends all connections. New ones are accepted. */
  cut(): void
  /** Resets all connections. New ones are accepted. */
  reset(): void
  /** Ends all connections, and refuses new ones until it is opened again. */
  shut(): Promise<void>
  open(): Promise<void>
  /** Sends new connections to another server. */
  lead(target: string): void
}

class Weather {
  delayMs = 0
  bytesPerSecond = Number.POSITIVE_INFINITY
  #still: { readonly over: Promise<void>; end(): void } | null = null

  stand(still: boolean): void {
    this.#still?.end()
    this.#still = null
    if (!still) return
    let end = (): void => {}
    const over = new Promise<void>(resolve => {
      end = resolve
    })
    this.#still = { over, end }
  }

  get isFair(): boolean {
    return this.#still === null && this.delayMs === 0 && this.bytesPerSecond === Infinity
  }

  async pass(bytes: number): Promise<void> {
    await pause(this.delayMs + (bytes / this.bytesPerSecond) * 1000)
    while (this.#still !== null) await this.#still.over
  }
}

export async function openWay(target: string): Promise<Way> {
  const sockets = new Set<Socket>()
  const weather = new Weather()
  let { hostname, port } = new URL(target)
  const serve = (): Server =>
    createServer({ allowHalfOpen: true }, socket => {
      const onward = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
      for (const [each, other] of [
        [socket, onward],
        [onward, socket],
      ]) {
        sockets.add(each)
        each.on('close', () => sockets.delete(each))
        carry(each, other, weather)
      }
    })
  let server = serve()
  const listen = (own: number): Promise<void> =>
    new Promise(done => server.listen(own, '127.0.0.1', done))
  await listen(0)
  const { port: own } = server.address() as { port: number }
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = `${own}`
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: url.href,
    stand: still => weather.stand(still),
    delay(delayMs) {
      weather.delayMs = delayMs
    },
    narrow(bytesPerSecond) {
      weather.bytesPerSecond = bytesPerSecond
    },
    cut,
    reset() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    shut: () =>
      new Promise(done => {
        server.close(() => done())
        cut()
      }),
    open: () => {
      server = serve()
      return listen(own)
    },
    lead(next) {
      ;({ hostname, port } = new URL(next))
    },
  }
}

/**
 * Forwards one piece at a time, which keeps their order and makes a slow reader slow the sender.
 */
function carry(from: Socket, to: Socket, weather: Weather): void {
  let passing = Promise.resolve()
  const write = (bytes: Buffer): void => {
    if (to.writable && !to.write(bytes)) {
      from.pause()
      to.once('drain', () => from.resume())
    }
  }
  from.on('error', () => to.destroy())
  from.on('data', (bytes: Buffer) => {
    if (weather.isFair) return write(bytes)
    from.pause()
    passing = weather.pass(bytes.length).then(() => {
      write(bytes)
      from.resume()
    })
  })
  from.on('end', () => void passing.then(() => to.end()))
  from.on('close', () => void passing.then(() => to.end()))
}
