// Partials: bodies that definitions take over with `...name`, at that place, and that may take over
// others in turn. They are gone after this; only their members remain, in each definition. Bounded,
// since a short text could otherwise spell a huge schema.

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
  /** Whether members are missing because a partial is. */
  readonly damaged: boolean
}

export function expandPartials(schema: SchemaNode, report: Report): readonly ExpandedDefinition[] {
  const expander = new Expander(schema, report)
  const expanded: ExpandedDefinition[] = []
  for (const top of schema.tops) {
    if (top.kind === 'partial') expander.find(top.name)
    else if (top.kind === 'definition') expanded.push(expander.expand(top))
  }
  return expanded
}

class Expander {
  readonly #report: Report
  readonly #partials = new Map<string, DefinitionNode>()
  readonly #isBroken: (name: string) => boolean
  /** Each partial is expanded once; those under way are on the path from the first to the last. */
  readonly #expanded = new Map<DefinitionNode, ExpandedDefinition>()
  readonly #path: string[] = []
  #copied = 0

  constructor(schema: SchemaNode, report: Report) {
    this.#report = report
    this.#isBroken = brokenNames(schema.tops)
    for (const top of schema.tops) {
      if (top.kind !== 'partial' || this.#partials.has(top.name.text)) continue
      this.#partials.set(top.name.text, top)
    }
  }

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

  /** What the partial of that name holds, or null, reported, when that cannot be told. */
  find(name: Name): ExpandedDefinition | null {
    const partial = this.#partials.get(name.text)
    if (partial === undefined) return this.#unknown(name)
    return this.#expanded.get(partial) ?? this.#enter(partial, name)
  }

  #include(name: Name): ExpandedDefinition | null {
    const expanded = this.find(name)
    this.#copied += expanded?.members.length ?? 0
    if (this.#copied <= limits.partialMembersMax) return expanded
    return this.#refuse('too-many-members', name, `over ${limits.partialMembersMax} members in all`)
  }

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
