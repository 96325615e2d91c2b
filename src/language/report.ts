// The collection of mistakes during a compilation. One pass reports all mistakes, up to a number
// that nobody would repair before trying again.

import { limits } from '../terms/index.js'
import type { Diagnostic } from './diagnostic.js'
import type { Source, SourceRange } from './source.js'

/** A mistake at a range of the text, before its line and column are computed. */
export interface Mistake {
  readonly class: Diagnostic['class']
  readonly code: string
  readonly message: string
  /** Makes the text that follows the message. Called only for a mistake that is reported. */
  readonly hint?: () => string
  readonly at: SourceRange
  readonly metadata?: Readonly<Record<string, string>>
}

/** The mistakes that have been found so far. */
export class Report {
  readonly #source: Source
  readonly #diagnostics = new Map<string, Diagnostic>()

  constructor(source: Source) {
    this.#source = source
  }

  get isEmpty(): boolean {
    return this.#diagnostics.size === 0
  }

  /**
   * Adds a mistake. Equal mistakes at one position count once, because every definition that
   * includes a partial checks it.
   */
  add(mistake: Mistake): void {
    const count = this.#diagnostics.size
    if (count > limits.diagnosticsMax) return
    const key = `${mistake.at.start} ${mistake.code} ${mistake.message}`
    if (this.#diagnostics.has(key)) return
    const last = count === limits.diagnosticsMax
    this.#diagnostics.set(key, this.#toDiagnostic(last ? tooManyMistakes(mistake) : mistake))
  }

  /** The mistakes that were found, in the order of the text. */
  diagnostics(): readonly Diagnostic[] {
    return [...this.#diagnostics.values()].sort((a, b) => a.span.start - b.span.start)
  }

  #toDiagnostic({ class: kind, code, message, hint, at, metadata = {} }: Mistake): Diagnostic {
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

/** The mistake that replaces the first one beyond the limit and all after it. */
const tooManyMistakes = ({ class: kind, at }: Mistake): Mistake => ({
  class: kind,
  code: 'too-many-mistakes',
  message: `found over ${limits.diagnosticsMax} mistakes, the others are not told`,
  at,
})
