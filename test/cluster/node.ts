// A node of the service as a process of its own, started as in production.

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../provision.js'
import { TEST_KEY } from '../service.js'
import { Daemon } from './daemon.js'

const MAIN = join(import.meta.dirname, '../../src/main.js')

export class Node {
  readonly name: string
  readonly url: string
  readonly daemon: Daemon

  private constructor(name: string, port: number, settings: readonly string[]) {
    this.name = name
    this.url = `http://127.0.0.1:${port}`
    const own = ['--keys', TEST_KEY, '--http-addr', `127.0.0.1:${port}`]
    this.daemon = new Daemon({
      command: [process.execPath, MAIN, 'serve', ...own, ...settings],
      folder: mkdtempSync(join(tmpdir(), 'pemba-node-')),
      ready: () => isReady(this.url),
    })
  }

  /** Not started yet. */
  static async at(name: string, settings: readonly string[]): Promise<Node> {
    return new Node(name, await freePort(), settings)
  }
}

async function isReady(url: string): Promise<void> {
  const { status } = await fetch(`${url}/readyz`)
  if (status !== 200) throw new Error(`not ready: ${status}`)
}
