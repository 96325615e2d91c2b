// Partials: groups of members that a definition, or another partial, includes with `...name`. This
// step copies their members in place of the reference, and later steps see definitions only. The
// number of copied members is bounded, because a short text could otherwise declare a huge schema.

import { limits } from '../terms/index.js'
import type { Report } from './report.js'
import { suggestion } from './suggestion.js'
import {
  brokenNames,
  type DefinitionNode,
  type MemberNode,
  type Name,
  type SchemaNode,
} from './syntax.js'

/** A definition with the members of its partials in place of the references. */
export interface ExpandedDefinition {
  readonly node: DefinitionNode
  readonly members: readonly MemberNode[]
  /** Whether members are missing because an included partial is missing or broken. */
  readonly damaged: boolean
}

/** Expands the partials of all definitions, and reports those that cannot be resolved. */
export function expandPartials(schema: SchemaNode, report: Report): readonly ExpandedDefinition[] {
  const expander = new Expander(schema, report)
  const expanded: ExpandedDefinition[] = []
  for (const declaration of schema.declarations) {
    if (declaration.kind === 'partial') expander.find(declaration.name)
    else if (declaration.kind === 'definition') expanded.push(expander.expand(declaration))
  }
  return expanded
}

/** The expansion of one schema. */
class Expander {
  readonly #report: Report
  readonly #partials = new Map<string, DefinitionNode>()
  readonly #isBroken: (name: string) => boolean
  /** The partials that have been expanded, each once. */
  readonly #expanded = new Map<DefinitionNode, ExpandedDefinition>()
  /** The names of the partials that are being expanded, from the outermost inwards. */
  readonly #path: string[] = []
  /** Number of members that references have copied so far. */
  #copied = 0

  constructor(schema: SchemaNode, report: Report) {
    this.#report = report
    this.#isBroken = brokenNames(schema.declarations)
    for (const declaration of schema.declarations) {
      if (declaration.kind !== 'partial' || this.#partials.has(declaration.name.text)) continue
      this.#partials.set(declaration.name.text, declaration)
    }
  }

  /** The definition or partial with its references expanded. */
  expand(node: DefinitionNode): ExpandedDefinition {
    const members: MemberNode[] = []
    let damaged = false
    for (const item of node.items) {
      if (item.kind !== 'reference') {
        members.push(item)
        continue
      }
      const part = this.#include(item.name)
      for (const member of part?.members ?? []) members.push(member)
      damaged ||= part?.damaged ?? true
    }
    return { node, members, damaged }
  }

  /** The expanded partial of that name, or null after a report that it cannot be resolved. */
  find(name: Name): ExpandedDefinition | null {
    const partial = this.#partials.get(name.text)
    if (partial === undefined) return this.#unknown(name)
    return this.#expanded.get(partial) ?? this.#enter(partial, name)
  }

  /** The partial for one reference, counted against the bound on copied members. */
  #include(name: Name): ExpandedDefinition | null {
    const expanded = this.find(name)
    this.#copied += expanded?.members.length ?? 0
    if (this.#copied <= limits.partialMembersMax) return expanded
    return this.#refuse('too-many-members', name, `over ${limits.partialMembersMax} members in all`)
  }

  /** Expands a partial for the first time, and refuses cycles. */
  #enter(partial: DefinitionNode, name: Name): ExpandedDefinition | null {
    const at = this.#path.indexOf(name.text)
    if (at >= 0) {
      const circle = [...this.#path.slice(at), name.text].map(step => `\`${step}\``).join(' → ')
      return this.#refuse('circular-partial', name, `a circle: ${circle}`)
    }
    if (this.#path.length === limits.expressionDepthMax) {
      return this.#refuse('partial-too-deep', name, `over ${limits.expressionDepthMax} levels`)
    }
    this.#path.push(name.text)
    const expanded = this.expand(partial)
    this.#path.pop()
    this.#expanded.set(partial, expanded)
    return expanded
  }

  #unknown(name: Name): null {
    if (this.#isBroken(name.text)) return null
    const message = `could not find partial reference with name \`${name.text}\``
    const hint = () => suggestion(name.text, this.#partials.keys())
    this.#report.add({ class: 'parse', code: 'unknown-partial', message, hint, at: name })
    return null
  }

  #refuse(code: string, at: Name, found: string): null {
    const message = `could not resolve partials: found ${found}`
    this.#report.add({ class: 'parse', code, message, at })
    return null
  }
}
