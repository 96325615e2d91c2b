// The README's quick start, word for word, in a copy of the project: `npm start` and then every
// command, whose output must be what the comment lines after it say (`…` stands for anything). Only
// the port is changed, so that two runs do not collide, and `npm ci`, whose result is linked in.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import t from 'tap'
import { freePort } from '../provision.js'

const ROOT = resolve(import.meta.dirname, '../../..')
const INSTALL = 'npm ci && '

/** The commands of the quick start, block by block. */
function blocks(): readonly string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const from = readme.indexOf('## Quick start')
  const section = readme.slice(from, readme.indexOf('\n## ', from + 1))
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text)
}

function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pemba-quick-start-'))
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT })
  for (const path of files.toString().trim().split('\n')) {
    cpSync(join(ROOT, path), join(folder, path))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

/** Resolves to the output once it contains the text. */
function printed(child: ChildProcess, text: string): Promise<string> {
  return new Promise((done, fail) => {
    let output = ''
    const take = (chunk: Buffer): void => {
      output += chunk
      if (output.includes(text)) done(output)
    }
    child.stdout?.on('data', take)
    child.stderr?.on('data', take)
    child.once('exit', code => fail(new Error(`it ended with ${code}: ${output}`)))
  })
}

const isExpectation = (line: string): boolean => line.startsWith('# ')

/** The pattern for an output such as `{"token":"…"}`, in which `…` matches any text. */
const toPattern = (expectation: string): RegExp =>
  new RegExp(
    `^${expectation
      .slice(2)
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/…/g, '.*')}$`,
  )

t.test('the quick start does what it says', async t => {
  const [start, ...commands] = blocks()
  t.equal(start, `${INSTALL}npm start\n`)
  const folder = copyProject()
  const port = await freePort()
  const service = spawn('npm', ['start', '--', '--http-addr', `127.0.0.1:${port}`], {
    cwd: folder,
    detached: true,
  })
  t.teardown(() => {
    if (service.exitCode === null) process.kill(-(service.pid as number), 'SIGKILL')
    rmSync(folder, { recursive: true })
  })
  const welcome = await printed(service, 'Ctrl-C stops')
  t.match(welcome, 'DEVELOPMENT MODE')

  const lines = commands.join('').trim().split('\n')
  const script = lines
    .filter(line => !isExpectation(line))
    .join('\n')
    .replaceAll('8443', `${port}`)
  const output = execFileSync('bash', ['-euc', script], { cwd: folder }).toString()
  const expected = lines.filter(isExpectation)
  const said = output.trim().split('\n')
  t.equal(said.length, expected.length, 'as many lines as the README shows')
  for (const [i, expectation] of expected.entries()) t.match(said[i], toPattern(expectation))
})
