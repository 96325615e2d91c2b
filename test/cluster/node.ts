// A node of the service as a process of its own, started as in production.

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../provision.js'
import { Daemon } from './daemon.js'

const MAIN = join(import.meta.dirname, '../../src/main.js')

export interface NodeOptions {
  readonly name: string
  readonly environment: Readonly<Record<string, string>>
  /** Flags, which override the environment. */
  readonly flags: readonly string[]
}

export class Node {
  readonly name: string
  readonly url: string
  readonly daemon: Daemon

  private constructor({ name, environment, flags }: NodeOptions, port: number) {
    this.name = name
    this.url = `http://127.0.0.1:${port}`
    const address = ['--http-addr', `127.0.0.1:${port}`]
    this.daemon = new Daemon({
      command: [process.execPath, MAIN, 'serve', ...address, ...flags],
      environment,
      folder: mkdtempSync(join(tmpdir(), 'pemba-node-')),
      ready: () => isReady(this.url),
    })
  }

  /** Makes a node at a port of its own, without starting it. */
  static async at(options: NodeOptions): Promise<Node> {
    return new Node(options, await freePort())
  }
}

async function isReady(url: string): Promise<void> {
  const { status } = await fetch(`${url}/readyz`)
  if (status !== 200) throw new Error(`not ready: ${status}`)
}
