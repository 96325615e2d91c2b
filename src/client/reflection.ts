// Questions about the schema itself. Answers have the schema's parts in the service's own form.

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

/** Prefixes of names. A filter of relations or permissions applies within definitions. */
export interface ReflectionFilter {
  readonly definition?: string
  readonly caveat?: string
  readonly relation?: string
  readonly permission?: string
}

export interface ReflectCall {
  readonly consistency?: ConsistencyByToken
  /** Filters, of which a part has to match at least one. Without any, everything matches. */
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

/** One difference, which has exactly one of the members. A removed part is shown as it was. */
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
  /** A relation of the definition. Without one, the objects themselves are meant. */
  readonly relation?: string
  /** A prefix of definition names. Only permissions of those definitions are listed. */
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
