// The messages of questions about the schema itself: what it contains, how another schema differs
// from it, and which permissions depend on which relations.

import { list, text } from '../field.js'
import { message, required } from '../message.js'
import {
  ReflectionCaveat,
  ReflectionDefinition,
  ReflectionRelationReference,
  ReflectionSchemaDiff,
} from './reflectionParts.js'
import { Consistency, SOUND_TEXT, ZedToken } from './shared.js'

/** A name of any form. An unknown name is refused as unknown, and not for its form. */
const NAME = text(SOUND_TEXT)

const PREFIX = text({ ...SOUND_TEXT, expected: 'the beginning of a name, or empty' })

const ReflectionSchemaFilter = message(
  'ReflectionSchemaFilter',
  'Prefixes of names; an empty one does not restrict. Relations and permissions are filtered ' +
    'within definitions, and a filter may name only one of the two. A filter for caveats may ' +
    'name nothing else.',
  {
    optionalDefinitionNameFilter: PREFIX,
    optionalCaveatNameFilter: PREFIX,
    optionalRelationNameFilter: PREFIX,
    optionalPermissionNameFilter: PREFIX,
  },
)

export const ReflectSchemaRequest = message(
  'ReflectSchemaRequest',
  'What to list: the definitions and caveats that one of the filters matches. All of their ' +
    'relations are listed unless a filter names relations, and all of their permissions unless ' +
    'a filter names permissions. Without filters, everything.',
  { consistency: Consistency, optionalFilters: list(required(ReflectionSchemaFilter)) },
)

export const ReflectSchemaResponse = message(
  'ReflectSchemaResponse',
  'Definitions and caveats in the order of names; relations and permissions in the order of ' +
    'the schema text.',
  {
    definitions: list(required(ReflectionDefinition)),
    caveats: list(required(ReflectionCaveat)),
    readAt: ZedToken,
  },
)

export const DiffSchemaRequest = message(
  'DiffSchemaRequest',
  'The schema to compare with.',
  { consistency: Consistency, comparisonSchema: text(SOUND_TEXT) },
  { example: { comparisonSchema: 'definition user {}' } },
)

export const DiffSchemaResponse = message(
  'DiffSchemaResponse',
  'What would change if the schema in force became the other one.',
  { diffs: list(required(ReflectionSchemaDiff)), readAt: ZedToken },
)

export const ComputablePermissionsRequest = message(
  'ComputablePermissionsRequest',
  'A relation or permission; or, without a relation name, the objects of a definition.',
  {
    consistency: Consistency,
    definitionName: NAME,
    relationName: NAME,
    optionalDefinitionNameFilter: PREFIX,
  },
  { example: { definitionName: 'user' } },
)

export const ComputablePermissionsResponse = message(
  'ComputablePermissionsResponse',
  'The relations and permissions that depend on it, directly or indirectly, by definition and ' +
    'name.',
  { permissions: list(required(ReflectionRelationReference)), readAt: ZedToken },
)

export const DependentRelationsRequest = message(
  'DependentRelationsRequest',
  'A permission.',
  { consistency: Consistency, definitionName: NAME, permissionName: NAME },
  { example: { definitionName: 'document', permissionName: 'view' } },
)

export const DependentRelationsResponse = message(
  'DependentRelationsResponse',
  'The relations and permissions that it depends on, directly or indirectly, by definition ' +
    'and name.',
  { relations: list(required(ReflectionRelationReference)), readAt: ZedToken },
)
