// A model of the rules of schema.zed over a set of texts, to compare a history with. It says which
// relationships an operation must write and delete in a given state, or that it must be refused. It
// shares no code with the service.

import type { SharingChange } from '../src/client/index.js'
import { printSubject } from '../src/terms/index.js'

/** The texts of the relationships, such as `campaign:x#viewer@user:1`. */
export type State = ReadonlySet<string>

export interface Act {
  /** `user:1`. */
  readonly actor: string
  /** `campaign:x`, `account:acme` or `group:a`. */
  readonly resource: string
  readonly changes: readonly SharingChange[]
}

export interface Effect {
  readonly given: readonly string[]
  readonly taken: readonly string[]
}

const ACME = 'account:acme'
const EVERYONE = `${ACME}#member`
const ROLES: Readonly<Record<string, readonly string[]>> = {
  account: ['owner', 'administrator', 'user', 'invited', 'group_sharer'],
  group: ['member'],
  campaign: ['viewer', 'editor', 'sender'],
}

/** The changes that the operation must make to the state, or a text that says why it is refused. */
export function effectOf(state: State, act: Act): Effect | string {
  const model = new Model(state, act)
  for (const change of act.changes) {
    const refused = model.take(change)
    if (refused !== null) return refused
  }
  return model.effect()
}

class Model {
  readonly #state: State
  readonly #actor: string
  readonly #resource: string
  readonly #type: string
  /** The texts that must be in the state afterwards (true), or must not (false). */
  readonly #wanted = new Map<string, boolean>()

  constructor(state: State, { actor, resource }: Act) {
    this.#state = state
    this.#actor = actor
    this.#resource = resource
    this.#type = resource.split(':')[0]
  }

