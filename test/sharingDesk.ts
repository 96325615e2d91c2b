// An account for tests of sharing, in a store of its own, with a notation for operations and
// sheets: people, groups and resources are texts such as `group:a#member`, and rows of a sheet are
// lines.
//
//   olga owns acme, adam administers it; users 1 to 5 belong to it, ivy is invited
//   group a has 1, 2 and 3; group b has 3 and 4; 5 is in none
//   rita owns rival, to which zoe and the group r belong

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import {
  type Client,
  connect,
  RemoteError,
  type SharingChange,
  type SheetGrant,
  type SheetRow,
} from '../src/client/index.js'
import {
  assert,
  type CheckItem,
  type ObjectReference,
  printObject,
  printSubject,
  type SubjectReference,
} from '../src/terms/index.js'
import { TEST_KEY, type TestService } from './service.js'
import { toRelationships } from './world.js'

export const SHARING_SCHEMA = readFileSync(join(import.meta.dirname, '../../schema.zed'), 'utf8')

const ACCOUNT = `
  account:acme#owner@user:olga account:acme#administrator@user:adam
  account:acme#user@user:1 account:acme#user@user:2 account:acme#user@user:3
  account:acme#user@user:4 account:acme#user@user:5
  account:acme#user@user:ivy account:acme#invited@user:ivy
  group:a#account@account:acme group:b#account@account:acme
  group:a#member@user:1 group:a#member@user:2 group:a#member@user:3
  group:b#member@user:3 group:b#member@user:4
  account:rival#owner@user:rita account:rival#user@user:zoe
  group:r#account@account:rival group:r#member@user:zoe`

export const ACME: ObjectReference = { type: 'account', id: 'acme' }
export const FULL = { kind: 'full' } as const

export const toObject = (text: string): ObjectReference => {
  const [type, ...id] = text.split(':')
  return { type, id: id.join(':') }
}

export const toSubject = (text: string): SubjectReference => {
  const [object, relation = ''] = text.split('#')
  return { ...toObject(object), relation }
}

export const user = (name: string): ObjectReference => ({ type: 'user', id: name })

/** A change of a sheet, written in texts. */
export const grant = (
  principal: string,
  role: string,
): Extract<SharingChange, { kind: 'grant' }> => ({
  kind: 'grant',
  principal: toSubject(principal),
  role,
})
export const revoke = (principal: string, role?: string): SharingChange => ({
  kind: 'revoke',
  principal: toSubject(principal),
  ...(role !== undefined && { role }),
})
export const changeRole = (principal: string, role: string, former?: string): SharingChange => ({
  kind: 'change-role',
  principal: toSubject(principal),
  role,
  ...(former !== undefined && { former }),
})
export const choose = (principal: string, ...principals: readonly string[]): SharingChange => ({
  kind: 'choose',
  principal: toSubject(principal),
  principals: principals.map(toSubject),
})
export const gather = (principal: string, role: string): SharingChange => ({
  kind: 'gather',
  principal: toSubject(principal),
  role,
})
export const uncheck = (principal: string, ...principals: readonly string[]): SharingChange => ({
  kind: 'uncheck',
  principal: toSubject(principal),
  principals: principals.map(toSubject),
})

let stores = 0

export class Desk {
  readonly client: Client

  private constructor(client: Client) {
    this.client = client
  }

  /** Makes a store with relationships, and with schema.zed of the project or another schema. */
  static async open(
    t: Test,
    service: TestService,
    { schema = SHARING_SCHEMA, relationships = ACCOUNT } = {},
  ): Promise<Desk> {
    const store = `desk-${++stores}`
    await service.client.createStore({ id: store })
    const client = connect({ url: service.url, key: TEST_KEY, store })
    t.teardown(() => client.close())
    const desk = new Desk(client)
    await client.writeSchema({ text: schema })
    await desk.write(relationships)
    return desk
  }

