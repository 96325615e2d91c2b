// The file of keys: it is read again on a signal and when it changes, however it is replaced.
// Clients whose keys stay are not affected, and removed keys stop working.

import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { connect } from '../../src/client/index.js'
import { readConfig } from '../../src/config.js'
import { startService } from '../../src/service.js'
import { freshDatastore } from '../service.js'

const key = (name: string): string => `${name}-${'x'.repeat(16)}`
const { datastore, remove } = await freshDatastore('embedded')
t.teardown(remove)

async function open(t: Test, text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'pemba-keys-'))
  const path = join(folder, 'keys')
  writeFileSync(path, text)
  const log: string[] = []
  const flags = ['--datastore', datastore, '--keys-file', path, '--http-addr', '127.0.0.1:0']
  const service = await startService(
    readConfig(flags, {}, { production: true }),
    pino({ level: 'info' }, { write: line => log.push(line) }),
    { keyCharactersMin: 16 },
  )
  t.teardown(async () => {
    await service.close()
    rmSync(folder, { recursive: true })
  })
  const statusOf = async (name: string, path = '/v1/schema/read', body: object = {}) => {
    const headers = { authorization: `Bearer ${key(name)}` }
    const reply = await fetch(service.url + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    await reply.text()
    return reply.status
  }
  const until = async (name: string, status: number): Promise<void> => {
    while ((await statusOf(name)) !== status) await pause(20)
  }
  return { service, folder, path, log, statusOf, until }
}

const LINES = `# of the services
${key('all')}

  acme+globex:${key('bound')}
read ${key('reader')}
read acme:${key('both')}
`

t.test('lines are keys, with their stores, and what only reads', async t => {
  const { statusOf, log } = await open(t, LINES)
  const schema = { schema: 'definition user {}' }
  t.equal(await statusOf('all', '/v1/schema/write', schema), 200)
  t.equal(await statusOf('reader'), 200)
  t.equal(await statusOf('reader', '/v1/schema/write', schema), 403)
  t.equal(await statusOf('bound'), 403, 'of other stores')
  t.equal(await statusOf('both'), 403)
  t.equal(await statusOf('nobody'), 403)
  t.notMatch(log.join(''), 'xxxx')
})

t.test('a file that is written anew counts, and one that is broken does not', async t => {
  const { service, path, log, statusOf, until } = await open(t, key('first'))
  writeFileSync(path, `${key('first')}\n${key('second')}`)
  await until('second', 200)
  for (const broken of [`${key('second')}\nshort`, `a:b:${key('x')}\nAcme:${key('y')}`, '', '#']) {
    log.length = 0
    writeFileSync(path, broken)
    service.reload()
    t.match(log.join(''), /what was before stays/)
    t.notMatch(log.join(''), /xxxx|short/)
    t.equal(await statusOf('first'), 200)
  }
  writeFileSync(path, `${key('first')}\nshort`)
  service.reload()
  t.match(log.join(''), /line 2: expected a key of 16 characters or more/)
  unlinkSync(path)
  service.reload()
  t.equal(await statusOf('second'), 200, 'while it is away')
  writeFileSync(path, key('third'))
  service.reload()
  t.equal(await statusOf('third'), 200, 'at once')
  t.equal(await statusOf('first'), 403)
})

t.test('a file behind links that lead elsewhere by now is another, as Kubernetes does', async t => {
  const { folder, path, until } = await open(t, key('old'))
  for (const [version, name] of ['one', 'two'].entries()) {
    mkdirSync(join(folder, `..${version}`))
    writeFileSync(join(folder, `..${version}`, 'keys'), key(name))
    symlinkSync(`..${version}`, join(folder, '..next'))
    renameSync(join(folder, '..next'), join(folder, '..data'))
    if (version === 0) {
      symlinkSync('..data/keys', join(folder, 'link'))
      renameSync(join(folder, 'link'), path)
    }
    await until(name, 200)
  }
  await until('old', 403)
  await until('one', 403)
})

t.test('no request is lost while keys come and go, and streams of lost ones end', async t => {
  const { service, path, statusOf } = await open(t, `${key('stays')}\n${key('goes')}`)
  await statusOf('stays', '/v1/schema/write', { schema: 'definition user {}' })
  const watches = ['stays', 'goes'].map(name => connect({ url: service.url, key: key(name) }))
  t.teardown(() => Promise.all(watches.map(each => each.close())))
  const ended: string[] = []
  const streams = ['stays', 'goes'].map(async name => {
    const reply = await fetch(`${service.url}/v1/watch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key(name)}` },
      body: '{}',
    })
    t.equal(reply.status, 200)
    return { reply, text: reply.text().then(text => ended.push(`${name} ${text}`)) }
  })
  const [, going] = await Promise.all(streams)
  const failures: number[] = []
  let isOver = false
  const asking = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const status = await statusOf('stays')
      if (status !== 200) failures.push(status)
    }
  })
  writeFileSync(path, key('stays'))
  service.reload()
  await going.text
  isOver = true
  await Promise.all(asking)
  t.strictSame(failures, [])
  t.equal(ended.length, 1)
  t.match(ended[0], /^goes .*"code":16.*the key has been taken away/s)
  t.equal(await statusOf('goes'), 403)
})
