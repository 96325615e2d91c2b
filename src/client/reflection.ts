// Questions about the schema itself. Its parts are given as the service tells them.

import type {
  ComputablePermissionsRequest,
  ComputablePermissionsResponse,
  DependentRelationsRequest,
  DependentRelationsResponse,
  DiffSchemaRequest,
  DiffSchemaResponse,
  ReflectionCaveat,
  ReflectionDefinition,
  ReflectionSchemaDiff,
  ReflectSchemaRequest,
  ReflectSchemaResponse,
  Sent,
  Wire,
} from '../messages/index.js'
import { unary } from './route.js'
import { type ConsistencyByToken, fromConsistency, tokenOf } from './wire.js'

/** Beginnings of names; relations and permissions are filtered within definitions. */
export interface ReflectionFilter {
  readonly definition?: string
  readonly caveat?: string
  readonly relation?: string
  readonly permission?: string
}

export interface ReflectCall {
  readonly consistency?: ConsistencyByToken
  /** Whatever one of them lets through; without any, everything. */
  readonly filters?: readonly ReflectionFilter[]
}

export interface Reflection {
  readonly definitions: readonly Wire<typeof ReflectionDefinition>[]
  readonly caveats: readonly Wire<typeof ReflectionCaveat>[]
  readonly token: string
}

export const reflectSchema = unary({
  path: '/v1/schema/reflectschema',
  toBody: ({ consistency, filters }: ReflectCall = {}): Sent<typeof ReflectSchemaRequest> => ({
    consistency: fromConsistency(consistency),
    optionalFilters: filters?.map(filter => ({
      optionalDefinitionNameFilter: filter.definition,
      optionalCaveatNameFilter: filter.caveat,
      optionalRelationNameFilter: filter.relation,
      optionalPermissionNameFilter: filter.permission,
    })),
  }),
  toAnswer: ({ readAt, ...reflection }: Wire<typeof ReflectSchemaResponse>): Reflection => ({
    ...reflection,
    token: tokenOf(readAt),
  }),
})

export interface DiffCall {
  readonly consistency?: ConsistencyByToken
  /** The schema to compare with. */
  readonly text: string
}

/** One difference: exactly one of its members. What is removed is shown as it was. */
export type SchemaDiff = Wire<typeof ReflectionSchemaDiff>

export const diffSchema = unary({
  path: '/v1/schema/diffschema',
  toBody: ({ consistency, text }: DiffCall): Sent<typeof DiffSchemaRequest> => ({
    consistency: fromConsistency(consistency),
    comparisonSchema: text,
  }),
  toAnswer: ({ diffs, readAt }: Wire<typeof DiffSchemaResponse>) => ({
    diffs,
    token: tokenOf(readAt),
  }),
})

export interface ComputableCall {
  readonly consistency?: ConsistencyByToken
  readonly definition: string
  /** Objects of the definition themselves, without one. */
  readonly relation?: string
  /** Only what is of definitions whose names begin so. */
  readonly prefix?: string
}

export const computablePermissions = unary({
  path: '/v1/schema/permissions/computable',
  toBody: ({
    consistency,
    definition,
    relation,
    prefix,
  }: ComputableCall): Sent<typeof ComputablePermissionsRequest> => ({
    consistency: fromConsistency(consistency),
    definitionName: definition,
    relationName: relation,
    optionalDefinitionNameFilter: prefix,
  }),
  toAnswer: ({ permissions, readAt }: Wire<typeof ComputablePermissionsResponse>) => ({
    permissions,
    token: tokenOf(readAt),
  }),
})

export interface DependentCall {
  readonly consistency?: ConsistencyByToken
  readonly definition: string
  readonly permission: string
}

export const dependentRelations = unary({
  path: '/v1/schema/permissions/dependent',
  toBody: ({
    consistency,
    definition,
    permission,
  }: DependentCall): Sent<typeof DependentRelationsRequest> => ({
    consistency: fromConsistency(consistency),
    definitionName: definition,
    permissionName: permission,
  }),
  toAnswer: ({ relations, readAt }: Wire<typeof DependentRelationsResponse>) => ({
    relations,
    token: tokenOf(readAt),
  }),
})
