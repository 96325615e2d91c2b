// The list of permissions: what may this subject do to that resource? Covers all permissions of the
// resource's definition, or the requested ones, at one revision.

import { listPermissionsInSlices as evaluate } from '../evaluator/index.js'
import { type Member, requireDefinition, requireMember, type Schema } from '../language/index.js'
import {
  type AnswerAt,
  type CheckAnswer,
  type CheckItem,
  type Consistency,
  type Contextual,
  limits,
  Refusal,
} from '../terms/index.js'
import { requireItem, toCheckAnswer } from './check.js'
import { withContextual } from './contextual.js'
import type { Engine } from './engine.js'
import { finished } from './graph/pace.js'
import { settled } from './graph/settle.js'
import { turns } from './graph/turns.js'
import { viewFor } from './graph/view.js'
import type { Stop } from './stop.js'

interface ListPermissionsRequest extends Omit<CheckItem, 'permission'>, Contextual {
  readonly consistency: Consistency
  /** The names of permissions or relations; empty for all permissions, without the relations. */
  readonly permissions: readonly string[]
}

export interface ListedPermission {
  readonly permission: string
  /** The answer, or a refusal, which does not fail the other permissions. */
  readonly answer: CheckAnswer | Refusal
}

/**
 * Lists each permission once, including those that the subject lacks, in the order of the schema.
 * @throws Refusal as `check` does for what concerns all permissions
 */
export async function listPermissions(
  engine: Engine,
  request: ListPermissionsRequest,
  stop?: Stop,
): Promise<AnswerAt<readonly ListedPermission[]>> {
  const { resource, subject, context, contextual = [] } = request
  requireItem(request)
  const view = withContextual(await viewFor(engine, request.consistency, stop), contextual)
  const { snapshot, schema, revision } = view
  const permissions = toPermissions(schema, resource.type, request.permissions)
  const now = engine.clock()
  const { depthMax, workMax } = limits
  const turn = turns.begin(engine.store)
  const question = { resource, subject, permissions, context, now, depthMax, workMax, turn }
  const answer = await settled(view, async () => {
    const outcomes = await finished(evaluate(snapshot, schema, question), { turn, stop })
    return outcomes.map((outcome, index) => ({
      permission: permissions[index],
      answer: outcome instanceof Refusal ? outcome : toCheckAnswer(outcome),
    }))
  })
  return { answer, revision }
}

function toPermissions(schema: Schema, type: string, names: readonly string[]): readonly string[] {
  const { members } = requireDefinition(schema, type)
  const wanted = new Set(names.map(name => requireMember(schema, type, name)))
  const isListed = names.length === 0 ? isPermission : (member: Member) => wanted.has(member)
  return members.filter(isListed).map(({ name }) => name)
}

const isPermission = ({ kind }: Member): boolean => kind === 'permission'
