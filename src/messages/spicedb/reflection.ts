// Messages of questions about the schema itself: what is in it, how another one differs, what depends on
// what.

import { list, text } from '../field.js'
import { message, required } from '../message.js'
import {
  ReflectionCaveat,
  ReflectionDefinition,
  ReflectionRelationReference,
  ReflectionSchemaDiff,
} from './reflectionParts.js'
import { Consistency, SOUND_TEXT, ZedToken } from './shared.js'

/** One that the schema lacks is told as such, whatever its form. */
const NAME = text(SOUND_TEXT)

const BEGINNING = text({ ...SOUND_TEXT, expected: 'the beginning of a name, or empty' })

const ReflectionSchemaFilter = message(
  'ReflectionSchemaFilter',
  'Beginnings of names; one that is empty says nothing of its kind. Relations and permissions are filtered within definitions, one of the two by a filter; caveats by a filter of their own.',
  {
    optionalDefinitionNameFilter: BEGINNING,
    optionalCaveatNameFilter: BEGINNING,
    optionalRelationNameFilter: BEGINNING,
    optionalPermissionNameFilter: BEGINNING,
  },
)

export const ReflectSchemaRequest = message(
  'ReflectSchemaRequest',
  'What to show: definitions and caveats that one of the filters names, all their relations unless a filter names relations, and so for permissions; without any filter, everything.',
  { consistency: Consistency, optionalFilters: list(required(ReflectionSchemaFilter)) },
)

export const ReflectSchemaResponse = message(
  'ReflectSchemaResponse',
  'Definitions and caveats by name, relations and permissions in the order of the text.',
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
  'A relation or permission, or objects of a definition themselves.',
  {
    consistency: Consistency,
    definitionName: NAME,
    relationName: NAME,
    optionalDefinitionNameFilter: BEGINNING,
  },
  { example: { definitionName: 'user' } },
)

export const ComputablePermissionsResponse = message(
  'ComputablePermissionsResponse',
  'Whatever depends on it, at any distance, by definition and name.',
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
  'Whatever it depends on, at any distance, by definition and name.',
  { relations: list(required(ReflectionRelationReference)), readAt: ZedToken },
)
