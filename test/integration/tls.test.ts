// TLS on the listener: the files that it starts with, other files while it runs, and clients that
// need a certificate.

import { once } from 'node:events'
import { copyFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { connect } from '../../src/client/index.js'
import { readConfig } from '../../src/config.js'
import { startService } from '../../src/service.js'
import { Authority } from '../certificates.js'
import { freshDatastore, TEST_KEY } from '../service.js'

const authority = new Authority(t)
const { datastore, remove } = await freshDatastore('embedded')
t.teardown(remove)
const [cert, key] = ['server.pem', 'server.key'].map(name => join(authority.folder, name))

/** Copies the files of a certificate to where the service reads its own. */
function install(name: string): void {
  const { certFile, keyFile } = authority.sign(name)
  copyFileSync(certFile, cert)
  copyFileSync(keyFile, key)
}

async function open(t: Test, more: readonly string[] = []) {
  const log: string[] = []
  const own = ['--datastore', datastore, '--keys', TEST_KEY, '--http-addr', '127.0.0.1:0']
  const flags = [...own, '--tls-cert', cert, '--tls-key', key, ...more]
  const service = await startService(
    readConfig(flags, {}),
    pino({ level: 'info' }, { write: line => log.push(line) }),
  )
  let isOpen = true
  const close = async (): Promise<void> => {
    if (isOpen) await service.close()
    isOpen = false
  }
  t.teardown(close)
  return { service, port: Number(new URL(service.url).port), log, close }
}

async function shake(port: number, more: object = {}): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', ca: authority.own.cert, ...more })
  await once(socket, 'secureConnect')
  return socket
}

async function nameOf(port: number): Promise<string> {
  const socket = await shake(port)
  const { subject } = socket.getPeerCertificate()
  socket.destroy()
  return `${subject.CN}`
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(20)
}

t.test('the service is served over TLS 1.2 and later, and answers the client library', async t => {
  install('first')
  const { service, port, close } = await open(t)
  t.match(service.url, /^https:\/\/127\.0\.0\.1:\d+$/)
  const { url } = service
  const client = connect({ url, key: TEST_KEY, tls: { ca: authority.own.cert } })
  await client.writeSchema({ text: 'definition user {}' })
  t.equal((await client.readSchema()).text, 'definition user {}')
  const stranger = connect({ url, key: TEST_KEY })
  await t.rejects(stranger.readSchema(), /certificate/)
  await stranger.close()
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }
  await t.rejects(shake(port, old))
  const newer = await shake(port, { maxVersion: 'TLSv1.2' })
  t.equal(newer.getProtocol(), 'TLSv1.2')
  // An idle connection does not delay the end, with or without a completed handshake.
  const idle = once(newer, 'close')
  newer.on('error', () => {})
  const begun = performance.now()
  await client.close()
  await close()
  await idle
  t.ok(performance.now() - begun < 10_000, 'it ends soon')
})

t.test('other files are taken while connections and streams go on', async t => {
  install('before')
  const { port, log, service } = await open(t)
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.own.cert })
  t.teardown(() => agent.destroy())
  const ask = async () => {
    const asked = request({ port, host: '127.0.0.1', path: '/healthz', agent })
    asked.end()
    const [reply] = await once(asked, 'response')
    const name = reply.socket.getPeerCertificate().subject.CN
    reply.resume()
    await once(reply, 'end')
    return { status: reply.statusCode, name }
  }
  t.strictSame(await ask(), { status: 200, name: 'before' })
  install('after')
  await until(async () => (await nameOf(port)) === 'after')
  t.strictSame(await ask(), { status: 200, name: 'before' }, 'what was open goes on')
  writeFileSync(key, authority.own.key)
  await until(() => log.some(line => line.includes('what was before stays')))
  t.match(log.join(''), /expected a certificate and its private key/)
  t.notMatch(log.join(''), /BEGIN/)
  t.equal(await nameOf(port), 'after')
  install('last')
  service.reload()
  t.equal(await nameOf(port), 'last', 'a signal does not wait')
})

t.test('clients show a certificate where one is asked for', async t => {
  install('mutual')
  const { service } = await open(t, ['--tls-client-ca', authority.own.certFile])
  const { cert, key } = authority.sign('client')
  const { url } = service
  const ca = authority.own.cert
  const known = connect({ url, key: TEST_KEY, tls: { ca, cert, key } })
  t.equal((await known.readSchema()).text, 'definition user {}')
  await known.close()
  const other = new Authority(t)
  const { cert: foreign, key: foreignKey } = other.sign('client')
  for (const tls of [{ ca }, { ca, cert: foreign, key: foreignKey }]) {
    const unknown = connect({ url, key: TEST_KEY, tls })
    await t.rejects(unknown.readSchema())
    await unknown.close()
  }
})

t.test('unusable files are reported at the start', async t => {
  install('start')
  const start = (flags: readonly string[]) => {
    const own = ['--datastore', datastore, '--keys', TEST_KEY, '--http-addr', '127.0.0.1:0']
    return startService(readConfig([...own, ...flags], {}), pino({ level: 'silent' }))
  }
  const broken = join(authority.folder, 'broken')
  writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n')
  const none = join(authority.folder, 'none')
  const rejects = async (flags: readonly string[], message: RegExp) =>
    t.rejects(start(flags), { name: 'ConfigError', message })
  const own = authority.own.keyFile
  await rejects(['--tls-cert', cert, '--tls-key', own], /a certificate and its private key/)
  await rejects(['--tls-cert', cert, '--tls-key', cert], /a certificate and its private key/)
  await rejects(['--tls-cert', broken, '--tls-key', key], /--tls-cert .* certificates as PEM/)
  await rejects(['--tls-cert', none, '--tls-key', key], /--tls-cert: expected a file/)
  const pair = ['--tls-cert', cert, '--tls-key', key]
  await rejects([...pair, '--tls-client-ca', key], /--tls-client-ca .* certificates as PEM/)
})
