// Which relations and permissions another one leans on, and which lean on it: whatever can change its
// answer, the relations of arrows and what exclusions take away included. So this is wider than reach
// (reach.ts), which asks where access can come from.

import type { Expression, Member, MemberId, Schema } from './schema.js'

/** All that the member leans on, at any distance; not itself. By definition and name. */
export function dependenciesOf(schema: Schema, member: Member): readonly Member[] {
  const found = spread([member.id], id => inputsOf(schema, schema.members[id]))
  return sorted(schema, found, member)
}

/**
 * All that leans on the member, or on objects of the definition where `relation` is empty, at any
 * distance; not the member itself. By definition and name.
 */
export function dependentsOf(
  schema: Schema,
  definition: string,
  relation: string,
): readonly Member[] {
  const users = toUsers(schema)
  const member = relation === '' ? undefined : schema.member(definition, relation)
  const first = member === undefined ? holdersOf(schema, definition) : [member.id]
  return sorted(
    schema,
    spread(first, id => users.get(id) ?? []),
    member,
  )
}

/** The first ones and all that `next` leads to from there. */
function spread(
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

const holdersOf = ({ members }: Schema, definition: string): readonly MemberId[] =>
  members
    .filter(
      member =>
        member.kind === 'relation' &&
        member.types.some(({ type, relation }) => type === definition && relation === ''),
    )
    .map(({ id }) => id)

function toUsers(schema: Schema): ReadonlyMap<MemberId, readonly MemberId[]> {
  const users = new Map<MemberId, MemberId[]>()
  for (const member of schema.members) {
    for (const input of inputsOf(schema, member)) {
      const known = users.get(input)
      if (known === undefined) users.set(input, [member.id])
      else known.push(member.id)
    }
  }
  return users
}

/** What the member leans on at first hand. */
function inputsOf(schema: Schema, member: Member): readonly MemberId[] {
  if (member.kind === 'permission') return mentioned(schema, member.expression)
  return member.types.flatMap(({ type, relation }) => idOf(schema, type, relation))
}

function mentioned(schema: Schema, expression: Expression): readonly MemberId[] {
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
      return [expression.base, expression.excluded].flatMap(each => mentioned(schema, each))
    default:
      return expression.operands.flatMap(each => mentioned(schema, each))
  }
}

function idOf(schema: Schema, definition: string, name: string): readonly MemberId[] {
  const member = schema.member(definition, name)
  return member === undefined ? [] : [member.id]
}
