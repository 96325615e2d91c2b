// Random schemas, worlds and questions. There are two definitions with the same four members, and
// two objects of each. That is so small that everything is connected: in cycles, through
// exclusions, and over types that the schema does not admit. A case is made of plain choices, so
// that it shrinks well, and is printed in the notation of the tests. Calm cases are for peers that
// have trouble with the others: they have more objects, no cycles, uniform traits, and no caveats
// that fail.

import fc from 'fast-check'
import { compileSchema, type Schema } from '../../src/language/index.js'
import {
  type CheckItem,
  type JsonObject,
  type ObjectReference,
  parseRelationship,
  printRelationship,
  type Relationship,
} from '../../src/terms/index.js'
import { toItem } from '../world.js'

export const NOW = Date.parse('2026-06-01T00:00:00Z')

const TYPES = ['user', 'team'] as const
const RELATIONS = ['one', 'two'] as const
const MEMBERS = ['one', 'two', 'alpha', 'beta'] as const
const IDS = ['a', 'b'] as const
const CALM_IDS = ['a', 'b', 'c'] as const
const PARAMETERS = ['p', 'q', 'r'] as const
const TIMES = ['2020-01-01T00:00:00Z', '2030-01-01T00:00:00Z'] as const

const CAVEATS = `
  caveat low(p int) { p < 2 }
  caveat both(p int, q int) { p < 2 && q < 2 }
  caveat either(q int, r int) { q < 2 || r < 2 }
  caveat quotient(r int) { 4 / r < 3 }`
/** A caveat that fails for 0. */
const FAILING = 'quotient'
const CAVEAT_NAMES = ['low', 'both', 'either', FAILING] as const

/** A subject type as the schema spells it: `user`, `user:*`, `team#one with low and expiration`. */
interface SubjectType {
  readonly type: string
  readonly suffix: string
  readonly caveat: string | null
  readonly expiration: boolean
}

interface Row {
  readonly type: (typeof TYPES)[number]
  readonly id: string
  readonly relation: string
  /** The index of the relation's type for its subject. A stray one has `subjectType` instead. */
  readonly choice: number
  readonly stray: boolean
  readonly subjectType: SubjectType
  readonly subjectId: string
  readonly context: JsonObject
  readonly expiresAt: string
}

interface Choices {
  readonly definitions: readonly {
    readonly one: readonly SubjectType[]
    readonly two: readonly SubjectType[]
    readonly alpha: string
    readonly beta: string
  }[]
  readonly rows: readonly Row[]
  readonly items: readonly { readonly text: string; readonly context: JsonObject }[]
}

export interface Case {
  readonly schema: Schema
  readonly relationships: readonly Relationship[]
  readonly items: readonly CheckItem[]
}

const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)

const subjectType = (...suffixes: readonly string[]): fc.Arbitrary<SubjectType> =>
  fc.record({
    type: oneOf(...TYPES),
    suffix: oneOf('', '', ...suffixes),
    caveat: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, oneOf(...CAVEAT_NAMES)),
    expiration: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
  })

const subjectTypes = (...suffixes: readonly string[]): fc.Arbitrary<SubjectType[]> =>
  fc.uniqueArray(subjectType(...suffixes), {
    minLength: 2,
    maxLength: 5,
    selector: printSubjectType,
  })

/**
 * Expressions over these members of the same object, and over any of the objects that `two` names.
 */
const expressionOver = (...members: readonly string[]): fc.Arbitrary<string> =>
  fc.letrec<{ expression: string; operation: string }>(tie => ({
    expression: fc.oneof(
      { maxDepth: 3 },
      { weight: 3, arbitrary: oneOf(...members) },
      { weight: 2, arbitrary: oneOf(...MEMBERS).map(target => `two->${target}`) },
      { weight: 1, arbitrary: oneOf(...MEMBERS).map(target => `two.all(${target})`) },
      { weight: 1, arbitrary: oneOf('self', 'nil') },
      { weight: 4, arbitrary: tie('operation') },
    ),
    operation: fc
      .tuple(tie('expression'), oneOf('+', '+', '&', '-'), tie('expression'))
      .map(([left, sign, right]) => `(${left} ${sign} ${right})`),
  })).expression

/** The context: at most one parameter, below 2 or not, so that many caveats stay undecided. */
const context: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(oneOf(...PARAMETERS), oneOf(1, 2, 0)), { maxLength: 1 })
  .map(entries => Object.fromEntries(entries))

const rowOver = (...ids: readonly string[]): fc.Arbitrary<Row> =>
  fc.record({
    type: oneOf(...TYPES),
    id: oneOf(...ids),
    relation: oneOf(...RELATIONS),
    choice: fc.nat(3),
    stray: fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, fc.constant(true)),
    subjectType: subjectType(':*', '#one', '#two', '#alpha'),
    subjectId: oneOf(...ids),
    context,
    expiresAt: oneOf(...TIMES),
  })

const item = fc.record({
  text: fc
    .tuple(
      oneOf(...TYPES),
      oneOf(...IDS, ...IDS, ...IDS, 'x'),
      oneOf(...MEMBERS),
      oneOf(...TYPES),
      oneOf(...IDS, ...IDS, ...IDS, 'x'),
      oneOf('', '', '', '', '', '', ...MEMBERS.map(name => `#${name}`)),
    )
    .map(
      ([type, id, name, subject, subjectId, set]) =>
        `${type}:${id}#${name}@${subject}:${subjectId}${set}`,
    ),
  context,
})

