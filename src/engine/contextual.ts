// Contextual relationships, which count in one question as if they had just been touched, and are
// then gone. They are refused for whatever a write of them would be refused for, under the schema
// of the view. Nothing of them is kept where another question could see it.

import { overlay } from '../evaluator/index.js'
import { requireAdmitted, type Schema } from '../language/index.js'
import {
  compareTexts,
  type JsonValue,
  limits,
  printIdentity,
  Refusal,
  type Relationship,
} from '../terms/index.js'
import { requireContextSize } from './admission.js'
import type { View } from './graph/view.js'

const FIELD = 'contextualRelationships'

/**
 * Returns the view as if the relationships were stored. Each replaces a stored or an earlier
 * contextual relationship of the same identity.
 * @throws Refusal `limit-exceeded` for too many; what a write of one would be refused for, and
 * `update-repeated`, with the relationship's position as `field`
 */
export function withContextual(view: View, relationships: readonly Relationship[]): View {
  if (relationships.length === 0) return view
  requireContextual(view.schema, relationships)
  return { ...view, snapshot: overlay(view.snapshot, view.schema, relationships) }
}

/** Prints the relationships as part of a cursor's query, independent of their order. */
export const queryOf = (relationships: readonly Relationship[]): JsonValue =>
  relationships
    .map(({ caveat, expiresAt, ...identity }) => {
      const condition = caveat && [caveat.name, caveat.context]
      return [printIdentity(identity), condition, expiresAt] as const
    })
    .sort(([a], [b]) => compareTexts(a, b))

/** Requires relationships that can be contextual. @throws Refusal as `withContextual` does */
export function requireContextual(schema: Schema, relationships: readonly Relationship[]): void {
  const maximum = limits.contextualRelationshipsMax
  if (relationships.length > maximum) {
    throw new Refusal(
      'limit-exceeded',
      `\`${FIELD}\` has ${relationships.length} relationships, expected at most ${maximum}`,
      { limit_provided: `${relationships.length}`, maximum_limit_allowed: `${maximum}` },
    )
  }
  const seen = new Set<string>()
  for (const [index, relationship] of relationships.entries()) {
    inField(`${FIELD}[${index}]`, () => {
      requireNew(seen, relationship)
      requireContextSize(relationship)
      requireAdmitted(schema, relationship, 'touch')
    })
  }
}

function requireNew(seen: Set<string>, relationship: Relationship): void {
  const identity = printIdentity(relationship)
  if (seen.has(identity)) {
    throw new Refusal(
      'update-repeated',
      `found relationship \`${identity}\` again, expected each once`,
      { definition_name: relationship.resource.type, relationship: identity },
    )
  }
  seen.add(identity)
}

/** Adds the position of a relationship to a refusal of it. */
function inField(field: string, require: () => void): void {
  try {
    require()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { code, message, metadata } = error
    throw new Refusal(code, `\`${field}\`: ${message}`, { ...metadata, field })
  }
}
