// Questions about a drive: half of them of anybody about any document, which mostly end in a no
// after the whole walk; a quarter with the yes close by, at the owner; a quarter with the yes behind
// a group that the document, or a folder above it, is shared with.

import type { CheckItem, Relationship } from '../src/terms/index.js'
import { driveSizes, picker } from './worlds.js'

export interface QuestionOptions {
  readonly count: number
  readonly seed: number
}

export function makeQuestions(
  relationships: readonly Relationship[],
  { count, seed }: QuestionOptions,
): readonly CheckItem[] {
  const pick = picker(seed)
  const { users, documents } = driveSizes(relationships.length)
  const owners = relationships.filter(({ relation }) => relation === 'owner')
  const shares = sharesWithMembers(relationships)
  return Array.from({ length: count }, (_, number) => {
    if (number % 4 === 0) {
      const { resource, subject } = owners[pick(owners.length)]
      return view(resource.id, subject.id)
    }
    if (number % 4 === 1) {
      const { document, member } = shares[pick(shares.length)]
      return view(document, member)
    }
    return view(`${pick(documents)}`, `${pick(users)}`)
  })
}

/** Documents that are shared with a group, each with one of its members. */
function sharesWithMembers(relationships: readonly Relationship[]) {
  const memberOf = new Map<string, string>()
  for (const { resource, subject } of relationships) {
    if (resource.type === 'group' && subject.relation === '') memberOf.set(resource.id, subject.id)
  }
  return relationships.flatMap(({ resource, subject }) => {
    const member = memberOf.get(subject.id)
    const isShare = resource.type === 'document' && subject.type === 'group'
    return isShare && member !== undefined ? [{ document: resource.id, member }] : []
  })
}

const view = (document: string, user: string): CheckItem => ({
  resource: { type: 'document', id: document },
  permission: 'view',
  subject: { type: 'user', id: user, relation: '' },
  context: {},
})
