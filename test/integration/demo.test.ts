// `npm run demo` against a running service: it prints the expected output and leaves nothing
// behind.

import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { freePort } from '../provision.js'
import { openService, TEST_KEY } from '../service.js'

const DEMO = resolve(import.meta.dirname, '../../examples/demo/main.js')
const play = (env: NodeJS.ProcessEnv) =>
  promisify(execFile)(process.execPath, [DEMO], { env: { ...process.env, ...env } })

t.test('the demo plays the story', async t => {
  const service = await openService('embedded')
  t.teardown(() => service.close())
  const { stdout } = await play({ PEMBA_URL: service.url, PEMBA_KEY: TEST_KEY })
  const seen = stdout.split('\n').filter(line => line.includes('✓'))
  t.strictSame(
    seen.map(line => [...line.matchAll(/✓ (\w+)/g)].map(([, id]) => id).join(' ')),
    ['olga 1 2 3', 'olga 1 2 3 4', 'olga 1', 'olga 1', 'olga 1 2'],
  )
  t.match(stdout, /refused: `user:1` may not/)
  t.match(stdout, /2 +viewer +by user:olga\n/)
  const { stores } = await service.client.listStores()
  t.strictSame(
    stores.map(({ id }) => id),
    ['default'],
  )
})

t.test('without a service it says what is missing', async t => {
  const url = `http://127.0.0.1:${await freePort()}`
  await t.rejects(play({ PEMBA_URL: url, PEMBA_KEY: TEST_KEY }), /no service answers at http/)
})
