// Random operations of sharing, the same for the same seed. Random actors make most of them, so
// that many are refused. Owners make enough of them that some are always allowed.

import type { SharingChange } from '../src/client/index.js'
import { type Dice, pick, toDice } from './dice.js'
import { changeRole, choose, gather, grant, revoke, uncheck } from './sharingDesk.js'
import type { Act } from './sharingModel.js'

const CAMPAIGN = 'campaign:x'
const EVERYONE = 'account:acme#member'
const GROUPS = ['group:a', 'group:b', 'group:c']
const ROLES = ['viewer', 'editor', 'sender']
const POSTS = ['administrator', 'administrator', 'user', 'user', 'invited', 'group_sharer', 'owner']

export class SharingDice {
  readonly #dice: Dice
  readonly #people: number

  /** @param people the number of users, which are numbered from 0 */
  constructor(seed: number, people: number) {
    this.#dice = toDice(seed)
    this.#people = people
  }

  /** An operation by the user of this number. */
  act(number: number): Act {
    const actor = `user:${number}`
    const share = this.#next()
    if (share < 0.6)
      return { actor, resource: CAMPAIGN, changes: this.#several(() => this.#sheet()) }
    if (share < 0.85) return { actor, resource: 'account:acme', changes: [this.#post()] }
    const resource = this.#of(GROUPS)
    const person = this.#person()
    const change = this.chance(0.5) ? grant(person, 'member') : revoke(person, 'member')
    return { actor, resource, changes: [change] }
  }

  chance(share: number): boolean {
    return this.#next() < share
  }

  #several(make: () => SharingChange): readonly SharingChange[] {
    return Array.from({ length: this.chance(0.2) ? 2 : 1 }, make)
  }

  #sheet(): SharingChange {
    const share = this.#next()
    const role = this.#of(ROLES)
    if (share < 0.35) return grant(this.#principal(), role)
    if (share < 0.55) return revoke(this.#principal(), this.chance(0.5) ? role : undefined)
    if (share < 0.65)
      return changeRole(this.#principal(), role, this.chance(0.5) ? this.#of(ROLES) : undefined)
    if (share < 0.8) return choose(this.#set(), ...this.#some(() => this.#principal()))
    if (share < 0.9) return gather(this.#set(), role)
    return uncheck(EVERYONE, ...this.#some(() => this.#principal()))
  }

  #post(): SharingChange {
    const post = this.#of(POSTS)
    const person = this.#person()
    if (this.chance(0.6)) return grant(person, post)
    return this.chance(0.8) ? revoke(person, post) : changeRole(person, post)
  }

  #some(make: () => string): readonly string[] {
    return Array.from({ length: 1 + Math.floor(this.#next() * 3) }, make)
  }

  #principal(): string {
    const share = this.#next()
    if (share < 0.05) return 'group:r#member'
    return share < 0.5 ? this.#set() : this.#person()
  }

  #set(): string {
    return this.chance(0.3) ? EVERYONE : `${this.#of(GROUPS)}#member`
  }

  /** A principal. A few of them are chosen often, so that operations collide. */
  #person(): string {
    const among = this.chance(0.5) ? Math.min(16, this.#people) : this.#people
    return `user:${Math.floor(this.#next() * among)}`
  }

  #of<T>(values: readonly T[]): T {
    return pick(this.#dice, values)
  }

  /** A number from 0 up to 1. */
  #next(): number {
    return this.#dice(2 ** 32) / 2 ** 32
  }
}
