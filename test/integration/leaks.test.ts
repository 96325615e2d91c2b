// Failures of the datastore as clients see them: never with hosts, users, paths or a driver's
// words, which belong in the log only.

import pg from 'pg'
import { pino } from 'pino'
import t from 'tap'
import { readConfig } from '../../src/config.js'
import { startService } from '../../src/service.js'
import { PostgresServer } from '../cluster/postgres.js'
import { TEST_KEY } from '../service.js'
import { FILTER, QUESTION, SCHEMA, STORED, touch } from '../wire.js'

const ROLE = 'secretive'
const WORDS = new RegExp(
  `${ROLE}|postgres|127\\.0\\.0\\.1|::1|ECONN|\\/tmp|socket|password|terminating|statement timeout|read-only|role|syscall`,
  'i',
)

const ASKED: readonly (readonly [path: string, body: object])[] = [
  ['/v1/permissions/check', { ...QUESTION, consistency: { fullyConsistent: true } }],
  ['/v1/permissions/checkbulk', { items: [QUESTION], consistency: { fullyConsistent: true } }],
  [
    '/v1/permissions/resources',
    {
      consistency: { fullyConsistent: true },
      resourceObjectType: 'document',
      permission: 'view',
      subject: QUESTION.subject,
    },
  ],
  [
    '/v1/relationships/read',
    { relationshipFilter: FILTER, consistency: { fullyConsistent: true } },
  ],
  ['/v1/relationships/write', { updates: [touch(STORED)] }],
  ['/v1/schema/write', { schema: `${SCHEMA}\ndefinition more {}` }],
  ['/v1/stores/list', {}],
]

t.test('trouble at the datastore, in many forms', async t => {
  const server = await PostgresServer.primary()
  t.teardown(() => server.daemon.remove())
  await server.run(`create role ${ROLE} login`)
  await server.run(`create database hidden owner ${ROLE}`)
  const url = new URL(server.url('hidden'))
  url.username = ROLE
  const log: string[] = []
  const flags = ['--datastore', url.href, '--keys', TEST_KEY, '--http-addr', '127.0.0.1:0']
  const service = await startService(
    readConfig(flags, {}),
    pino({ level: 'info' }, { write: line => log.push(line) }),
  )
  t.teardown(() => service.close())
  const ask = async (path: string, body: object | null, key: string | null = TEST_KEY) => {
    const reply = await fetch(service.url + path, {
      method: body === null ? 'GET' : 'POST',
      headers: { ...(key !== null && { authorization: `Bearer ${key}` }) },
      body: body === null ? null : JSON.stringify(body),
    })
    return { status: reply.status, text: await reply.text() }
  }
  t.equal((await ask('/v1/schema/write', { schema: SCHEMA })).status, 200)
  /** Calls every route. Returns the statuses. */
  const askAll = async (what: string): Promise<ReadonlySet<number>> => {
    const statuses = new Set<number>()
    for (const [path, body] of ASKED) {
      const { status, text } = await ask(path, body)
      statuses.add(status)
      t.notMatch(text, WORDS, `${what}: ${path}`)
    }
    for (const key of [TEST_KEY, null]) {
      const { text } = await ask('/readyz', null, key)
      t.notMatch(text, WORDS, `${what}: /readyz`)
      if (key === null) t.match(text, /^\{"ready":(true|false)\}$/)
    }
    return statuses
  }
  const setting = async (name: string, value: string): Promise<void> => {
    await server.run(`alter role ${ROLE} set ${name} = ${value}`)
    const admin = new pg.Client(server.url('postgres'))
    await admin.connect()
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${ROLE}'`,
    )
    await admin.end()
  }
  await setting('default_transaction_read_only', 'on')
  await askAll('read-only')
  t.ok((await askAll('read-only')).has(503))
  await setting('default_transaction_read_only', 'off')
  await setting('statement_timeout', `'1ms'`)
  await askAll('statement timeout')
  await setting('statement_timeout', `'0'`)
  await server.run(`alter role ${ROLE} nologin`)
  await setting('application_name', `'x'`)
  await askAll('not let in')
  t.ok((await askAll('not let in')).has(503))
  await server.run(`alter role ${ROLE} login`)
  await server.daemon.kill()
  await askAll('away')
  t.ok((await askAll('away')).has(503))
  t.match(log.join(''), /ECONNREFUSED|terminat/, 'the log knows more')
})
