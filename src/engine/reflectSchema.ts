// What the schema consists of, as far as filters let it show.

import type { Caveat, Definition, Member } from '../language/index.js'
import { type Consistency, Refusal, type Revision } from '../terms/index.js'
import type { Engine } from './engine.js'
import { viewFor } from './graph/view.js'
import type { Stop } from './stop.js'

/** Beginnings of names; empty ones let everything through. */
interface ReflectionFilter {
  readonly definition: string
  readonly caveat: string
  readonly relation: string
  readonly permission: string
}

interface ReflectRequest {
  readonly consistency: Consistency
  /** What any of them lets through is shown; without one, everything. */
  readonly filters: readonly ReflectionFilter[]
}

interface Reflection {
  /** By name. */
  readonly definitions: readonly ReflectedDefinition[]
  readonly caveats: readonly Caveat[]
  readonly revision: Revision
}

interface ReflectedDefinition {
  readonly definition: Definition
  /** In the order of the text. */
  readonly members: readonly Member[]
}

/** @throws Refusal `invalid-filter`, or what makes a view unavailable */
export async function reflectSchema(
  engine: Engine,
  { consistency, filters }: ReflectRequest,
  stop?: Stop,
): Promise<Reflection> {
  for (const filter of filters) requireFilter(filter)
  const { schema, revision } = await viewFor(engine, consistency, stop)
  const shows = (test: (filter: ReflectionFilter) => boolean): boolean =>
    filters.length === 0 || filters.some(test)
  const definitions = schema.definitions
    .filter(({ name }) => shows(filter => takesDefinition(filter, name)))
    .map(definition => ({
      definition,
      members: definition.members.filter(member => shows(filter => takesMember(filter, member))),
    }))
  const caveats = schema.caveats.filter(({ name }) => shows(filter => takesCaveat(filter, name)))
  return {
    definitions: byName(definitions, each => each.definition),
    caveats: byName(caveats, each => each),
    revision,
  }
}

const takesDefinition = ({ definition, caveat }: ReflectionFilter, name: string): boolean =>
  caveat === '' && name.startsWith(definition)

const takesCaveat = ({ definition, caveat }: ReflectionFilter, name: string): boolean =>
  definition === '' && name.startsWith(caveat)

/** A filter for relations shows no permissions, and the other way round. */
function takesMember(filter: ReflectionFilter, { kind, definition, name }: Member): boolean {
  const { relation, permission } = filter
  if (!takesDefinition(filter, definition)) return false
  return kind === 'relation'
    ? permission === '' && name.startsWith(relation)
    : relation === '' && name.startsWith(permission)
}

function requireFilter({ definition, caveat, relation, permission }: ReflectionFilter): void {
  const fault =
    caveat !== '' && definition !== ''
      ? 'cannot filter by both definition and caveat name'
      : definition === '' && relation !== ''
        ? 'cannot filter by relation name without a definition name'
        : definition === '' && permission !== ''
          ? 'cannot filter by permission name without a definition name'
          : relation !== '' && permission !== ''
            ? 'cannot filter by both relation and permission name'
            : null
  if (fault !== null)
    throw new Refusal('invalid-filter', `invalid filter: ${fault}`, { filter: fault })
}

const byName = <T>(list: readonly T[], of: (each: T) => { readonly name: string }): readonly T[] =>
  list.toSorted((a, b) => (of(a).name < of(b).name ? -1 : 1))
