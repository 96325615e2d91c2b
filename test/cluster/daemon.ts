// A server that can be stopped, killed and started again: a process with a folder of its own. A
// shell that waits for the end of its input ends both when this process ends, however that happens.

import { type ChildProcess, spawn } from 'node:child_process'
import { openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export interface DaemonOptions {
  readonly command: readonly string[]
  /** Environment variables in addition to those of this process. */
  readonly environment?: Readonly<Record<string, string>>
  /** The folder, which is removed at the end. */
  readonly folder: string
  /** Fails until the server answers. */
  ready(): Promise<void>
}

const READY_WAIT_MS = 30_000
/** Ends the processes that the folder lists, and removes the folder. */
const GUARD = `cat > /dev/null
if pid=$(cat "$1/pid" 2> /dev/null); then
  kill -CONT $pid; kill -QUIT $pid; sleep 1; kill -KILL $pid
fi
rm -rf "$1"`

export class Daemon {
  readonly #options: DaemonOptions
  readonly #guard: ChildProcess
  #child: ChildProcess | null = null

  constructor(options: DaemonOptions) {
    this.#options = options
    const ends = ['pipe', 'ignore', 'ignore'] as const
    this.#guard = spawn('sh', ['-c', GUARD, 'sh', options.folder], {
      stdio: [...ends],
      detached: true,
    })
    this.#guard.unref()
    ;(this.#guard.stdin as unknown as { unref(): void }).unref()
  }

  /** The file for its output. */
  get log(): string {
    return join(this.#options.folder, 'log')
  }

  /** The process while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  async start(): Promise<void> {
    const { command, environment, folder, ready } = this.#options
    const log = openSync(this.log, 'a')
    const [program, ...args] = command
    const child = spawn(program, args, {
      stdio: ['ignore', log, log],
      cwd: '/',
      env: { ...process.env, ...environment },
      detached: true,
    })
    child.unref()
    this.#child = child
    writeFileSync(join(folder, 'pid'), `${child.pid}`)
    const deadline = Date.now() + READY_WAIT_MS
    for (;;) {
      try {
        return await ready()
      } catch (error) {
        if (Date.now() > deadline || child.exitCode !== null) {
          const said = readFileSync(this.log, 'utf8').slice(-2000)
          throw new Error(`${command.join(' ')} did not start: ${error}\n${said}`)
        }
        await pause(20)
      }
    }
  }

  /** Suspends all of its processes until they are resumed. */
  freeze(): void {
    this.#signal('SIGSTOP')
  }

  thaw(): void {
    this.#signal('SIGCONT')
  }

  /** Kills it. */
  kill(): Promise<void> {
    return this.#end('SIGKILL', pid => [pid, ...childrenOf(pid)])
  }

  /** Stops it in order, as an administrator would. */
  stop(signal: 'SIGTERM' | 'SIGQUIT'): Promise<void> {
    return this.#end(signal, pid => [pid])
  }

  /** Ends it for good and removes its folder. */
  async remove(): Promise<void> {
    if (this.#child !== null) await this.kill()
    this.#guard.kill('SIGKILL')
    rmSync(this.#options.folder, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals, whom: (pid: number) => readonly number[]): Promise<void> {
    const child = this.#child
    if (child?.pid === undefined) return
    this.#child = null
    child.ref()
    const gone = new Promise(done => child.once('exit', done))
    for (const pid of whom(child.pid)) send(pid, signal)
    if (child.exitCode === null && child.signalCode === null) await gone
    rmSync(join(this.#options.folder, 'pid'), { force: true })
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid
    if (pid !== undefined) for (const each of [pid, ...childrenOf(pid)]) send(each, signal)
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // The process has ended by itself.
  }
}

/** PostgreSQL's processes are children of its first one, each in its own process group. */
function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => parentOf(pid) === parent)
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return null
  }
}
