// The last step of compilation: a checked syntax tree becomes a `Schema`. Members are numbered,
// names in expressions become those numbers, and maps serve later lookups by name.

import { assert } from '../terms/index.js'
import { toAllowedType } from './allowed.js'
import type { Caveat } from './caveat/index.js'
import { toReach } from './reach.js'
import type {
  Definition,
  Expression,
  Member,
  MemberId,
  Permission,
  Relation,
  Schema,
} from './schema.js'
import type { DefinitionScope } from './scope.js'
import type { Work } from './steps.js'
import type { ExpressionNode, PermissionNode, RelationNode } from './syntax.js'

/** The parts of a schema that has no mistakes. */
interface CheckedSchema {
  readonly text: string
  readonly uses: readonly string[]
  readonly definitions: readonly DefinitionScope[]
  readonly caveats: readonly Caveat[]
}

/** A compiled schema without its sharing declarations, which are compiled afterwards. */
export type Core = Omit<Schema, 'sharing'>

/** Compiles the parts of a schema that has no mistakes. */
export function* compile({ text, uses, definitions: scopes, caveats }: CheckedSchema): Work<Core> {
  const members: Member[] = []
  const keepsAnnotations = uses.includes('typechecking')
  const definitions: Definition[] = []
  for (const scope of scopes) {
    const compiled = yield* compileMembers(scope, members.length, keepsAnnotations)
    for (const member of compiled) members.push(member)
    definitions.push({ name: scope.name, comment: scope.node.comment, members: compiled })
  }
  return yield* toSchema({ text, uses, definitions, members, caveats })
}

type CompiledFacts = Pick<Schema, 'text' | 'uses' | 'definitions' | 'members' | 'caveats'>

function* toSchema(facts: CompiledFacts): Work<Core> {
  const definitions = byName<Definition>(facts.definitions)
  const caveats = byName(facts.caveats)
  const members = new Map<string, ReadonlyMap<string, Member>>()
  for (const { name, members: all } of facts.definitions) {
    members.set(name, byName(all))
    yield null
  }
  const member: Schema['member'] = (definition, name) => members.get(definition)?.get(name)
  const reach = yield* toReach(facts.members, member)
  return {
    ...facts,
    definition: name => definitions.get(name),
    member,
    caveat: name => caveats.get(name),
    reach,
    reaches: (id, type, relation) => reach(type, relation)[id] === 1,
  }
}

const byName = <T extends { readonly name: string }>(named: readonly T[]): ReadonlyMap<string, T> =>
  new Map(named.map(each => [each.name, each]))

function* compileMembers(
  scope: DefinitionScope,
  firstId: number,
  keepsAnnotations: boolean,
): Work<readonly Member[]> {
  const ids = new Map([...scope.members.keys()].map((name, i) => [name, (firstId + i) as MemberId]))
  const idOf = (name: string): MemberId => {
    const id = ids.get(name)
    assert(id !== undefined, 'the checker has found every name')
    return id
  }
  const members: Member[] = []
  for (const node of scope.members.values()) {
    yield null
    const identity = { id: idOf(node.name.text), definition: scope.name }
    if (node.kind === 'relation') members.push(compileRelation(node, identity))
    else members.push(compilePermission(node, identity, { idOf, keepsAnnotations }))
  }
  return members
}

type MemberIdentity = Pick<Member, 'id' | 'definition'>

const compileRelation = (node: RelationNode, member: MemberIdentity): Relation => ({
  kind: 'relation',
  ...member,
  name: node.name.text,
  comment: node.comment,
  types: node.types.map(toAllowedType),
})

const compilePermission = (
  node: PermissionNode,
  member: MemberIdentity,
  context: { readonly idOf: (name: string) => MemberId; readonly keepsAnnotations: boolean },
): Permission => ({
  kind: 'permission',
  ...member,
  name: node.name.text,
  comment: node.comment,
  annotation: context.keepsAnnotations ? node.annotation.map(({ text }) => text) : [],
  expression: compileExpression(node.expression, context.idOf),
})

function compileExpression(node: ExpressionNode, idOf: (name: string) => MemberId): Expression {
  switch (node.kind) {
    case 'nil':
    case 'self':
      return { kind: node.kind }
    case 'name':
      return { kind: 'member', member: idOf(node.text) }
    case 'arrow': {
      const { relation, target, all } = node
      return { kind: 'arrow', relation: idOf(relation.text), target: target.text, all }
    }
    case 'exclusion': {
      const base = compileExpression(node.base, idOf)
      return { kind: 'exclusion', base, excluded: compileExpression(node.excluded, idOf) }
    }
    default:
      return {
        kind: node.kind,
        operands: node.operands.map(operand => compileExpression(operand, idOf)),
      }
  }
}
