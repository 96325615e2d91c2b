// An attack: what it needs to be there, what it sends, and what each of its requests must come to.

import type { Reply, Target } from './target.js'

export interface Scale {
  /** The time for which requests are sent again and again, ms. */
  readonly runMs: number
  /** A share of the full number of relationships, connections and members. */
  readonly size: number
}

export interface Attack {
  readonly name: string
  /** What it sends, in words. */
  readonly summary: string
  prepare(target: Target, scale: Scale): Promise<void>
  run(target: Target, scale: Scale): Promise<Tally>
}

/** The outcomes of an attack's requests. */
export class Tally {
  readonly #expected = new Map<string, number>()
  readonly #others = new Map<string, number>()

  add(outcome: string, isExpected: boolean): void {
    const counts = isExpected ? this.#expected : this.#others
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  }

  get requests(): number {
    const counts = [...this.#expected.values(), ...this.#others.values()]
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /** Outcomes that should not have been. */
  get unexpected(): readonly string[] {
    return [...this.#others].map(([outcome, count]) => `${count} × ${outcome}`)
  }

  toString(): string {
    const all = [...this.#expected, ...this.#others]
    return all.map(([outcome, count]) => `${count} × ${outcome}`).join(', ')
  }
}

/** The gRPC codes by which a service refuses for good reasons. */
export const INVALID_ARGUMENT = 3
export const RESOURCE_EXHAUSTED = 8
export const FAILED_PRECONDITION = 9

export const printReply = ({ status, code, message }: Reply): string =>
  code === null ? `${status}` : `${status} (${code}: ${message.slice(0, 60)})`

/**
 * Some callers, each of which asks again as soon as it is answered, until the time is over.
 * Everybody asks at least once, and the last answers are waited for.
 */
export async function repeat(
  { callers, runMs }: { readonly callers: number; readonly runMs: number },
  ask: (number: number) => Promise<Reply>,
  isExpected: (reply: Reply) => boolean,
): Promise<Tally> {
  const tally = new Tally()
  const until = performance.now() + runMs
  let number = 0
  const caller = async (): Promise<void> => {
    do {
      try {
        const reply = await ask(number++)
        tally.add(printReply(reply), isExpected(reply))
      } catch (error) {
        tally.add(`no answer (${(error as Error).message})`, false)
      }
    } while (performance.now() < until)
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return tally
}

export const isRefusedBy =
  (...codes: readonly number[]) =>
  ({ code }: Reply): boolean =>
    code !== null && codes.includes(code)

export const isAnswered = ({ status, code }: Reply): boolean => status === 200 && code === null

export const scaled = ({ size }: Scale, full: number): number =>
  Math.max(1, Math.round(full * size))
