// The operation that reads a sheet: who has access to a resource. It lists one row for each
// principal that has grants, with all of them. A group is one row, however many people are in it.

import type { Engine, Stop } from '../engine/index.js'
import { mapSettled } from '../engine/index.js'
import { orRefused } from '../evaluator/index.js'
import { isAdmitted, type Role, type SharedDeclaration } from '../language/index.js'
import type { SubjectReference } from '../terms/index.js'
import { kindOf, requireShared } from './declared.js'
import { grantsIn, type PlacedGrant, toGrantDetails } from './grantHistory.js'
import { membersOf } from './members.js'
import { originsOf } from './origins.js'
import { fromSubject, readPage, toPage, toSubject } from './page.js'
import { type Act, mayDo, requireRight } from './rights.js'
import type { SheetGrant, SheetPage, SheetRequest, SheetRow } from './types.js'

/**
 * @throws Refusal `sharing-undeclared`, `sharing-forbidden`; for a bad limit or cursor, or a
 *   revision that is not readable
 */
export async function readSheet(
  engine: Engine,
  request: SheetRequest,
  stop?: Stop,
): Promise<SheetPage<SheetRow>> {
  const { actor, context, resource, prefix } = request
  const query = { actor: { ...actor }, context, resource: { ...resource }, prefix }
  const list = { kind: 'hs', query, fields: 3 }
  return readPage(engine, request, { list, stop }, async (graph, opened) => {
    const declaration = requireShared(graph.view.schema, resource.type)
    const act = { graph, actor, resource }
    requireRight(act, declaration.sheet, 'see with whom it is shared')
    const origins = originsOf(graph, resource, declaration)
    const after = opened.after && toSubject(opened.after)
    const span = { prefix, after, limit: opened.limit + 1 }
    const principals = byPrincipal(await grantsIn(engine, graph, origins, span))
    const { rows, cursor } = toPage(principals, opened, grants => fromSubject(subjectOf(grants)))
    const reader: SheetReader = { engine, act, declaration, takeable: toTakeable(act, declaration) }
    const sheetRows = mapSettled(rows, grants => toRow(reader, grants)).flat()
    return { revision: graph.view.revision, rows: sheetRows, cursor }
  })
}

/** The grants of one principal, at least one. */
type Grants = readonly [PlacedGrant, ...PlacedGrant[]]

const subjectOf = ([{ grant }]: Grants): SubjectReference => grant.relationship.subject

function byPrincipal(grants: readonly PlacedGrant[]): readonly Grants[] {
  const groups: [PlacedGrant, ...PlacedGrant[]][] = []
  for (const placed of grants) {
    const last = groups.at(-1)
    if (last !== undefined && isSameSubject(subjectOf(last), placed)) last.push(placed)
    else groups.push([placed])
  }
  return groups
}

const isSameSubject = (
  { type, id, relation }: SubjectReference,
  { grant }: PlacedGrant,
): boolean => {
  const { subject } = grant.relationship
  return subject.id === id && subject.type === type && subject.relation === relation
}

interface SheetReader {
  readonly engine: Engine
  readonly act: Act
  readonly declaration: SharedDeclaration
  /** Whether the actor may take a direct role away, by the role's name. */
  readonly takeable: ReadonlyMap<string, Removability>
}

/** `not-last`: only from a set, because the role must keep a person and has one at most. */
type Removability = 'yes' | 'no' | 'not-last'

/** The principal's row; empty if the schema does not admit any of its grants any more. */
function toRow(reader: SheetReader, placed: Grants): readonly SheetRow[] {
  const { engine, act, declaration } = reader
  const { graph, resource } = act
  const admitted = placed.filter(({ grant }) => isAdmitted(graph.view.schema, grant.relationship))
  if (admitted.length === 0) return []
  const principal = subjectOf(placed)
  const kind = kindOf(graph.view.schema, principal)
  const isPerson = kind === 'person'
  const access = isPerson ? declaration.access : null
  return [
    {
      principal,
      kind,
      members: isPerson ? null : membersOf(engine, graph, principal),
      access: access === null ? null : orRefused(() => graph.check(resource, access, principal)),
      grants: admitted.map(each => toGrant(reader, each)),
    },
  ]
}

function toGrant({ takeable }: SheetReader, { grant, origin }: PlacedGrant): SheetGrant {
  const { relation, subject } = grant.relationship
  const taking = origin.how.kind === 'direct' ? takeable.get(relation) : 'no'
  const removable = taking === 'yes' || (taking === 'not-last' && subject.relation !== '')
  return { ...toGrantDetails(grant, origin.how), removable }
}

const toTakeable = (act: Act, { roles }: SharedDeclaration): ReadonlyMap<string, Removability> =>
  new Map(roles.map(role => [role.name, removabilityOf(act, role)]))

function removabilityOf(act: Act, { name, managedBy, neverEmpty }: Role): Removability {
  // A guard that cannot be evaluated makes the role not removable, rather than refusing the sheet.
  if (orRefused(() => mayDo(act, managedBy)) !== true) return 'no'
  return neverEmpty && !hasTwoPeople(act, name) ? 'not-last' : 'yes'
}

function hasTwoPeople({ graph, resource }: Act, relation: string): boolean {
  let people = 0
  for (const { subject } of graph.row(resource, relation)) {
    if (subject.relation === '') people++
    if (people === 2) return true
  }
  return false
}
