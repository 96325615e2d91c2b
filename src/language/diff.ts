// The changes from one schema to another, piece by piece. The API answers them, and a schema write
// is refused if one of its changes would take the meaning from stored relationships.

import { admits } from './allowed.js'
import type { Caveat, CaveatParameter } from './caveat/index.js'
import { printExpression } from './printer.js'
import type { AllowedType, Definition, Member, Permission, Relation, Schema } from './schema.js'
import type { Work } from './steps.js'

/** One change. A removed piece is given as it was, an added or changed one as it is now. */
export type SchemaChange =
  /** A definition is added or removed as a whole, without changes for its members. */
  | {
      readonly kind: 'definition-added' | 'definition-removed' | 'definition-comment-changed'
      readonly definition: Definition
    }
  /** A relation is added or removed as a whole. One that becomes a permission is removed. */
  | {
      readonly kind: 'relation-added' | 'relation-removed' | 'relation-comment-changed'
      readonly relation: Relation
    }
  | {
      readonly kind: 'allowed-type-added' | 'allowed-type-removed'
      readonly relation: Relation
      readonly type: AllowedType
    }
  | {
      readonly kind:
        | 'permission-added'
        | 'permission-removed'
        | 'permission-comment-changed'
        | 'permission-expression-changed'
      readonly permission: Permission
    }
  | {
      readonly kind:
        | 'caveat-added'
        | 'caveat-removed'
        | 'caveat-comment-changed'
        | 'caveat-expression-changed'
      readonly caveat: Caveat
    }
  | {
      readonly kind: 'caveat-parameter-added' | 'caveat-parameter-removed'
      readonly caveat: Caveat
      readonly parameter: CaveatParameter
    }
  | {
      readonly kind: 'caveat-parameter-changed'
      readonly caveat: Caveat
      readonly parameter: CaveatParameter
      /** The parameter's former type. */
      readonly from: string
    }

type Changes = readonly SchemaChange[]

interface Schemas {
  readonly from: Schema
  readonly to: Schema
}

/**
 * The changes in a stable order: definitions before caveats, and within each, existing names in the
 * order of the old text before new ones in the order of the new text.
 * It can pause after each definition and each caveat.
 */
export function* diffInSteps(from: Schema, to: Schema): Work<Changes> {
  const changes: SchemaChange[] = []
  for (const definition of from.definitions) {
    const kept = to.definition(definition.name)
    if (kept === undefined) changes.push({ kind: 'definition-removed', definition })
    else
      for (const change of definitionChanges({ from, to }, definition, kept)) changes.push(change)
    yield null
  }
  for (const definition of to.definitions) {
    if (from.definition(definition.name) !== undefined) continue
    changes.push({ kind: 'definition-added', definition })
  }
  for (const caveat of from.caveats) {
    const kept = to.caveat(caveat.name)
    if (kept === undefined) changes.push({ kind: 'caveat-removed', caveat })
    else changes.push(...caveatChanges(caveat, kept))
    yield null
  }
  for (const caveat of to.caveats) {
    if (from.caveat(caveat.name) === undefined) changes.push({ kind: 'caveat-added', caveat })
  }
  return changes
}

function definitionChanges(schemas: Schemas, before: Definition, after: Definition): Changes {
  const comment: Changes =
    before.comment === after.comment
      ? []
      : [{ kind: 'definition-comment-changed', definition: after }]
  const members = before.members.flatMap(member => memberChanges(schemas, member))
  const added = after.members.filter(member => !hasSame(schemas.from, member)).map(toAdded)
  return [...comment, ...members, ...added]
}

/** Whether the schema has a member of the same name and kind. */
const hasSame = (schema: Schema, { definition, name, kind }: Member): boolean =>
  schema.member(definition, name)?.kind === kind

const toAdded = (member: Member): SchemaChange =>
  member.kind === 'relation'
    ? { kind: 'relation-added', relation: member }
    : { kind: 'permission-added', permission: member }

function memberChanges(schemas: Schemas, before: Member): Changes {
  const after = schemas.to.member(before.definition, before.name)
  if (before.kind === 'relation') {
    if (after?.kind !== 'relation') return [{ kind: 'relation-removed', relation: before }]
    return relationChanges(before, after)
  }
  if (after?.kind !== 'permission') return [{ kind: 'permission-removed', permission: before }]
  return permissionChanges(schemas, before, after)
}

function relationChanges(before: Relation, after: Relation): Changes {
  const comment: Changes =
    before.comment === after.comment ? [] : [{ kind: 'relation-comment-changed', relation: after }]
  const removed = before.types.filter(type => !admits(after, type))
  const added = after.types.filter(type => !admits(before, type))
  return [
    ...comment,
    ...removed.map(type => ({ kind: 'allowed-type-removed', relation: after, type }) as const),
    ...added.map(type => ({ kind: 'allowed-type-added', relation: after, type }) as const),
  ]
}

function permissionChanges({ from, to }: Schemas, before: Permission, after: Permission): Changes {
  const comment: Changes =
    before.comment === after.comment
      ? []
      : [{ kind: 'permission-comment-changed', permission: after }]
  const was = printExpression(before.expression, from.members)
  const is = printExpression(after.expression, to.members)
  return was === is
    ? comment
    : [...comment, { kind: 'permission-expression-changed', permission: after }]
}

function caveatChanges(before: Caveat, caveat: Caveat): Changes {
  const comment: Changes =
    before.comment === caveat.comment ? [] : [{ kind: 'caveat-comment-changed', caveat }]
  const expression: Changes =
    before.expression === caveat.expression ? [] : [{ kind: 'caveat-expression-changed', caveat }]
  return [...comment, ...parameterChanges(before, caveat), ...expression]
}

function parameterChanges(before: Caveat, caveat: Caveat): Changes {
  const find = ({ parameters }: Caveat, wanted: string) =>
    parameters.find(({ name }) => name === wanted)
  const changes = before.parameters.flatMap((parameter): Changes => {
    const kept = find(caveat, parameter.name)
    if (kept === undefined) return [{ kind: 'caveat-parameter-removed', caveat, parameter }]
    if (kept.type === parameter.type) return []
    return [{ kind: 'caveat-parameter-changed', caveat, parameter: kept, from: parameter.type }]
  })
  const added = caveat.parameters.filter(({ name }) => find(before, name) === undefined)
  return [
    ...changes,
    ...added.map(parameter => ({ kind: 'caveat-parameter-added', caveat, parameter }) as const),
  ]
}