interface Manner {
  readonly ids: readonly string[]
  /** The members of their own object that `alpha` and `beta` may name. */
  readonly alpha: readonly string[]
  readonly beta: readonly string[]
  /** The changes to the types of relations, and to the relationships of the world. */
  typed(types: readonly SubjectType[]): readonly SubjectType[]
  takes(relationship: Relationship): boolean
}

const choicesIn = ({ ids, alpha, beta, typed }: Manner): fc.Arbitrary<Choices> =>
  fc.record({
    definitions: fc.array(
      fc.record({
        one: subjectTypes(':*', '#one', '#two', '#alpha', '#beta').map(typed),
        two: subjectTypes('#two', '#alpha').map(typed),
        alpha: expressionOver(...alpha),
        beta: expressionOver(...beta),
      }),
      { minLength: TYPES.length, maxLength: TYPES.length },
    ),
    rows: fc.array(rowOver(...ids), { maxLength: 30, size: 'max' }),
    items: fc.array(item, { minLength: 1, maxLength: 8 }),
  })

/** Cases whose schema compiles, which are about two thirds of the generated ones. */
const casesIn = (manner: Manner): fc.Arbitrary<Case> =>
  choicesIn(manner)
    .filter(tried => compileSchema(printSchema(tried)).ok)
    .map(toCase)
    .map(world => ({ ...world, relationships: world.relationships.filter(manner.takes) }))

export const cases: fc.Arbitrary<Case> = casesIn({
  ids: IDS,
  alpha: MEMBERS,
  beta: MEMBERS,
  typed: types => types,
  takes: () => true,
})

/** Relationships lead from an object to a later one only, which excludes cycles. */
export const calmCases: fc.Arbitrary<Case> = casesIn({
  ids: CALM_IDS,
  alpha: ['one', 'two', 'beta'],
  beta: ['one', 'two'],
  typed: types => toEven(types.map(toCalm)),
  takes: ({ resource, relation, subject, caveat }) =>
    caveat?.name !== FAILING &&
    ((relation === 'one' && subject.relation === '') || placeOf(resource) < placeOf(subject)),
})

const toCalm = (type: SubjectType): SubjectType =>
  type.caveat === FAILING ? { ...type, caveat: CAVEAT_NAMES[0] } : type

/** Within a relation, the types of one definition have the same traits. */
function toEven(types: readonly SubjectType[]): readonly SubjectType[] {
  const even = types.map(type => ({
    ...types.find(first => first.type === type.type)!,
    suffix: type.suffix,
  }))
  return [...new Map(even.map(type => [printSubjectType(type), type])).values()]
}

/** Subject types alternate between users and teams. */
const placeOf = ({ type, id }: ObjectReference): string => `${id}${type}`

function toCase(tried: Choices): Case {
  const compiled = compileSchema(printSchema(tried))
  if (!compiled.ok) throw new Error('the filter has let through what does not compile')
  const texts = new Map(tried.rows.map(each => toRow(tried, each)))
  return {
    schema: compiled.schema,
    relationships: [...texts.values()].map(parseRelationship),
    items: tried.items.map(each => toItem(each.text, each.context)),
  }
}

export const printCase = ({ schema, relationships, items }: Case): string =>
  [
    schema.text,
    ...relationships.map(printRelationship),
    ...items.map(each => JSON.stringify(each)),
  ].join('\n')

function printSchema({ definitions }: Choices): string {
  const bodies = definitions.map(
    ({ one, two, alpha, beta }, position) => `
  definition ${TYPES[position]} {
    relation one: ${one.map(printSubjectType).join(' | ')}
    relation two: ${two.map(printSubjectType).join(' | ')}
    permission alpha = ${alpha}
    permission beta = ${beta}
  }`,
  )
  return `use expiration\nuse self\n${CAVEATS}${bodies.join('')}`
}

function printSubjectType({ type, suffix, caveat, expiration }: SubjectType): string {
  const traits = [caveat, expiration ? 'expiration' : null].filter(trait => trait !== null)
  return `${type}${suffix}${traits.length === 0 ? '' : ` with ${traits.join(' and ')}`}`
}

/** The relationship's identity, of which the world has at most one, and its text. */
function toRow({ definitions }: Choices, row: Row): [identity: string, text: string] {
  const definition = definitions[TYPES.indexOf(row.type)]
  const types = row.relation === 'one' ? definition.one : definition.two
  const followed = row.stray ? row.subjectType : types[row.choice % types.length]
  const subject =
    followed.suffix === ':*'
      ? `${followed.type}:*`
      : `${followed.type}:${row.subjectId}${followed.suffix}`
  const identity = `${row.type}:${row.id}#${row.relation}@${subject}`
  const caveat =
    followed.caveat === null ? '' : `[${followed.caveat}:${JSON.stringify(row.context)}]`
  const expiration = followed.expiration ? `[expiration:${row.expiresAt}]` : ''
  return [identity, `${identity}${caveat}${expiration}`]
}

/** Whether a caveat may not be evaluated in it. */
export function hasFailing({ items, relationships }: Case): boolean {
  const contexts = [...items, ...relationships.map(({ caveat }) => caveat)]
  return contexts.some(each => each?.context.r === 0)
}
