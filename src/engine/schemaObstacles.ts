// The obstacles to a new schema. Each thing that it removes from the schema before is either
// refused at once or becomes a guard, which is a filter that no live relationship may match at the
// commit.

import {
  type AllowedType,
  printAllowedType,
  type Relation,
  type SchemaChange,
} from '../language/index.js'
import { printRelationship, Refusal, type Relationship, WILDCARD } from '../terms/index.js'
import type { SchemaGuard } from './graph/storageRecords.js'

/** A refusal that holds whatever is stored, or a guard, which depends on it. */
export type Obstacle = Refusal | SchemaGuard

/** Returns the obstacles in the order of the old schema's text. */
export const obstaclesTo = (changes: readonly SchemaChange[]): readonly Obstacle[] =>
  changes.flatMap(ofChange)

type SchemaFacts = Readonly<Record<string, string>>

function ofChange(change: SchemaChange): readonly Obstacle[] {
  switch (change.kind) {
    case 'definition-removed': {
      const type = change.definition.name
      const what = `cannot delete object definition \`${type}\`, as a relationship exists under it`
      const facts = { operation: 'delete_object_definition', resource_type: type }
      return [guard({ resourceType: type }, what, facts)]
    }
    case 'relation-removed':
      return relationGuards(change.relation)
    case 'allowed-type-removed':
      return [typeGuard(change.relation, change.type)]
    case 'caveat-parameter-removed':
      return [
        new Refusal(
          'schema-in-use',
          `cannot remove parameter \`${change.parameter.name}\` on caveat ` +
            `\`${change.caveat.name}\``,
          {
            operation: 'remove_parameter',
            caveat_name: change.caveat.name,
            parameter_name: change.parameter.name,
          },
        ),
      ]
    case 'caveat-parameter-changed':
      return [
        new Refusal(
          'schema-in-use',
          `cannot change the type of parameter \`${change.parameter.name}\` on caveat ` +
            `\`${change.caveat.name}\` from \`${change.from}\` to \`${change.parameter.type}\``,
          {
            operation: 'change_parameter_type',
            caveat_name: change.caveat.name,
            parameter_name: change.parameter.name,
          },
        ),
      ]
    default:
      return []
  }
}

/**
 * Guards for a removed relation: no relationship may have it, and no subject set may refer to it.
 */
function relationGuards({ definition, name: relation }: Relation): readonly SchemaGuard[] {
  const what =
    `cannot delete relation \`${relation}\` in object definition \`${definition}\`, ` +
    'as a relationship'
  const facts = { resource_type: definition, relation }
  return [
    guard({ resourceType: definition, relation }, `${what} exists under it`, {
      operation: 'delete_relation',
      ...facts,
    }),
    guard({ subject: { type: definition, relation } }, `${what} references it`, {
      operation: 'delete_relation_reverse_check',
      ...facts,
    }),
  ]
}

function typeGuard({ definition, name: relation }: Relation, type: AllowedType): SchemaGuard {
  const { wildcard, caveat, expiration } = type
  const name = printAllowedType(type)
  const subject = { type: type.type, relation: type.relation, ...(wildcard && { id: WILDCARD }) }
  return guard(
    { resourceType: definition, relation, subject },
    `cannot remove allowed type \`${name}\` from relation \`${relation}\` in object definition ` +
      `\`${definition}\`, as a relationship exists with it`,
    {
      operation: 'remove_allowed_type',
      resource_type: definition,
      relation,
      allowed_type: name,
    },
    { wildcard, caveat, expiration },
  )
}

function guard(
  filter: SchemaGuard['filter'],
  message: string,
  facts: SchemaFacts,
  traits: SchemaGuard['traits'] = {},
): SchemaGuard {
  return {
    filter,
    traits,
    refuse: (sample: Relationship) =>
      new Refusal('schema-in-use', `${message}: \`${printRelationship(sample)}\``, {
        ...facts,
        relationship: printRelationship(sample),
      }),
  }
}
