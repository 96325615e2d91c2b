// Collects mistakes while a text is read, so that one pass tells them all, or as many as anyone would
// repair before trying again.

import { limits } from '../terms/index.js'
import type { Diagnostic } from './diagnostic.js'
import type { Source, SourceRange } from './source.js'

export interface Mistake {
  readonly class: Diagnostic['class']
  readonly code: string
  readonly message: string
  /** What is said after the message; worked out only if the mistake is told. */
  readonly hint?: () => string
  readonly at: SourceRange
  readonly metadata?: Readonly<Record<string, string>>
}

export class Report {
  readonly #source: Source
  readonly #diagnostics = new Map<string, Diagnostic>()

  constructor(source: Source) {
    this.#source = source
  }

  get isEmpty(): boolean {
    return this.#diagnostics.size === 0
  }

  /** The same words about the same place are told once: a partial is read by all who use it. */
  add(mistake: Mistake): void {
    const told = this.#diagnostics.size
    if (told > limits.diagnosticsMax) return
    const key = `${mistake.at.start} ${mistake.code} ${mistake.message}`
    if (this.#diagnostics.has(key)) return
    const last = told === limits.diagnosticsMax
    this.#diagnostics.set(key, this.#tell(last ? toMore(mistake) : mistake))
  }

  /** What was found, in the order of the text. */
  diagnostics(): readonly Diagnostic[] {
    return [...this.#diagnostics.values()].sort((a, b) => a.span.start - b.span.start)
  }

  #tell({ class: kind, code, message, hint, at, metadata = {} }: Mistake): Diagnostic {
    return {
      class: kind,
      code,
      message: `${message}${hint?.() ?? ''}`,
      span: this.#source.span(at),
      source: this.#source.text.slice(at.start, at.end),
      metadata,
    }
  }
}

/** Stands for a mistake that is one too many, and for all after it. */
const toMore = ({ class: kind, at }: Mistake): Mistake => ({
  class: kind,
  code: 'too-many-mistakes',
  message: `found over ${limits.diagnosticsMax} mistakes, the others are not told`,
  at,
})
