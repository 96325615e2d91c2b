// Questions about the schema itself: what is in it, how another one differs, what depends on what.
// Each has an older path, of the time when they were experiments.

import {
  computablePermissions,
  dependentRelations,
  diffSchema,
  reflectSchema,
  token,
} from '../../engine/index.js'
import { type Scope, unary } from '../../http/index.js'
import {
  Consistency,
  list,
  message,
  required,
  SOUND_TEXT,
  text,
  ZedToken,
} from '../../messages/index.js'
import {
  fromCaveat,
  fromChange,
  fromDefinition,
  fromMember,
  ReflectionCaveat,
  ReflectionDefinition,
  ReflectionRelationReference,
  ReflectionSchemaDiff,
} from './reflectionMessages.js'

const TAG = 'schema'
/** One that the schema lacks is told as such, whatever its form. */
const NAME = text(SOUND_TEXT)
const BEGINNING = text({ ...SOUND_TEXT, expected: 'the beginning of a name, or empty' })

const ReflectionSchemaFilter = message(
  'ReflectionSchemaFilter',
  'Beginnings of names. Relations and permissions are filtered within definitions, one of the two at a time; caveats by a filter of their own.',
  {
    optionalDefinitionNameFilter: BEGINNING,
    optionalCaveatNameFilter: BEGINNING,
    optionalRelationNameFilter: BEGINNING,
    optionalPermissionNameFilter: BEGINNING,
  },
)

const ReflectSchemaRequest = message(
  'ReflectSchemaRequest',
  'What to show: whatever one of the filters lets through; without any, everything.',
  { consistency: Consistency, optionalFilters: list(required(ReflectionSchemaFilter)) },
)

const ReflectSchemaResponse = message(
  'ReflectSchemaResponse',
  'Definitions and caveats by name, relations and permissions in the order of the text.',
  {
    definitions: list(required(ReflectionDefinition)),
    caveats: list(required(ReflectionCaveat)),
    readAt: ZedToken,
  },
)

const DiffSchemaRequest = message(
  'DiffSchemaRequest',
  'The schema to compare with.',
  { consistency: Consistency, comparisonSchema: text(SOUND_TEXT) },
  { example: { comparisonSchema: 'definition user {}' } },
)

const DiffSchemaResponse = message(
  'DiffSchemaResponse',
  'What would change if the schema in force became the other one.',
  { diffs: list(required(ReflectionSchemaDiff)), readAt: ZedToken },
)

const ComputablePermissionsRequest = message(
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

const ComputablePermissionsResponse = message(
  'ComputablePermissionsResponse',
  'Whatever depends on it, at any distance, by definition and name.',
  { permissions: list(required(ReflectionRelationReference)), readAt: ZedToken },
)

const DependentRelationsRequest = message(
  'DependentRelationsRequest',
  'A permission.',
  { consistency: Consistency, definitionName: NAME, permissionName: NAME },
  { example: { definitionName: 'document', permissionName: 'view' } },
)

const DependentRelationsResponse = message(
  'DependentRelationsResponse',
  'Whatever it depends on, at any distance, by definition and name.',
  { relations: list(required(ReflectionRelationReference)), readAt: ZedToken },
)

export function reflectionRoutes(scope: Scope): void {
  reflectRoute(scope)
  diffRoute(scope)
  computableRoute(scope)
  dependentRoute(scope)
}

function reflectRoute(scope: Scope): void {
  unary(scope, {
    path: '/v1/schema/reflectschema',
    writes: false,
    deprecatedPath: '/v1/experimental/reflectschema',
    tag: TAG,
    summary: 'Reflect the schema',
    description: 'What the schema consists of. Comments are told line by line, as `// …`.',
    request: ReflectSchemaRequest,
    response: ReflectSchemaResponse,
    async answer({ optionalFilters }, call) {
      const { engine, consistency } = call
      const filters = optionalFilters.map(filter => ({
        definition: filter.optionalDefinitionNameFilter,
        caveat: filter.optionalCaveatNameFilter,
        relation: filter.optionalRelationNameFilter,
        permission: filter.optionalPermissionNameFilter,
      }))
      const reflection = await reflectSchema(engine, { consistency, filters }, call)
      return {
        definitions: reflection.definitions.map(({ definition, members }) =>
          fromDefinition(definition, members),
        ),
        caveats: reflection.caveats.map(fromCaveat),
        readAt: { token: token(engine, reflection.revision) },
      }
    },
  })
}

function diffRoute(scope: Scope): void {
  unary(scope, {
    path: '/v1/schema/diffschema',
    writes: false,
    deprecatedPath: '/v1/experimental/diffschema',
    tag: TAG,
    summary: 'Compare the schema with another one',
    description: 'What would change. Relationships are not looked at: a dry run of a write does.',
    request: DiffSchemaRequest,
    response: DiffSchemaResponse,
    async answer({ comparisonSchema }, call) {
      const { engine, consistency } = call
      const request = { consistency, text: comparisonSchema }
      const { answer, revision } = await diffSchema(engine, request, call)
      return { diffs: answer.map(fromChange), readAt: { token: token(engine, revision) } }
    },
  })
}

function computableRoute(scope: Scope): void {
  unary(scope, {
    path: '/v1/schema/permissions/computable',
    writes: false,
    deprecatedPath: '/v1/experimental/permissions/computable',
    tag: TAG,
    summary: 'What is computed from a relation',
    description:
      'Relations and permissions whose answers can depend on a relation, or on objects of a definition.',
    request: ComputablePermissionsRequest,
    response: ComputablePermissionsResponse,
    async answer(body, call) {
      const { engine, consistency } = call
      const request = {
        consistency,
        definition: body.definitionName,
        relation: body.relationName,
        prefix: body.optionalDefinitionNameFilter,
      }
      const { answer, revision } = await computablePermissions(engine, request, call)
      return { permissions: answer.map(fromMember), readAt: { token: token(engine, revision) } }
    },
  })
}

function dependentRoute(scope: Scope): void {
  unary(scope, {
    path: '/v1/schema/permissions/dependent',
    writes: false,
    deprecatedPath: '/v1/experimental/permissions/dependent',
    tag: TAG,
    summary: 'What a permission depends on',
    description: 'Relations and permissions that the answers of a permission can depend on.',
    request: DependentRelationsRequest,
    response: DependentRelationsResponse,
    async answer({ definitionName: definition, permissionName: permission }, call) {
      const { engine, consistency } = call
      const request = { consistency, definition, permission }
      const { answer, revision } = await dependentRelations(engine, request, call)
      return { relations: answer.map(fromMember), readAt: { token: token(engine, revision) } }
    },
  })
}
