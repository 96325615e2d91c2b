// The speed of a run by the second: the number of answered questions and writes, their latencies,
// the refusals, and the faults at that time. A run prints it.

interface Second {
  readonly latencies: number[]
  writes: number
  refused: number
  oldestMs: number
  readonly faults: Set<string>
}

export interface Totals {
  readonly asked: number
  readonly written: number
  readonly refused: number
}

export class Tally {
  readonly #begun = performance.now()
  readonly #seconds: Second[] = []
  readonly #faults = new Set<string>()

  asked(latencyMs: number, ageMs: number): void {
    const second = this.#now()
    second.latencies.push(latencyMs)
    second.oldestMs = Math.max(second.oldestMs, ageMs)
  }

  wrote(): void {
    this.#now().writes++
  }

  refused(): void {
    this.#now().refused++
  }

  begin(fault: string): void {
    this.#faults.add(fault)
    this.#now().faults.add(fault)
  }

  end(fault: string): void {
    this.#now()
    this.#faults.delete(fault)
  }

  get totals(): Totals {
    const sum = (of: (second: Second) => number): number =>
      this.#seconds.reduce((total, second) => total + of(second), 0)
    return {
      asked: sum(({ latencies }) => latencies.length),
      written: sum(({ writes }) => writes),
      refused: sum(({ refused }) => refused),
    }
  }

  /** The lines of the tally, each for so many seconds. */
  *lines(step: number): Generator<string> {
    yield '   second   answers/s   p50 ms   p99 ms  writes/s  refused/s  oldest s  faults'
    for (let from = 0; from < this.#seconds.length; from += step) {
      const seconds = this.#seconds.slice(from, from + step)
      const latencies = seconds.flatMap(second => second.latencies).sort((a, b) => a - b)
      const at = (share: number): string =>
        latencies.length === 0
          ? '-'
          : latencies[Math.floor(share * (latencies.length - 1))].toFixed(1)
      const rate = (of: (second: Second) => number): string =>
        (seconds.reduce((sum, second) => sum + of(second), 0) / seconds.length).toFixed(0)
      const oldest = Math.max(...seconds.map(({ oldestMs }) => oldestMs))
      const faults = new Set(seconds.flatMap(second => [...second.faults]))
      yield [
        `${from}`.padStart(9),
        rate(second => second.latencies.length).padStart(12),
        at(0.5).padStart(9),
        at(0.99).padStart(9),
        rate(({ writes }) => writes).padStart(10),
        rate(({ refused }) => refused).padStart(11),
        (oldest / 1000).toFixed(1).padStart(10),
        `  ${[...faults].join(', ')}`,
      ].join('')
    }
  }

  #now(): Second {
    const position = Math.floor((performance.now() - this.#begun) / 1000)
    while (this.#seconds.length <= position) {
      this.#seconds.push({
        latencies: [],
        writes: 0,
        refused: 0,
        oldestMs: 0,
        faults: new Set(this.#faults),
      })
    }
    return this.#seconds[position]
  }
}
