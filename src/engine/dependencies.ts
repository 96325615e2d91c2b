// The dependencies of a schema: the permissions that are computed from a relation, and the
// relations that a permission depends on.

import {
  dependenciesOf,
  dependentsOf,
  type Member,
  requireDefinition,
  requireMember,
} from '../language/index.js'
import { type AnswerAt, type Consistency, Refusal } from '../terms/index.js'
import type { Engine } from './engine.js'
import { viewFor } from './graph/view.js'
import type { Stop } from './stop.js'

interface ComputableRequest {
  readonly consistency: Consistency
  readonly definition: string
  /** A relation or permission; empty for plain objects of the definition. */
  readonly relation: string
  /** The prefix of the definitions whose permissions are returned. */
  readonly prefix: string
}

/**
 * Finds the permissions that are computed from a relation.
 * @throws Refusal `unknown-definition`, `unknown-relation`, or what makes a view unavailable
 */
export async function computablePermissions(
  engine: Engine,
  { consistency, definition, relation, prefix }: ComputableRequest,
  stop?: Stop,
): Promise<AnswerAt<readonly Member[]>> {
  const { schema, revision } = await viewFor(engine, consistency, stop)
  if (relation === '') requireDefinition(schema, definition)
  else requireMember(schema, definition, relation)
  const members = dependentsOf(schema, definition, relation)
  return { answer: members.filter(member => member.definition.startsWith(prefix)), revision }
}

interface DependentRequest {
  readonly consistency: Consistency
  readonly definition: string
  readonly permission: string
}

/**
 * Finds the relations that a permission depends on.
 * @throws Refusal `unknown-definition`, `unknown-relation`, what makes a view unavailable, and
 * `not-a-permission` for a relation
 */
export async function dependentRelations(
  engine: Engine,
  { consistency, definition, permission }: DependentRequest,
  stop?: Stop,
): Promise<AnswerAt<readonly Member[]>> {
  const { schema, revision } = await viewFor(engine, consistency, stop)
  const member = requireMember(schema, definition, permission)
  if (member.kind === 'relation') {
    throw new Refusal('not-a-permission', `\`${permission}\` is not a permission`, {
      relationName: permission,
    })
  }
  return { answer: dependenciesOf(schema, member), revision }
}
