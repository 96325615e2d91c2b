// Collects diagnostics while a text is read, so that one pass tells all its mistakes.

import type { Diagnostic } from './diagnostic.js'
import type { Range, Source } from './source.js'

export interface Mistake {
  readonly class: Diagnostic['class']
  readonly code: string
  readonly message: string
  readonly at: Range
  readonly metadata?: Readonly<Record<string, string>>
}

export class Report {
  readonly #source: Source
  readonly #mistakes = new Map<string, Mistake>()

  constructor(source: Source) {
    this.#source = source
  }

  get isEmpty(): boolean {
    return this.#mistakes.size === 0
  }

  /** The same words about the same place are told once: a partial is read by all who use it. */
  add(mistake: Mistake): void {
    const key = `${mistake.at.start} ${mistake.code} ${mistake.message}`
    if (!this.#mistakes.has(key)) this.#mistakes.set(key, mistake)
  }

  /** What was found, in the order of the text. */
  diagnostics(): readonly Diagnostic[] {
    return [...this.#mistakes.values()]
      .sort((a, b) => a.at.start - b.at.start)
      .map(({ at, metadata = {}, ...mistake }) => ({
        ...mistake,
        metadata,
        span: this.#source.span(at),
        source: this.#source.text.slice(at.start, at.end),
      }))
  }
}