  effect(): Effect | string {
    const all = [...this.#wanted]
    const given = all.flatMap(([text, there]) => (there && !this.#state.has(text) ? text : []))
    const taken = all.flatMap(([text, there]) => (!there && this.#state.has(text) ? text : []))
    const after = (text: string): boolean => this.#wanted.get(text) ?? this.#state.has(text)
    const owners = [...this.#state, ...given].filter(text => text.startsWith(`${ACME}#owner@`))
    return owners.some(after) ? { given, taken } : 'the last owner'
  }

  take(change: SharingChange): string | null {
    const principal = printSubject(change.principal)
    switch (change.kind) {
      case 'grant':
        return this.#grant(principal, change.role)
      case 'revoke':
        return this.#revoke(principal, change.role ?? '')
      case 'change-role':
        return this.#changeRole(principal, change.role, change.former ?? '')
      case 'choose':
        return this.#choose(principal, change.principals.map(printSubject))
      case 'gather':
        return this.#gather(principal, change.role)
      case 'uncheck':
        return this.#uncheck(principal, change.principals.map(printSubject))
    }
  }

  #grant(principal: string, role: string): string | null {
    if (!this.#manages(role)) {
      if (this.#type !== 'campaign' || !this.#mayAddGroups()) return 'no right'
      if (role !== 'viewer' || kindOf(principal) !== 'group') return 'no right but to add groups'
    }
    return this.#misfit(principal) ?? this.#want(this.#grantOf(principal, role), true)
  }

  #revoke(principal: string, role: string): string | null {
    const held = this.#takeable(principal, role)
    if (typeof held === 'string') return held
    if (held.length === 0) return 'nothing to take'
    return this.#all(held.map(each => [this.#grantOf(principal, each), false]))
  }

  #changeRole(principal: string, role: string, former: string): string | null {
    if (!this.#manages(role)) return 'no right to the new role'
    const held = this.#takeable(principal, former)
    if (typeof held === 'string') return held
    if (held.length !== 1) return 'not one role'
    const misfit = this.#misfit(principal)
    if (misfit !== null || held[0] === role) return misfit
    return this.#all([
      [this.#grantOf(principal, held[0]), false],
      [this.#grantOf(principal, role), true],
    ])
  }

  #choose(set: string, parts: readonly string[]): string | null {
    const held = this.#takeable(set, '')
    if (typeof held === 'string') return held
    if (this.#type !== 'campaign' || kindOf(set) === 'person') return 'no set'
    if (held.length === 0 || parts.length === 0) return 'nothing to take, or nobody to give'
    const wrong = parts.find(part => this.#misfit(part) !== null || !this.#isPart(set, part))
    if (wrong !== undefined) return `${wrong} is not of it`
    return this.#all([
      ...held.map(role => [this.#grantOf(set, role), false] as const),
      ...parts.flatMap(part => held.map(role => [this.#grantOf(part, role), true] as const)),
    ])
  }

  #gather(set: string, role: string): string | null {
    if (!this.#manages(role)) return 'no right'
    if (this.#type !== 'campaign' || kindOf(set) === 'person') return 'no set'
    const misfit = this.#misfit(set)
    if (misfit !== null) return misfit
    const row = this.#row(this.#resource, role).filter(each => each !== set)
    return this.#all([
      ...row
        .filter(each => this.#isPart(set, each))
        .map(part => [this.#grantOf(part, role), false] as const),
      [this.#grantOf(set, role), true],
    ])
  }

  #uncheck(set: string, out: readonly string[]): string | null {
    const held = this.#takeable(set, '')
    if (typeof held === 'string') return held
    if (this.#type !== 'campaign' || set !== EVERYONE) return 'not everyone'
    if (held.length === 0 || out.length === 0) return 'nothing to take, or nobody to leave out'
    for (const each of out) {
      if (this.#misfit(each) !== null) return `${each} is not of it`
      if (each === EVERYONE || this.#administrates(each)) return `${each} cannot be left out`
    }
    const rest = this.#everyoneBut(out)
    return this.#all([
      ...held.map(role => [this.#grantOf(set, role), false] as const),
      ...rest.flatMap(each => held.map(role => [this.#grantOf(each, role), true] as const)),
    ])
  }

  #everyoneBut(out: readonly string[]): readonly string[] {
    const groups = [...this.#state].flatMap(text =>
      text.endsWith(`#account@${ACME}`) && text.startsWith('group:')
        ? `${text.slice(0, text.indexOf('#'))}#member`
        : [],
    )
    const people = ['owner', 'administrator', 'user'].flatMap(role => this.#row(ACME, role))
    const isIn = (person: string) => (group: string) => this.#isPart(group, person)
    const kept = groups.filter(
      group =>
        !out.includes(group) && !out.some(each => kindOf(each) === 'person' && isIn(each)(group)),
    )
    const dropped = groups.filter(group => out.includes(group))
    const split = groups.filter(group => !kept.includes(group) && !dropped.includes(group))
    const left = [...new Set(people)].filter(person => {
      if (out.includes(person) || kept.some(isIn(person))) return false
      return split.some(isIn(person)) || !dropped.some(isIn(person))
    })
    return [...kept, ...left]
  }

  /** The roles of the principal that the actor may take away, or why the actor may not. */
  #takeable(principal: string, role: string): readonly string[] | string {
    const roles = role === '' ? ROLES[this.#type] : [role]
    if (role === '' ? !this.#administrates(this.#actor) : !this.#manages(role)) return 'no right'
    const held = roles.filter(each => this.#state.has(this.#grantOf(principal, each)))
    return held.every(each => this.#manages(each)) ? held : 'no right to one of the roles'
  }

  /** Why the principal cannot have a role here, or null. */
  #misfit(principal: string): string | null {
    const kind = kindOf(principal)
    if (kind !== 'person' && this.#type !== 'campaign') return 'people only'
    if (kind === 'everyone') return principal === EVERYONE ? null : 'another account'
    if (kind === 'group') {
      const [group] = principal.split('#')
      return this.#state.has(`${group}#account@${ACME}`) ? null : 'a group of another account'
    }
    return this.#type === 'account' || this.#isOfAcme(principal) ? null : 'a stranger'
  }

  #isPart(set: string, part: string): boolean {
    if (set === EVERYONE) {
      return kindOf(part) === 'person'
        ? this.#isOfAcme(part)
        : kindOf(part) === 'group' && this.#misfit(part) === null
    }
    return kindOf(part) === 'person' && this.#state.has(`${set}@${part}`)
  }

  #manages(role: string): boolean {
    return role === 'owner' ? this.#has('owner', this.#actor) : this.#administrates(this.#actor)
  }

  #administrates(person: string): boolean {
    return (
      this.#has('owner', person) ||
      (this.#has('administrator', person) && !this.#has('invited', person))
    )
  }

  #mayAddGroups(): boolean {
    const actor = this.#actor
    const isActive =
      this.#has('owner', actor) || (this.#isOfAcme(actor) && !this.#has('invited', actor))
    if (!isActive || !this.#has('group_sharer', actor)) return false
    if (this.#administrates(actor)) return true
    const rows = ROLES.campaign.flatMap(role => this.#row(this.#resource, role))
    return rows.some(
      each => each === actor || (kindOf(each) !== 'person' && this.#isPart(each, actor)),
    )
  }

  #isOfAcme(person: string): boolean {
    return ['owner', 'administrator', 'user'].some(role => this.#has(role, person))
  }

  #has(role: string, person: string): boolean {
    return this.#state.has(`${ACME}#${role}@${person}`)
  }

  #row(resource: string, role: string): readonly string[] {
    const beginning = `${resource}#${role}@`
    return [...this.#state].flatMap(text =>
      text.startsWith(beginning) ? text.slice(beginning.length) : [],
    )
  }

  #grantOf(principal: string, role: string): string {
    return `${this.#resource}#${role}@${principal}`
  }

  #all(wanted: readonly (readonly [text: string, there: boolean])[]): string | null {
    for (const [text, there] of wanted) {
      // A principal that has the role already does not get it again.
      if (there && this.#state.has(text)) continue
      const refused = this.#want(text, there)
      if (refused !== null) return refused
    }
    return null
  }

  #want(text: string, there: boolean): string | null {
    const known = this.#wanted.get(text)
    if (known !== undefined && known !== there) return 'it contradicts itself'
    this.#wanted.set(text, there)
    return null
  }
}

function kindOf(principal: string): 'person' | 'group' | 'everyone' {
  if (!principal.includes('#')) return 'person'
  return principal.startsWith('account:') ? 'everyone' : 'group'
}
