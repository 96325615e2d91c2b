// Contextual relationships: they count in one question as if they had just been touched, and are gone
// with it. What a write would refuse is refused here, under the schema of the view; nothing is kept
// that another question could meet.

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
 * The view with the relationships as if they were stored: one of them takes the place of a stored one,
 * or of an earlier contextual one, that has its identity.
 * @throws Refusal `limit-exceeded` for too many; and, naming the relationship's place as `field`,
 * `update-repeated`, or what a write of it is refused for
 */
export function withContextual(view: View, relationships: readonly Relationship[]): View {
  if (relationships.length === 0) return view
  requireContextual(view.schema, relationships)
  return { ...view, snapshot: overlay(view.snapshot, view.schema, relationships) }
}

/** The relationships as a part of what a cursor's query is: the same in any order. */
export const queryOf = (relationships: readonly Relationship[]): JsonValue =>
  relationships
    .map(({ caveat, expiresAt, ...identity }) => {
      const condition = caveat && [caveat.name, caveat.context]
      return [printIdentity(identity), condition, expiresAt] as const
    })
    .sort(([a], [b]) => compareTexts(a, b))

/** @throws Refusal as `withContextual` does */
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
  for (const [place, relationship] of relationships.entries()) {
    inField(`${FIELD}[${place}]`, () => {
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

/** A refusal of the field is told with its place. */
function inField(field: string, require: () => void): void {
  try {
    require()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { code, message, metadata } = error
    throw new Refusal(code, `\`${field}\`: ${message}`, { ...metadata, field })
  }
}
