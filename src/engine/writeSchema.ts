// Replaces the schema, unless a stored relationship would be left without a meaning. What the new
// schema takes away becomes guards: filters that no live relationship may match at the commit.

import {
  compileSchema,
  diffSchemas,
  printAllowedType,
  type SchemaChange,
  schemaRefusal,
} from '../language/index.js'
import type { SchemaGuard } from '../storage/index.js'
import {
  printRelationship,
  Refusal,
  type Relationship,
  type Revision,
  type RevisionNote,
  WILDCARD,
} from '../terms/index.js'
import { writeAdmitted } from './admission.js'
import type { Engine } from './engine.js'

export interface SchemaRequest {
  readonly text: string
  readonly note: RevisionNote
}

/** @throws Refusal for a text that is no schema, or one that stored relationships stand against */
export async function writeSchema(engine: Engine, request: SchemaRequest): Promise<Revision> {
  const { text, note } = request
  const compiled = compileSchema(text)
  if (!compiled.ok) throw schemaRefusal(compiled.diagnostics)
  const { revision } = await writeAdmitted(engine, current => {
    const changes = diffSchemas(current.schema, compiled.schema)
    const guards = changes.flatMap(toGuards)
    return { kind: 'schema', schemaRevision: current.revision, text, guards, note }
  })
  engine.catalog.learn(revision)
  return revision
}

type Facts = Readonly<Record<string, string>>

/** @throws Refusal for what is refused whatever is stored */
function toGuards(change: SchemaChange): readonly SchemaGuard[] {
  switch (change.kind) {
    case 'definition-removed': {
      const { definition } = change
      const what = `cannot delete object definition \`${definition}\`, as a relationship exists under it`
      const facts = { operation: 'delete_object_definition', resource_type: definition }
      return [guard({ resourceType: definition }, what, facts)]
    }
    case 'relation-removed':
      return relationGuards(change.definition, change.relation)
    case 'allowed-type-removed':
      return [typeGuard(change)]
    case 'caveat-parameter-removed':
      throw new Refusal(
        'schema-in-use',
        `cannot remove parameter \`${change.parameter}\` on caveat \`${change.caveat}\``,
        {
          operation: 'remove_parameter',
          caveat_name: change.caveat,
          parameter_name: change.parameter,
        },
      )
    case 'caveat-parameter-changed':
      throw new Refusal(
        'schema-in-use',
        `cannot change the type of parameter \`${change.parameter}\` on caveat \`${change.caveat}\` from \`${change.from}\` to \`${change.to}\``,
        {
          operation: 'change_parameter_type',
          caveat_name: change.caveat,
          parameter_name: change.parameter,
        },
      )
  }
}

/** Nothing may stand on the relation, and nobody may be named through it. */
function relationGuards(definition: string, relation: string): readonly SchemaGuard[] {
  const what = `cannot delete relation \`${relation}\` in object definition \`${definition}\`, as a relationship`
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

function typeGuard(change: SchemaChange & { readonly kind: 'allowed-type-removed' }): SchemaGuard {
  const { definition, relation, type } = change
  const { wildcard, caveat, expiration } = type
  const name = printAllowedType(type)
  const subject = { type: type.type, relation: type.relation, ...(wildcard && { id: WILDCARD }) }
  return guard(
    { resourceType: definition, relation, subject },
    `cannot remove allowed type \`${name}\` from relation \`${relation}\` in object definition \`${definition}\`, as a relationship exists with it`,
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
  facts: Facts,
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
