// What the schema consists of, as far as filters let it show.

import type { Caveat, Definition, Member } from '../language/index.js'
import { type Consistency, Refusal, type Revision } from '../terms/index.js'
import type { Engine } from './engine.js'
import { viewFor } from './graph/view.js'
import type { Stop } from './stop.js'

/** Beginnings of names. One that is empty says nothing of names of its kind. */
export interface ReflectionFilter {
  readonly definition: string
  readonly caveat: string
  readonly relation: string
  readonly permission: string
}

export interface ReflectRequest {
  readonly consistency: Consistency
  /** What one of them names is shown; without any, everything. */
  readonly filters: readonly ReflectionFilter[]
}

export interface Reflection {
  /** By name. */
  readonly definitions: readonly ReflectedDefinition[]
  readonly caveats: readonly Caveat[]
  readonly revision: Revision
}

export interface ReflectedDefinition {
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
  const definitions = schema.definitions
    .filter(({ name }) => shows(filters, 'definition', name))
    .map(definition => ({
      definition,
      members: definition.members.filter(member => showsMember(filters, member)),
    }))
  const caveats = schema.caveats.filter(({ name }) => shows(filters, 'caveat', name))
  return {
    definitions: byName(definitions, each => each.definition),
    caveats: byName(caveats, each => each),
    revision,
  }
}

const takes = (beginning: string, name: string): boolean =>
  beginning !== '' && name.startsWith(beginning)

/** Definitions and caveats: where there are filters, one of them has to name it. */
const shows = (
  filters: readonly ReflectionFilter[],
  kind: 'definition' | 'caveat',
  name: string,
): boolean => filters.length === 0 || filters.some(filter => takes(filter[kind], name))

/** Members of a definition that is shown: all of their kind, unless a filter speaks of that kind. */
function showsMember(
  filters: readonly ReflectionFilter[],
  { kind, definition, name }: Member,
): boolean {
  const speaking = filters.filter(filter => filter[kind] !== '')
  return (
    speaking.length === 0 ||
    speaking.some(filter => takes(filter[kind], name) && takes(filter.definition, definition))
  )
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
