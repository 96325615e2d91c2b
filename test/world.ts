// The notation for every world in the tests: a schema, and relationships in their text form,
// separated by whitespace. A question is written `doc:1#view@user:ann`.

import { compileSchema, type Schema } from '../src/language/index.js'
import {
  type CheckItem,
  type JsonObject,
  parseRelationship,
  type Relationship,
} from '../src/terms/index.js'

export interface World {
  readonly schema: Schema
  readonly relationships: readonly Relationship[]
}

/** @throws Error with the diagnostics of a schema that does not compile */
export function world(relationships: string, schema: string): World {
  return { schema: schemaOf(schema), relationships: toRelationships(relationships) }
}

export function schemaOf(text: string): Schema {
  const compiled = compileSchema(text)
  if (compiled.ok) return compiled.schema
  throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'))
}

/**
 * A space within a caveat's context does not separate, unless a type name and a colon follow it.
 */
export const toRelationships = (text: string): readonly Relationship[] =>
  text
    .trim()
    .split(/\s+(?=[a-z][a-z0-9_/]*:)/)
    .filter(each => each !== '')
    .map(parseRelationship)

export function toItem(text: string, context: JsonObject = {}): CheckItem {
  const { resource, relation, subject } = parseRelationship(text)
  return { resource, permission: relation, subject, context }
}
