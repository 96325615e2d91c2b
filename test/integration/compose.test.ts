// Tests that docker/compose.yaml and the image can be run. Without Docker, the claims in them are
// checked by other means.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { connect } from '../../src/client/index.js'
import { readConfig, settings } from '../../src/config.js'
import { Cluster } from '../cluster/cluster.js'
import { COMPOSE_FILE, readNodes } from '../cluster/compose.js'
import { openService, TEST_KEY } from '../service.js'
import { toItem, toRelationships } from '../world.js'

const ROOT = join(import.meta.dirname, '../../..')
const KEY = 'k'.repeat(16)
const VARIABLES = { PEMBA_KEYS: KEY, PEMBA_DATABASE_PASSWORD: 'p', PEMBA_REDIS_PASSWORD: 'r' }
const PINNED = /^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/

interface Service {
  readonly image: string
  readonly user?: string
  readonly ports?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly [name: string]: unknown
}

const services = (): Readonly<Record<string, Service>> =>
  parse(readFileSync(COMPOSE_FILE, 'utf8'), { merge: true }).services

t.test('each node of compose.yaml has settings that there are, and that can be read', async t => {
  const nodes = readNodes(VARIABLES)
  t.equal(nodes.length, 3)
  const known = Object.values(settings).map(({ variable }) => variable as string)
  for (const { name, environment } of nodes) {
    for (const variable of Object.keys(environment)) t.ok(known.includes(variable), variable)
    const config = readConfig([], environment, { production: true })
    t.match(config, { keys: [KEY], graph: { others: 'auto' } }, name)
  }
  t.throws(() => readNodes({ PEMBA_KEYS: KEY }), /nothing sets PEMBA_DATABASE_PASSWORD/)
})

t.test('the image is made of files that there are, and runs one that is built', async t => {
  const lines = readFileSync(join(ROOT, 'docker/Dockerfile'), 'utf8').split('\n')
  const copied = lines
    .filter(line => line.startsWith('COPY') && !line.includes('--from'))
    .flatMap(line => line.split(' ').slice(1, -1))
  const allowed = readFileSync(join(ROOT, 'docker/Dockerfile.dockerignore'), 'utf8').split('\n')
  t.ok(copied.length > 3)
  for (const each of copied) {
    t.ok(existsSync(join(ROOT, each)), each)
    t.ok(allowed.includes(`!${each}`), `${each} is in the context`)
  }
  const [entry] = lines.flatMap(line => /^ENTRYPOINT \["node", "(.+)"\]$/.exec(line)?.[1] ?? [])
  t.ok(existsSync(join(ROOT, entry)), entry)
})

t.test('only nodes publish ports, and only on this machine', async t => {
  for (const [name, { ports = [] }] of Object.entries(services())) {
    t.equal(ports.length, name.startsWith('node-') ? 1 : 0, name)
    for (const port of ports) t.match(port, /^127\.0\.0\.1:\d+:\d+$/)
  }
})

t.test('images are pinned, roots are read-only, and nobody is root or may become it', async t => {
  for (const [name, service] of Object.entries(services())) {
    if (!name.startsWith('node-')) t.match(service.image, PINNED, name)
    if (!name.startsWith('node-')) t.match(service.user, /^(postgres|redis)$/, name)
    t.match(service, { read_only: true, cap_drop: ['ALL'] }, name)
    t.strictSame(service.security_opt, ['no-new-privileges:true'], name)
  }
  const lines = readFileSync(join(ROOT, 'docker/Dockerfile'), 'utf8').split('\n')
  const bases = lines.flatMap(line => /^FROM (\S+)/.exec(line)?.[1] ?? [])
  t.equal(bases.length, 2)
  for (const base of bases) t.match(base, PINNED)
  t.ok(lines.indexOf('USER node') < lines.findIndex(line => line.startsWith('ENTRYPOINT')))
})

t.test('each part has a password of its own, and the service is no superuser', async t => {
  const secrets = Object.values(services()).map(({ environment = {} }) => environment)
  const { primary, standby, redis } = services()
  const used = (names: string) => [...names.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name)
  t.strictSame(
    Object.entries(primary.environment ?? {}).filter(([name]) => name.startsWith('POSTGRES_')),
    [
      ['POSTGRES_PASSWORD', `\${PEMBA_ADMIN_PASSWORD:?}`],
      ['POSTGRES_DB', 'pemba'],
    ],
    'the user is the default one, `postgres`',
  )
  t.strictSame(used(JSON.stringify(standby.environment)), ['PEMBA_REPLICATION_PASSWORD'])
  t.strictSame(used(JSON.stringify(redis.environment)), ['PEMBA_REDIS_PASSWORD'])
  t.match(new Set(used(JSON.stringify(secrets))).size, 5)
  const script = readFileSync(join(ROOT, 'docker/primary.sh'), 'utf8')
  t.match(script, /create role pemba with login password/)
  t.notMatch(script, /superuser/i)
})

t.test('the health check of the image tells a node that is ready from one that is not', async t => {
  const service = await openService('embedded')
  t.teardown(() => service.close())
  const check = (environment: Readonly<Record<string, string>>): number | null =>
    spawnSync('bash', [join(ROOT, 'docker/healthcheck.sh')], { env: environment }).status
  const { port } = new URL(service.url)
  const status = await new Promise(done => {
    const child = spawn('bash', [join(ROOT, 'docker/healthcheck.sh')], {
      env: { PEMBA_HTTP_ADDR: `0.0.0.0:${port}` },
    })
    child.once('exit', done)
  })
  t.equal(status, 0)
  t.equal(check({ PEMBA_HTTP_ADDR: ':1' }), 1)
  t.equal(check({ PEMBA_HTTP_ADDR: 'unix:/nowhere/at/all' }), 1)
})

t.test('Redis is started with the password, which no command shows', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'pemba-compose-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  // A program that prints its arguments replaces the server.
  writeFileSync(join(folder, 'redis-server'), '#!/bin/sh\necho "$@"; cat\n', { mode: 0o755 })
  const env = { PATH: `${folder}:${process.env.PATH}`, REDISCLI_AUTH: 'secret' }
  const { stdout } = spawnSync('sh', [join(ROOT, 'docker/redis.sh')], { env, encoding: 'utf8' })
  const [words, ...settings] = stdout.split('\n')
  t.equal(words, '-')
  t.ok(settings.includes('requirepass secret'))
  t.ok(settings.includes('maxmemory-policy allkeys-lru'))
})

t.test('three nodes, as compose.yaml describes them, answer as one', async t => {
  const cluster = await Cluster.open()
  const nodes = cluster.members.map(({ node }) => connect({ url: node.url, key: TEST_KEY }))
  t.teardown(async () => {
    for (const node of nodes) await node.close()
    await cluster.close()
  })
  const [a, b, c] = nodes
  const text = 'definition user {}\ndefinition doc {\n  relation viewer: user\n}'
  await a.writeSchema({ text })
  const { token } = await b.writeRelationships({
    updates: [{ operation: 'touch', relationship: toRelationships('doc:1#viewer@user:ann')[0] }],
  })
  const item = toItem('doc:1#viewer@user:ann')
  for (const node of nodes) {
    const { answer } = await node.check({ consistency: { kind: 'at-least', token }, item })
    t.equal(answer.kind, 'yes')
  }
  const { token: later } = await c.writeSchema({ text: `${text} \ndefinition other {}` })
  t.not(later, token)
})
