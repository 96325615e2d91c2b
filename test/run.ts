// `npm test`: provisions PostgreSQL and Redis, runs the suites, and prints the sum of their totals
// as the last line. A suite that dies without totals counts as a failure. The integration tests
// mostly wait, so two halves of them run at once; the output of the second is printed after the
// first.

import { spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provisionPostgres, provisionRedis } from './provision.js'

interface Totals {
  readonly pass: number
  readonly fail: number
}

interface Suite {
  readonly args: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  /** The file for its totals. */
  readonly totals: string
  /** The file for its output. Without one, the output is printed at once. */
  readonly output?: string
}

const COVERAGE = [
  'node_modules/c8/bin/c8.js',
  '--reporter=text-summary',
  '--src=src',
  process.execPath,
]

async function main(): Promise<number> {
  const postgres = await provisionPostgres()
  const redis = await provisionRedis()
  const folder = mkdtempSync(join(tmpdir(), 'pemba-totals-'))
  const environment = {
    ...process.env,
    PEMBA_TEST_POSTGRES: postgres.url('postgres'),
    PEMBA_TEST_REDIS: redis.url,
  }
  const integration = [entry('integration'), '']
  const [totals, output] = [join(folder, 'totals'), join(folder, 'output')]
  try {
    const unit = await run({ args: [...COVERAGE, entry('unit')], environment, totals })
    const halves = await Promise.all([
      run({ args: [...integration, '1/2'], environment, totals: `${totals}1` }),
      run({ args: [...integration, '2/2'], environment, totals: `${totals}2`, output }),
    ])
    process.stdout.write(readFileSync(output))
    const suites = [unit, ...halves]
    const passed = suites.reduce((sum, { pass }) => sum + pass, 0)
    const failed = suites.reduce((sum, { fail }) => sum + fail, 0)
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
    return failed === 0 && passed > 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true })
    await redis.stop()
    await postgres.stop()
  }
}

const entry = (name: string): string => join(import.meta.dirname, `${name}.js`)

/** Runs a suite in a process of its own; a failure of the process itself is one more failure. */
async function run({ args, environment, totals, output }: Suite): Promise<Totals> {
  const end = output === undefined ? 'inherit' : openSync(output, 'w')
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', end, end],
    env: { ...environment, PEMBA_TEST_TOTALS: totals },
  })
  const code = await new Promise<number | null>(resolve => child.once('exit', resolve))
  const read = readTotals(totals)
  return code !== 0 && read.fail === 0 ? { pass: read.pass, fail: 1 } : read
}

function readTotals(path: string): Totals {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Totals
  } catch {
    return { pass: 0, fail: 1 }
  }
}

process.exitCode = await main()
