// A way to a server over loopback that can stand still, be cut, or be closed for a while: what a network
// does to connections.

import { connect, createServer, type Server, type Socket } from 'node:net'

export interface Way {
  /** The server's URL, by this way. */
  readonly url: string
  /** Whether nothing passes, while connections stay open. */
  stand(still: boolean): void
  /** Ends all connections; new ones are let through. */
  cut(): void
  /** Ends all connections, and refuses new ones until it is opened again. */
  shut(): Promise<void>
  open(): Promise<void>
}

export async function openWay(target: string): Promise<Way> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let still = false
  const serve = (): Server =>
    createServer(socket => {
      const onward = connect(Number(port), hostname)
      for (const [each, other] of [
        [socket, onward],
        [onward, socket],
      ]) {
        sockets.add(each)
        each.on('error', () => {})
        each.on('data', bytes => still || other.write(bytes))
        each.on('close', () => {
          sockets.delete(each)
          other.destroy()
        })
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
    stand(now) {
      still = now
    },
    cut,
    shut: () =>
      new Promise(done => {
        server.close(() => done())
        cut()
      }),
    open: () => {
      server = serve()
      return listen(own)
    },
  }
}
