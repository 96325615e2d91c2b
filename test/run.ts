// `npm test`: provisions PostgreSQL and Redis, runs the suites, and prints the sum of their totals
// as the last line. A suite that dies without totals counts as a failure.

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provisionPostgres, provisionRedis } from './provision.js'

interface Totals {
  readonly pass: number
  readonly fail: number
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
  try {
    const unit = await runSuite([...COVERAGE, entry('unit')], join(folder, 'unit'), environment)
    const integration = await runSuite(
      [entry('integration')],
      join(folder, 'integration'),
      environment,
    )
    const passed = unit.pass + integration.pass
    const failed = unit.fail + integration.fail
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
async function runSuite(
  args: readonly string[],
  totalsPath: string,
  environment: NodeJS.ProcessEnv,
): Promise<Totals> {
  const child = spawn(process.execPath, args, {
    stdio: 'inherit',
    env: { ...environment, PEMBA_TEST_TOTALS: totalsPath },
  })
  const code = await new Promise<number | null>(resolve => child.once('exit', resolve))
  const totals = readTotals(totalsPath)
  return code !== 0 && totals.fail === 0 ? { pass: totals.pass, fail: 1 } : totals
}

function readTotals(path: string): Totals {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Totals
  } catch {
    return { pass: 0, fail: 1 }
  }
}

process.exitCode = await main()
