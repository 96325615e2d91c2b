// An attacker who can read and write the Redis that nodes share, knows the format of its rows, and
// keeps copies of everything that was ever there, but does not have the secret of the datastore.

import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import { type Dice, pick } from './dice.js'

/** The format version and the authentication code before a row's JSON. */
const HEAD_BYTES = 17
const CODE_BYTES = 16
const HUGE_BYTES = 2_000_000

/** The JSON of a row. */
type Fields = [revision: number, mark: number, complete: boolean, ends: unknown[][]]

const ATTACKS = {
  forge: 'a changed row, with the old code or one that was made up',
  replay: 'a row that was there before, under its own name',
  swap: 'a row of another name',
  cut: 'a part of a row',
  flip: 'a row with one bit changed',
  noise: 'anything, or nothing',
  old: 'a row of a form that was used before',
} as const
export type Attack = keyof typeof ATTACKS

export class Forger {
  /** The number of attempts of each attack. */
  readonly tried: Record<Attack, number>
  readonly #redis: Redis
  readonly #dice: Dice
  /** The prefix of the names under which it puts forgeries. */
  readonly #target: string
  /** Every value that was ever there, by its name. */
  readonly #seen = new Map<string, Buffer[]>()

  constructor(redis: Redis, dice: Dice, target: string) {
    this.#redis = redis
    this.#target = target
    this.#dice = dice
    const none = Object.keys(ATTACKS).map(attack => [attack, 0])
    this.tried = Object.fromEntries(none) as Record<Attack, number>
  }

  /** Records the rows that are there now. */
  async look(): Promise<void> {
    const names = await this.#redis.keys('*')
    if (names.length === 0) return
    const values = await this.#redis.mgetBuffer(...names)
    for (const [i, name] of names.entries()) {
      const value = values[i]
      const seen = this.#seen.get(name) ?? []
      if (value === null || !isRow(value) || seen.some(each => each.equals(value))) continue
      this.#seen.set(name, [...seen, value])
    }
  }

  /** Puts a forgery under the name of a row that nodes may read. */
  async attack(): Promise<void> {
    const names = [...this.#seen.keys()]
    const targets = names.filter(name => name.startsWith(this.#target))
    if (targets.length === 0) return
    const [name, other] = [pick(this.#dice, targets), pick(this.#dice, names)]
    const attack = pick(this.#dice, Object.keys(ATTACKS) as Attack[])
    this.tried[attack]++
    await this.#redis.set(name, this.#make(attack, this.#seenAs(name), this.#seenAs(other)))
  }

  /** Puts the row under its name with one more subject, and otherwise unchanged. */
  async insert(name: string, end: readonly unknown[]): Promise<void> {
    const value = await this.#redis.getBuffer(name)
    if (value === null) throw new Error(`there is no ${name}`)
    await this.#redis.set(
      name,
      changed(value, fields => fields[3].push([...end])),
    )
  }

  #seenAs(name: string): Buffer {
    return pick(this.#dice, this.#seen.get(name)!)
  }

  #make(attack: Attack, own: Buffer, other: Buffer): Buffer {
    switch (attack) {
      case 'forge':
        return this.#sign(changed(own, fields => this.#change(fields)))
      case 'replay':
        return own
      case 'swap':
        return other
      case 'cut':
        return own.subarray(0, this.#dice(own.length))
      case 'flip':
        return this.#flip(own)
      case 'noise':
        return pick(this.#dice, [
          Buffer.alloc(0),
          Buffer.of(own[0]),
          randomBytes(this.#dice(200)),
          Buffer.concat([own.subarray(0, 1), randomBytes(this.#dice(200))]),
          Buffer.concat([own, Buffer.alloc(this.#dice(20) === 0 ? HUGE_BYTES : 1)]),
        ])
      case 'old':
        return Buffer.concat([Buffer.of(1 + this.#dice(2)), own.subarray(HEAD_BYTES)])
    }
  }

  #change(fields: Fields): void {
    const ends = fields[3]
    const id = `r${this.#dice(4)}`
    const change = this.#dice(4)
    if (change === 0) ends.splice(0)
    if (change === 1) ends.push(['user', id, '', null, null])
    if (change === 2) ends.unshift(['group', id, 'member', null, null])
    if (change === 3) fields[2] = !fields[2]
  }

  #flip(bytes: Buffer): Buffer {
    const flipped = Buffer.from(bytes)
    flipped[this.#dice(bytes.length)] ^= 1 << this.#dice(8)
    return flipped
  }

  /** The row with a guessed authentication code. */
  #sign(bytes: Buffer): Buffer {
    const body = bytes.subarray(HEAD_BYTES)
    const code = pick(this.#dice, [
      bytes.subarray(1, HEAD_BYTES),
      Buffer.alloc(CODE_BYTES),
      randomBytes(CODE_BYTES),
      createHash('sha256').update(body).digest(),
      createHmac('sha256', '').update(body).digest(),
    ])
    return Buffer.concat([bytes.subarray(0, 1), code.subarray(0, CODE_BYTES), body])
  }
}

/** Whether the text parses as a row, rather than being noise. */
function isRow(bytes: Buffer): boolean {
  try {
    return Array.isArray(toFields(bytes)[3])
  } catch {
    return false
  }
}

const toFields = (bytes: Buffer): Fields => JSON.parse(bytes.toString('utf8', HEAD_BYTES))

function changed(bytes: Buffer, change: (fields: Fields) => void): Buffer {
  const fields = toFields(bytes)
  change(fields)
  return Buffer.concat([bytes.subarray(0, HEAD_BYTES), Buffer.from(JSON.stringify(fields))])
}
