// Every text in every request: names, ids and cursors have the form that SpiceDB's API gives them,
// wherever they stand. A text of a request that is not in the table fails the test.

import t from 'tap'
import type { Field } from '../../src/messages/index.js'
import * as messages from '../../src/messages/index.js'

/** Wrong for all names. */
const NAMES = [
  'ab',
  'Abc',
  '1abc',
  '_abc',
  'abc_',
  'a-c',
  'a b',
  'abc\n',
  '*',
  'é12',
  '...',
  'a\0c',
]
const LONG = `${'abcdefg/'.repeat(15)}abcdefgh`
const IDS = [
  ...['a b', 'a#b', 'a[b', 'a]b', 'a\tb', 'a\0b', '\u00a0', 'a\u200bb', '\ud800', 'a\u2028'],
  'x'.repeat(1025),
  'é'.repeat(513),
]
const GOOD_IDS = ['1', 'a/b|c-d=e+f', 'ann@example.org', 'José', 'x'.repeat(1024), 'é'.repeat(512)]

interface Form {
  readonly wrong: readonly string[]
  readonly right: readonly string[]
}

const FORMS = {
  type: {
    wrong: [...NAMES, 'a'.repeat(65), '/abc', 'abc/', 'abc//def', 'abc/de', 'ab/cde', `${LONG}i`],
    right: ['abc', 'a_1', 'acme/document', 'a/b'.replaceAll(/\w/g, '$&bc'), 'a'.repeat(64), LONG],
  },
  relation: {
    wrong: [...NAMES, 'a'.repeat(65), 'abc/def', 'abc#def'],
    right: ['abc', 'a_1', 'a'.repeat(64)],
  },
  object: { wrong: ['*', ...IDS], right: GOOD_IDS },
  subject: { wrong: IDS, right: ['*', ...GOOD_IDS] },
  caveat: {
    wrong: ['a b', '-abc', 'a'.repeat(129), 'é'],
    right: ['a', 'A|b/c-d_e', 'a'.repeat(128)],
  },
  cursor: { wrong: ['x'.repeat(102_401)], right: ['x', 'x'.repeat(102_400)] },
  store: {
    wrong: ['A', 'a b', 'a/b', 'é', '*', 'a'.repeat(65)],
    right: ['a', '0-_z', 'a'.repeat(64)],
  },
  /**
   * A name that the schema lacks is told as such; a token before any rule; the rest has no form.
   */
  free: { wrong: [], right: [] },
} as const satisfies Record<string, Form>

type Texts = readonly (readonly [place: RegExp, form: keyof typeof FORMS, canBeEmpty: boolean])[]

/** The first that fits tells the form, and whether the field may be empty. */
const TEXTS: Texts = [
  [
    /(Computable|Dependent|Reflect|DiffSchema|WriteSchema|Counter|CountRelationships)\w*Request\.\w+(\[\])?(\.\w+NameFilter)?$/,
    'free',
    true,
  ],
  [/(consistency\.\w+|StartCursor|ExpectedAt)\.token$/, 'free', true],
  [/optionalCursor\.token$/, 'cursor', false],
  [/Store\w*Request\.id$/, 'store', false],
  [/Filters?(\[\])?\.resourceType$/, 'type', true],
  [/filter\.resourceType$|Deletions\[\]\.resourceType$/, 'type', true],
  [/\.optionalResourceId(Prefix)?$/, 'object', true],
  [/\.optionalSubjectId$/, 'subject', true],
  [/\.optionalPrefix$/, 'object', true],
  [/\.optionalRelation(\.relation)?$/, 'relation', true],
  [/\.caveatName$/, 'caveat', false],
  [/(principals?(\[\])?|subject)\.object\.objectId$/, 'subject', false],
  [/LookupSubjectsRequest\.resource\.objectId$/, 'subject', false],
  [/\.objectId$/, 'object', false],
  [/optionalSubjectRelation$/, 'relation', true],
  [/(optionalFormerRole|optionalRole|change\w*\[\]\.role)$/, 'relation', true],
  [/\.(relation|permission|role|relations\[\]|optionalPermissions\[\])$/, 'relation', false],
  [/optional\w*Types?$/, 'type', true],
  [/\.\w*[tT]ypes?(\[\])?$/, 'type', false],
]

function* textsOf(
  field: Field<unknown>,
  place: string,
): Generator<readonly [string, Field<unknown>]> {
  if (field.item !== undefined) yield* textsOf(field.item, `${place}[]`)
  else if (field.slots !== undefined) {
    for (const [name, slot] of field.slots) {
      if (name === slot.name) yield* textsOf(slot.field, `${place}.${name}`)
    }
  } else if (field.schema.type === 'string' && !('enum' in field.schema)) yield [place, field]
}

const isRequest = (value: unknown): value is messages.Message<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  'slots' in value &&
  'name' in value &&
  `${value.name}`.endsWith('Request')

const requests = Object.values<unknown>(messages).filter(isRequest)

t.test('every text of every request has its form', async t => {
  t.ok(requests.length > 30)
  for (const request of requests) {
    for (const [place, field] of textsOf(request, request.name)) {
      const known = TEXTS.find(([pattern]) => pattern.test(place))
      t.ok(known, `${place} is in the table`)
      if (known === undefined) continue
      const [, form, canBeEmpty] = known
      const { wrong, right } = FORMS[form]
      const taken = wrong.filter(value => field.faults(value).length === 0)
      t.strictSame(taken, [], `${place}, a ${form}, takes no wrong one`)
      const refused = right.filter(value => field.faults(value).length > 0)
      t.strictSame(refused, [], `${place}, a ${form}, takes right ones`)
      t.equal(field.faults('').length === 0, canBeEmpty, `${place}, empty`)
    }
  }
})
