// Dependencies between relations and permissions. A member depends on every member that can change
// its answer, including the relations of arrows and what exclusions subtract. This is wider than
// reach (`reach.ts`), which covers only where access can come from.

import type { Expression, Member, MemberId, Schema } from './schema.js'

/**
 * All members that `member` depends on, at any distance, without `member` itself. Sorted by
 * definition and name.
 */
export function dependenciesOf(schema: Schema, member: Member): readonly Member[] {
  const found = closure([member.id], id => inputsOf(schema, schema.members[id]))
  return sorted(schema, found, member)
}

/**
 * All members that depend on the named member, at any distance, without that member itself. An
 * empty `relation` stands for objects of the definition. Sorted by definition and name.
 */
export function dependentsOf(
  schema: Schema,
  definition: string,
  relation: string,
): readonly Member[] {
  const direct = toDirectDependents(schema)
  const member = relation === '' ? undefined : schema.member(definition, relation)
  const first = member === undefined ? relationsAdmitting(schema, definition) : [member.id]
  return sorted(
    schema,
    closure(first, id => direct.get(id) ?? []),
    member,
  )
}

/** The given members and all that `next` leads to from them, at any distance. */
function closure(
  first: readonly MemberId[],
  next: (id: MemberId) => readonly MemberId[],
): ReadonlySet<MemberId> {
  const found = new Set(first)
  for (const id of found) for (const each of next(id)) found.add(each)
  return found
}

function sorted(
  schema: Schema,
  ids: ReadonlySet<MemberId>,
  without: Member | undefined,
): readonly Member[] {
  return [...ids]
    .map(id => schema.members[id])
    .filter(member => member !== without)
    .sort((a, b) => compare(a.definition, b.definition) || compare(a.name, b.name))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The relations that admit objects of the definition. */
const relationsAdmitting = ({ members }: Schema, definition: string): readonly MemberId[] =>
  members
    .filter(
      member =>
        member.kind === 'relation' &&
        member.types.some(({ type, relation }) => type === definition && relation === ''),
    )
    .map(({ id }) => id)

/** The members that depend directly on each member. */
function toDirectDependents(schema: Schema): ReadonlyMap<MemberId, readonly MemberId[]> {
  const dependents = new Map<MemberId, MemberId[]>()
  for (const member of schema.members) {
    for (const input of inputsOf(schema, member)) {
      const known = dependents.get(input)
      if (known === undefined) dependents.set(input, [member.id])
      else known.push(member.id)
    }
  }
  return dependents
}

/** The members that `member` depends on directly. */
function inputsOf(schema: Schema, member: Member): readonly MemberId[] {
  if (member.kind === 'permission') return inputsOfExpression(schema, member.expression)
  return member.types.flatMap(({ type, relation }) => idOf(schema, type, relation))
}

/** The members that an expression depends on directly. */
function inputsOfExpression(schema: Schema, expression: Expression): readonly MemberId[] {
  switch (expression.kind) {
    case 'nil':
    case 'self':
      return []
    case 'member':
      return [expression.member]
    case 'arrow': {
      const { relation, target } = expression
      const through = schema.members[relation]
      const types = through.kind === 'relation' ? through.types : []
      const targets = new Set(types.flatMap(({ type }) => idOf(schema, type, target)))
      return [relation, ...targets]
    }
    case 'exclusion':
      return [expression.base, expression.excluded].flatMap(each =>
        inputsOfExpression(schema, each),
      )
    default:
      return expression.operands.flatMap(each => inputsOfExpression(schema, each))
  }
}

function idOf(schema: Schema, definition: string, name: string): readonly MemberId[] {
  const member = schema.member(definition, name)
  return member === undefined ? [] : [member.id]
}
