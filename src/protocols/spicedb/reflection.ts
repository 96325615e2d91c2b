// The routes that answer questions about the schema itself: what it contains, how another schema
// differs from it, and which permissions depend on which relations. Each route also has the older,
// experimental path.

import {
  computablePermissions,
  dependentRelations,
  diffSchema,
  reflectSchema,
  token,
} from '../../engine/index.js'
import { type RouteScope, unary } from '../../http/index.js'
import {
  ComputablePermissionsRequest,
  ComputablePermissionsResponse,
  DependentRelationsRequest,
  DependentRelationsResponse,
  DiffSchemaRequest,
  DiffSchemaResponse,
  ReflectSchemaRequest,
  ReflectSchemaResponse,
} from '../../messages/index.js'
import { fromCaveat, fromChange, fromDefinition, fromMember } from './reflectionParts.js'

const TAG = 'schema'

export function reflectionRoutes(scope: RouteScope): void {
  reflectRoute(scope)
  diffRoute(scope)
  computableRoute(scope)
  dependentRoute(scope)
}

function reflectRoute(scope: RouteScope): void {
  unary(scope, {
    path: '/v1/schema/reflectschema',
    writes: false,
    deprecatedPath: '/v1/experimental/reflectschema',
    tag: TAG,
    summary: 'Reflect the schema',
    description: 'What the schema contains. Comments are given line by line, as `// …`.',
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

function diffRoute(scope: RouteScope): void {
  unary(scope, {
    path: '/v1/schema/diffschema',
    writes: false,
    deprecatedPath: '/v1/experimental/diffschema',
    tag: TAG,
    summary: 'Compare the schema with another one',
    description: 'What would change. Relationships are not read; a dry run of a write does that.',
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

function computableRoute(scope: RouteScope): void {
  unary(scope, {
    path: '/v1/schema/permissions/computable',
    writes: false,
    deprecatedPath: '/v1/experimental/permissions/computable',
    tag: TAG,
    summary: 'What is computed from a relation',
    description:
      'Relations and permissions whose answers can depend on a relation, or on objects of a ' +
      'definition.',
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

function dependentRoute(scope: RouteScope): void {
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
