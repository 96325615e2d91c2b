// Preconditions on permissions: "only if user:ann may share campaign:42". They are checks as of the
// very revision that the write follows, so that of two writers who may act only as long as the
// other has not, one is refused. The writer runs them when it is the write's turn (guard.ts).

import { requireDefinition, requireMember, type Schema } from '../language/index.js'
import {
  type CheckAnswer,
  limits,
  type PermissionPrecondition,
  printObject,
  printSubject,
  Refusal,
} from '../terms/index.js'
import { answerItem, requireItem } from './check.js'
import type { Engine } from './engine.js'
import { settle } from './graph/pace.js'
import { turns } from './graph/turns.js'
import { guardBy } from './guard.js'
import type { WriteGuard } from './writer.js'

/**
 * Requires preconditions that can be checked.
 * @throws Refusal `too-many-preconditions`, or what makes a check unusable
 */
export function requirePermissionPreconditions(
  preconditions: readonly PermissionPrecondition[],
): void {
  const { permissionPreconditionsMax: maximum } = limits
  if (preconditions.length > maximum) {
    throw new Refusal(
      'too-many-preconditions',
      `permission precondition count of ${preconditions.length} is greater than maximum allowed ` +
        `of ${maximum}`,
      { precondition_count: `${preconditions.length}`, maximum_updates_allowed: `${maximum}` },
    )
  }
  for (const { item } of preconditions) requireItem(item)
}

/**
 * Requires names that the schema knows.
 * @throws Refusal `unknown-definition`, `unknown-relation`
 */
export function requirePermissionNames(
  schema: Schema,
  preconditions: readonly PermissionPrecondition[],
): void {
  for (const { item } of preconditions) {
    const { resource, permission, subject } = item
    requireMember(schema, resource.type, permission)
    if (subject.relation === '') requireDefinition(schema, subject.type)
    else requireMember(schema, subject.type, subject.relation)
  }
}

/**
 * Returns a guard that agrees to a write while all preconditions hold; null when there are none.
 */
export function toGuard(
  engine: Engine,
  preconditions: readonly PermissionPrecondition[],
): WriteGuard | null {
  if (preconditions.length === 0) return null
  return guardBy(engine, async view => {
    // Other writes wait for this one, so it takes turns separately from the store's questions.
    const turn = turns.begin(`${engine.store} write`)
    const asking = { now: engine.clock(), turn }
    for (const precondition of preconditions) {
      const answer = await settle(answerItem(view, precondition.item, asking), { turn })
      if (!isMet(precondition, answer)) throw toRefusal(precondition, answer)
    }
  })
}

const isMet = ({ kind }: PermissionPrecondition, answer: CheckAnswer): boolean =>
  answer.kind === (kind === 'must-have' ? 'yes' : 'no')

function toRefusal({ kind, item }: PermissionPrecondition, answer: CheckAnswer): Refusal {
  const { resource, permission, subject } = item
  const missing = answer.kind === 'conditional' ? answer.missing : []
  return new Refusal(
    'precondition-failed',
    `unable to satisfy write precondition: \`${printSubject(subject)}\` ${FOUND[answer.kind]} ` +
      `\`${permission}\` on \`${printObject(resource)}\``,
    {
      precondition_operation: kind,
      precondition_resource_type: resource.type,
      precondition_resource_id: resource.id,
      precondition_permission: permission,
      precondition_subject_type: subject.type,
      precondition_subject_id: subject.id,
      ...(subject.relation !== '' && { precondition_subject_relation: subject.relation }),
      ...(missing.length > 0 && { missing_required_context: missing.join(',') }),
    },
  )
}

const FOUND = {
  no: 'does not have',
  yes: 'has',
  conditional: 'may or may not have, as context is missing,',
} as const
