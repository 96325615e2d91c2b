// The reflection of a schema: its definitions, members and caveats, as far as filters select them.

import type { Caveat, Definition, Member } from '../language/index.js'
import { type Consistency, Refusal, type Revision } from '../terms/index.js'
import type { Engine } from './engine.js'
import { viewFor } from './graph/view.js'
import type { Stop } from './stop.js'

/** A filter of name prefixes. An empty prefix does not select by names of its kind. */
interface ReflectionFilter {
  readonly definition: string
  readonly caveat: string
  readonly relation: string
  readonly permission: string
}

interface ReflectRequest {
  readonly consistency: Consistency
  /** The filters, of which one must match; without any, everything is returned. */
  readonly filters: readonly ReflectionFilter[]
}

interface Reflection {
  /** The definitions, sorted by name. */
  readonly definitions: readonly ReflectedDefinition[]
  readonly caveats: readonly Caveat[]
  readonly revision: Revision
}

interface ReflectedDefinition {
  readonly definition: Definition
  /** The members in the order of the text. */
  readonly members: readonly Member[]
}

/** Reflects the schema. @throws Refusal `invalid-filter`, or what makes a view unavailable */
export async function reflectSchema(
  engine: Engine,
  { consistency, filters }: ReflectRequest,
  stop?: Stop,
): Promise<Reflection> {
  for (const filter of filters) requireFilter(filter)
  const { schema, revision } = await viewFor(engine, consistency, stop)
  const definitions = schema.definitions
    .filter(({ name }) => isShown(filters, 'definition', name))
    .map(definition => ({
      definition,
      members: definition.members.filter(member => isMemberShown(filters, member)),
    }))
  const caveats = schema.caveats.filter(({ name }) => isShown(filters, 'caveat', name))
  return {
    definitions: byName(definitions, each => each.definition),
    caveats: byName(caveats, each => each),
    revision,
  }
}

const matches = (prefix: string, name: string): boolean => prefix !== '' && name.startsWith(prefix)

/**
 * Whether a definition or caveat is returned: if there are filters, one of them has to match it.
 */
const isShown = (
  filters: readonly ReflectionFilter[],
  kind: 'definition' | 'caveat',
  name: string,
): boolean => filters.length === 0 || filters.some(filter => matches(filter[kind], name))

/**
 * Whether a member of a returned definition is returned: always, unless a filter selects by its
 * kind.
 */
function isMemberShown(
  filters: readonly ReflectionFilter[],
  { kind, definition, name }: Member,
): boolean {
  const selecting = filters.filter(filter => filter[kind] !== '')
  return (
    selecting.length === 0 ||
    selecting.some(filter => matches(filter[kind], name) && matches(filter.definition, definition))
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
