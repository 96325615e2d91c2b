#!/usr/bin/env node
// `npm run demo`: a story of sharing, played against a running service in a new store, which is
// deleted at the end. It uses nothing but the client.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { type Client, connect, RemoteError, type SharingChange } from '../../src/client/index.js'
import type { ObjectReference, SubjectReference } from '../../src/terms/index.js'

const URL = process.env.PEMBA_URL ?? 'http://127.0.0.1:8443'
const KEY = process.env.PEMBA_KEY
const KEY_FILE = join('data', 'dev-key')
const SCHEMA = join(import.meta.dirname, '../../../schema.zed')

const ACME = { type: 'account', id: 'acme' }
const GROUP = { type: 'group', id: 'a' }
const SPRING = { type: 'campaign', id: 'spring' }
const USERS = ['1', '2', '3', '4', '5']
const user = (id: string): ObjectReference => ({ type: 'user', id })
const person = (id: string): SubjectReference => ({ ...user(id), relation: '' })
const members: SubjectReference = { ...GROUP, relation: 'member' }

/** Whether to print colours: on a terminal, unless NO_COLOR is set. */
const isColoured = process.stdout.isTTY === true && !process.env.NO_COLOR
type Style = Parameters<typeof styleText>[0]
const paint = (style: Style, text: string): string => (isColoured ? styleText(style, text) : text)

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** The steps of the story. */
class Story {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  async play(): Promise<void> {
    await this.#client.writeSchema({ text: readFileSync(SCHEMA, 'utf8') })
    await this.#open()
    await this.#step('User 1 makes a campaign: it is shared with the whole of the group', () =>
      this.#create('1', SPRING, ACME),
    )
    await this.#step('User 4 joins the group, and sees what the group was given', () =>
      this.#change('olga', GROUP, [grant('4', 'member')]),
    )
    await this.#step('Olga changes it to "only user 1", in one act', () =>
      this.#change('olga', SPRING, [
        { kind: 'choose', principal: members, principals: [person('1')] },
      ]),
    )
    await this.#step('User 5 joins the group, and sees nothing of it', () =>
      this.#change('olga', GROUP, [grant('5', 'member')]),
    )
    await this.#step('Olga adds user 2 by hand', () =>
      this.#change('olga', SPRING, [grant('2', 'viewer')]),
    )
    await this.#attemptRefused('User 1, who made it, wants to give it to user 3', () =>
      this.#change('1', SPRING, [grant('3', 'viewer')]),
    )
    await this.#printSheet()
  }

  async #open(): Promise<void> {
    say(paint('bold', 'Olga opens an account with five users; 1, 2 and 3 are the group a'))
    await this.#create('olga', ACME)
    await this.#change(
      'olga',
      ACME,
      USERS.map(id => grant(id, 'user')),
    )
    await this.#create('olga', GROUP, ACME)
    await this.#change(
      'olga',
      GROUP,
      USERS.slice(0, 3).map(id => grant(id, 'member')),
    )
  }

  async #step(title: string, act: () => Promise<unknown>): Promise<void> {
    say(paint('bold', `\n${title}`))
    await act()
    await this.#printViewers()
  }

  async #attemptRefused(title: string, act: () => Promise<unknown>): Promise<void> {
    say(paint('bold', `\n${title}`))
    try {
      await act()
    } catch (error) {
      if (!(error instanceof RemoteError) || error.reason !== 'SHARING_FORBIDDEN') throw error
      say(`  ${paint('red', 'refused:')} ${error.message}`)
    }
  }

  /** Prints who sees the campaign now. */
  async #printViewers(): Promise<void> {
    const items = ['olga', ...USERS].map(id => ({
      resource: SPRING,
      permission: 'view',
      subject: person(id),
      context: {},
    }))
    const { answers } = await this.#client.checkBulk({ consistency: { kind: 'full' }, items })
    const seen = items.map(({ subject: { id } }, i) => {
      const answer = answers[i]
      const sees = !(answer instanceof RemoteError) && answer.kind === 'yes'
      return sees ? paint('green', `✓ ${id}`) : paint('gray', `· ${id}`)
    })
    say(`  ${seen.join('   ')}`)
  }

  async #printSheet(): Promise<void> {
    say(paint('bold', '\nWho has access, and who gave it'))
    const call = { consistency: { kind: 'full' }, resource: SPRING, actor: user('olga') } as const
    const { rows } = await this.#client.sheet(call)
    for (const { principal, grants } of rows) {
      for (const { role, by } of grants) {
        say(`  ${paint('cyan', principal.id.padEnd(6))} ${role.padEnd(8)} by ${by ?? 'nobody'}`)
      }
    }
  }

  #create(actor: string, resource: ObjectReference, scope?: ObjectReference) {
    return this.#client.createShared({ actor: user(actor), resource, ...(scope && { scope }) })
  }

  #change(actor: string, resource: ObjectReference, changes: readonly SharingChange[]) {
    const reason = 'the demo'
    return this.#client.changeSharing({ actor: user(actor), resource, changes, reason })
  }
}

const grant = (id: string, role: string): SharingChange => ({
  kind: 'grant',
  principal: person(id),
  role,
})

function readKey(): string {
  try {
    return KEY ?? readFileSync(KEY_FILE, 'utf8').trim()
  } catch {
    throw new Error(
      `found no key: set PEMBA_KEY, or run it where \`npm start\` has made ${KEY_FILE}`,
    )
  }
}

async function main(): Promise<void> {
  const key = readKey()
  const store = `demo-${Date.now().toString(36)}`
  const stores = connect({ url: URL, key })
  const client = connect({ url: URL, key, store })
  try {
    await stores.createStore({ id: store })
    try {
      await new Story(client).play()
    } finally {
      await stores.deleteStore({ id: store })
    }
  } finally {
    await Promise.all([client.close(), stores.close()])
  }
}

main().catch((error: Error) => {
  const isAway = !(error instanceof RemoteError) && 'code' in error
  const why = isAway ? `no service answers at ${URL}: start one by \`npm start\`` : error.message
  process.stderr.write(`${why}\n`)
  process.exitCode = 1
})