  /** Touches relationships without caveats. */
  async write(texts: string): Promise<void> {
    const updates = toRelationships(texts).map(
      relationship => ({ operation: 'touch', relationship }) as const,
    )
    await this.client.writeRelationships({ updates })
  }

  /** All relationships whose text begins with the prefix, sorted. */
  async stored(prefix = ''): Promise<readonly string[]> {
    const found: string[] = []
    for (const resourceType of ['account', 'group', 'campaign', 'form']) {
      const call = { consistency: FULL, filter: { resourceType } }
      for await (const { relationship } of this.client.readRelationships(call)) {
        const { resource, relation, subject } = relationship
        found.push(`${printObject(resource)}#${relation}@${printSubject(subject)}`)
      }
    }
    return found.filter(text => text.startsWith(prefix)).sort()
  }

  create(actor: string, resource: string, scope: ObjectReference | undefined = ACME) {
    return this.client.createShared({ actor: user(actor), resource: toObject(resource), scope })
  }

  /** The grants that the change added (`+`) and removed (`-`). */
  async change(actor: string, resource: string, ...changes: readonly SharingChange[]) {
    const call = { actor: user(actor), resource: toObject(resource), changes }
    const { added, removed } = await this.client.changeSharing({ ...call, reason: 'a test' })
    const print = (sign: string) => (each: (typeof added)[number]) =>
      `${sign}${printSubject(each.principal)} ${each.role}`
    return [...removed.map(print('-')), ...added.map(print('+'))]
  }

  /** The sheet as lines such as `group:a#member (3): viewer by user:1`. */
  async sheet(actor: string, resource: string): Promise<readonly string[]> {
    const lines: string[] = []
    let cursor: string | null | undefined
    do {
      const page = await this.client.sheet({
        consistency: FULL,
        actor: user(actor),
        resource: toObject(resource),
        ...(cursor && { cursor }),
      })
      lines.push(...page.rows.map(printRow))
      cursor = page.cursor
    } while (cursor !== null)
    return lines
  }

  /** The users who have the permission. */
  async who(resource: string, permission = 'view'): Promise<string> {
    const names: string[] = []
    const call = {
      consistency: FULL,
      resource: toObject(resource),
      permission,
      subjectType: 'user',
    }
    for await (const { id } of this.client.lookupSubjects(call)) names.push(id)
    return names.join(' ')
  }

  async may(actor: string, permission: string, resource: string, context = {}): Promise<string> {
    const item: CheckItem = {
      resource: toObject(resource),
      permission,
      subject: { ...user(actor), relation: '' },
      context,
    }
    const { answer } = await this.client.check({ consistency: FULL, item })
    return answer.kind
  }

  /** The head, as a token. */
  async head(): Promise<string> {
    return (await this.client.readSchema()).token
  }

  /** Asserts that the operation is refused with this code, and that nothing was written. */
  async refused(t: Test, act: () => Promise<unknown>, reason: string): Promise<RemoteError> {
    const before = await this.head()
    const error = await act().then(
      answer => t.fail(`expected ${reason}, found ${JSON.stringify(answer)}`),
      (thrown: unknown) => thrown,
    )
    assert(error instanceof RemoteError, `an error of the service, not ${String(error)}`)
    t.equal(error.reason, reason, error.message)
    t.equal(await this.head(), before, 'nothing was written')
    return error
  }
}

function printRow({ principal, members, access, grants }: SheetRow): string {
  const count = members === null ? '' : ` (${members})`
  const kind = access instanceof RemoteError ? access.reason : access?.kind
  const without = access === null || kind === 'yes' ? '' : ` [${kind}]`
  return `${printSubject(principal)}${count}${without}: ${grants.map(printGrant).join(', ')}`
}

function printGrant({ role, how, by, removable }: SheetGrant): string {
  const via = how.kind === 'direct' ? '' : ` of ${printObject(how.via)} (${how.kind})`
  return `${removable ? '' : '!'}${role}${via}${by === null ? '' : ` by ${by}`}`
}
