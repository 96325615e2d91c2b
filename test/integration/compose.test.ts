// docker/compose.yaml and the image can be run: where there is no Docker, what they say is held to be so.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { connect } from '../../src/client/index.js'
import { readConfig, settings } from '../../src/config.js'
import { Cluster } from '../cluster/cluster.js'
import { readNodes } from '../cluster/compose.js'
import { TEST_KEY } from '../service.js'
import { toItem, toRelationships } from '../world.js'

const ROOT = join(import.meta.dirname, '../../..')
const VARIABLES = { PEMBA_KEYS: 'k', PEMBA_DATABASE_PASSWORD: 'p' }

t.test('each node of compose.yaml has settings that there are, and that can be read', async t => {
  const nodes = readNodes(VARIABLES)
  t.equal(nodes.length, 3)
  const known = Object.values(settings).map(({ variable }) => variable as string)
  for (const { name, environment } of nodes) {
    for (const variable of Object.keys(environment)) t.ok(known.includes(variable), variable)
    t.match(readConfig([], environment), { keys: ['k'], graph: { others: 'auto' } }, name)
  }
  t.throws(() => readNodes({ PEMBA_KEYS: 'k' }), /nothing sets PEMBA_DATABASE_PASSWORD/)
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
