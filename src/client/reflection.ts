// Questions about the schema itself. Its parts are given as the service tells them.

import { unary } from './route.js'
import { type ConsistencyByToken, fromConsistency, type WireToken } from './wire.js'

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
  readonly definitions: readonly ReflectedDefinition[]
  readonly caveats: readonly ReflectedCaveat[]
  readonly token: string
}

interface Reflected {
  readonly name: string
  /** Line by line, as `// …`. */
  readonly comment: string
}

export interface ReflectedDefinition extends Reflected {
  readonly relations: readonly ReflectedRelation[]
  readonly permissions: readonly ReflectedPermission[]
}

export interface ReflectedPermission extends Reflected {
  readonly parentDefinitionName: string
}

export interface ReflectedRelation extends ReflectedPermission {
  readonly subjectTypes: readonly ReflectedType[]
}

/** One of: an object, the subject set of a relation, the wildcard. */
export interface ReflectedType {
  readonly subjectDefinitionName: string
  readonly optionalCaveatName: string
  readonly isTerminalSubject?: true
  readonly optionalRelationName?: string
  readonly isPublicWildcard?: true
}

export interface ReflectedCaveat extends Reflected {
  readonly parameters: readonly ReflectedParameter[]
  readonly expression: string
}

export interface ReflectedParameter {
  readonly name: string
  readonly type: string
  readonly parentCaveatName: string
}

export const reflectSchema = unary({
  path: '/v1/schema/reflectschema',
  toBody: ({ consistency, filters }: ReflectCall = {}) => ({
    consistency: fromConsistency(consistency),
    optionalFilters: filters?.map(filter => ({
      optionalDefinitionNameFilter: filter.definition,
      optionalCaveatNameFilter: filter.caveat,
      optionalRelationNameFilter: filter.relation,
      optionalPermissionNameFilter: filter.permission,
    })),
  }),
  toAnswer: ({ readAt, ...reflection }: WireRead & Omit<Reflection, 'token'>): Reflection => ({
    ...reflection,
    token: readAt.token,
  }),
})

export interface DiffCall {
  readonly consistency?: ConsistencyByToken
  /** The schema to compare with. */
  readonly text: string
}

/** One difference: exactly one of these. What is removed is shown as it was. */
export interface SchemaDiff {
  readonly definitionAdded?: ReflectedDefinition
  readonly definitionRemoved?: ReflectedDefinition
  readonly definitionDocCommentChanged?: ReflectedDefinition
  readonly relationAdded?: ReflectedRelation
  readonly relationRemoved?: ReflectedRelation
  readonly relationDocCommentChanged?: ReflectedRelation
  readonly relationSubjectTypeAdded?: ReflectedTypeChange
  readonly relationSubjectTypeRemoved?: ReflectedTypeChange
  readonly permissionAdded?: ReflectedPermission
  readonly permissionRemoved?: ReflectedPermission
  readonly permissionDocCommentChanged?: ReflectedPermission
  readonly permissionExprChanged?: ReflectedPermission
  readonly caveatAdded?: ReflectedCaveat
  readonly caveatRemoved?: ReflectedCaveat
  readonly caveatDocCommentChanged?: ReflectedCaveat
  readonly caveatExprChanged?: ReflectedCaveat
  readonly caveatParameterAdded?: ReflectedParameter
  readonly caveatParameterRemoved?: ReflectedParameter
  readonly caveatParameterTypeChanged?: {
    readonly parameter: ReflectedParameter
    readonly previousType: string
  }
}

export interface ReflectedTypeChange {
  readonly relation: ReflectedRelation
  readonly changedSubjectType: ReflectedType
}

export const diffSchema = unary({
  path: '/v1/schema/diffschema',
  toBody: ({ consistency, text }: DiffCall) => ({
    consistency: fromConsistency(consistency),
    comparisonSchema: text,
  }),
  toAnswer: ({ diffs, readAt }: WireRead & { diffs: readonly SchemaDiff[] }) => ({
    diffs,
    token: readAt.token,
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

export interface ReflectedMember {
  readonly definitionName: string
  readonly relationName: string
  readonly isPermission: boolean
}

export const computablePermissions = unary({
  path: '/v1/schema/permissions/computable',
  toBody: ({ consistency, definition, relation, prefix }: ComputableCall) => ({
    consistency: fromConsistency(consistency),
    definitionName: definition,
    relationName: relation,
    optionalDefinitionNameFilter: prefix,
  }),
  toAnswer: ({ permissions, readAt }: WireRead & { permissions: readonly ReflectedMember[] }) => ({
    permissions,
    token: readAt.token,
  }),
})

export interface DependentCall {
  readonly consistency?: ConsistencyByToken
  readonly definition: string
  readonly permission: string
}

export const dependentRelations = unary({
  path: '/v1/schema/permissions/dependent',
  toBody: ({ consistency, definition, permission }: DependentCall) => ({
    consistency: fromConsistency(consistency),
    definitionName: definition,
    permissionName: permission,
  }),
  toAnswer: ({ relations, readAt }: WireRead & { relations: readonly ReflectedMember[] }) => ({
    relations,
    token: readAt.token,
  }),
})

interface WireRead {
  readonly readAt: WireToken
}
