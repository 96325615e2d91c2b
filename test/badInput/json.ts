// Bodies that are no JSON as protobuf reads it: whichever route reads them, and wherever it is that
// they are wrong, be it in a field that the route ignores.

import {
  BULK,
  CHECK,
  DELETE,
  type Json,
  object,
  QUESTION,
  READ,
  RESOURCES,
  STORED,
  SUBJECTS,
  touch,
  WRITE,
  WRITE_SCHEMA,
} from '../wire.js'
import { INVALID, type Row } from './row.js'

const IMPORT = '/v1/relationships/importbulk'

const PATHS = [
  CHECK,
  BULK,
  RESOURCES,
  SUBJECTS,
  READ,
  WRITE,
  DELETE,
  WRITE_SCHEMA,
  IMPORT,
  '/v1/permissions/expand',
  '/v1/permissions/list',
  '/v1/relationships/exportbulk',
  '/v1/schema/read',
  '/v1/schema/reflectschema',
  '/v1/experimental/registerrelationshipcounter',
  '/v1/sharing/change',
  '/v1/stores/create',
  '/v1/watch',
]

/** What stands for the field that the routes ignore, in Latin-1: a byte for each character. */
const WRONG: Readonly<Record<string, readonly [ignored: string, message: RegExp]>> = {
  'a byte of Latin-1': ['"Jos\xe9"', /expected UTF-8, found byte 0xe9 at `ignored`/],
  'an overlong form': ['"\xc0\xaf"', /expected UTF-8, found byte 0xc0/],
  'a surrogate in UTF-8': ['["\xed\xa0\x80"]', /expected UTF-8, found byte 0xed at `ignored\[0\]`/],
  'a lone surrogate': ['"\\ud800"', /`ignored`: expected a text without lone surrogates/],
  'a lone surrogate in a key': ['{"\\uDFFF": 1}', /expected a key without lone surrogates/],
  'a key that stands twice': ['{"k": 1, "\\u006b": 1}', /`ignored.k`: expected each key once/],
  'a number beyond a double': ['[0, -1e400]', /`ignored\[1\]`: expected a number/],
  'a number that is none': ['NaN', /malformed JSON/],
  'something behind it': ['1}', /malformed JSON/],
}

const inField = ([path, [ignored]]: readonly [string, readonly [string, RegExp]]): Buffer =>
  Buffer.from(`${path === IMPORT ? '{"relationships":[]}' : ''}{"ignored": ${ignored}}`, 'latin1')

const everywhere: readonly Row[] = PATHS.flatMap(path =>
  Object.entries(WRONG).map(([claim, wrong]) => ({
    claim: `${path}: ${claim}`,
    path,
    body: inField([path, wrong]),
    ...INVALID,
    message: path === IMPORT && wrong[0] === '1}' ? /expected `\{`/ : wrong[1],
  })),
)

/** A body whose text is changed in one place. */
const changed = (body: Json, from: string, to: string): Buffer => {
  const text = JSON.stringify(body)
  if (!text.includes(from)) throw new Error(`there is no ${from} in ${text}`)
  return Buffer.from(
    text.replace(from, () => to),
    'latin1',
  )
}

const ASKED = { ...QUESTION, context: { day: 'monday' }, consistency: { fullyConsistent: true } }
const WRITTEN = { updates: [touch({ ...STORED, resource: object('document', 'new') })] }
const EXPIRING = { updates: [touch({ ...STORED, optionalExpiresAt: '2030-01-01T00:00:00Z' })] }
const NOTED = { ...WRITTEN, optionalTransactionMetadata: { note: 'x' } }

type Change = readonly [claim: string, path: string, body: Json, from: string, to: string]

const CHANGES: readonly Change[] = [
  ['a subject in Latin-1', CHECK, ASKED, '"ann"', '"Jos\xe9"'],
  ['a field twice', CHECK, ASKED, '"permission":', '"permission":"x","permission":'],
  ['a field in both spellings', CHECK, ASKED, '"objectId":', '"object_id":"2","objectId":'],
  ['null and a value', CHECK, ASKED, '"permission":', '"permission":null,"permission":'],
  [
    'a field twice in a message within',
    CHECK,
    ASKED,
    '"objectId":"ann"',
    '"objectId":"ann","objectId":"ann"',
  ],
  [
    'a oneof twice',
    CHECK,
    ASKED,
    '"fullyConsistent":true',
    '"fullyConsistent":true,"minimizeLatency":false',
  ],
  ['a key of a context twice', CHECK, ASKED, '"day":', '"day":"tuesday","day":'],
  ['a lone surrogate in a context', CHECK, ASKED, '"monday"', '["\\udc00"]'],
  ['a lone surrogate in a key of a context', CHECK, ASKED, '"day":', '"\\ud800":1,"day":'],
  ['a number beyond a double in a context', CHECK, ASKED, '"monday"', '{"x":[1e999]}'],
  ['NaN in a context', CHECK, ASKED, '"monday"', 'NaN'],
  ['a list with null', BULK, { items: [QUESTION] }, '[', '[null,'],
  [
    'a limit beyond a double',
    READ,
    { relationshipFilter: { resourceType: 'document' }, optionalLimit: 1 },
    ':1}',
    ':1e999}',
  ],
  [
    'a limit with a fraction',
    READ,
    { relationshipFilter: { resourceType: 'document' }, optionalLimit: 1 },
    ':1}',
    ':1.5}',
  ],
  [
    'a limit that is a boolean',
    READ,
    { relationshipFilter: { resourceType: 'document' }, optionalLimit: 1 },
    ':1}',
    ':true}',
  ],
  ['an operation twice', WRITE, WRITTEN, '"operation":', '"operation":3,"operation":'],
  ['an operation that is no number of it', WRITE, WRITTEN, '"OPERATION_TOUCH"', '1e400'],
  ['a number of an operation as a text', WRITE, WRITTEN, '"OPERATION_TOUCH"', '"2"'],
  ['an id in Latin-1 to write', WRITE, WRITTEN, '"new"', '"Jos\xe9"'],
  ['an id with a lone surrogate to write', WRITE, WRITTEN, '"new"', '"a\\ud83d"'],
  ['metadata in Latin-1', WRITE, NOTED, '"x"', '"\xe9"'],
  ['metadata with a key twice', WRITE, NOTED, '"note":', '"note":1,"note":'],
  ['metadata with a lone surrogate', WRITE, NOTED, '"x"', '"\\ud800"'],
  ['metadata beyond a double', WRITE, NOTED, '"x"', '1e400'],
  [
    'a filter in Latin-1 to delete by',
    DELETE,
    { relationshipFilter: { resourceType: 'document', optionalResourceId: '1' } },
    '"1"',
    '"\xe9"',
  ],
  ['an id in Latin-1 to import', IMPORT, { relationships: [STORED] }, '"1"', '"\xe9"'],
  [
    'a field twice to import',
    IMPORT,
    { relationships: [STORED] },
    '"relation":',
    '"relation":"owner","relation":',
  ],
  ['a comment of a schema in Latin-1', WRITE_SCHEMA, { schema: '// x' }, 'x', '\xe9'],
  ['a schema twice', WRITE_SCHEMA, { schema: '// x' }, '{', '{"schema":"",'],
  ...[
    '9999-12-31T23:59:59-01:00',
    '0001-01-01T00:00:00+00:01',
    '+010000-01-01T00:00:00Z',
    '2030-13-01T00:00:00Z',
    '2030-02-30T00:00:00Z',
    '2030-01-01T23:59:60Z',
    '2030-01-01T00:00:00.1234567890Z',
    '2030-01-01T00:00:00',
    '2030-01-01t00:00:00z',
  ].map(
    (time): Change => [`the expiration ${time}`, WRITE, EXPIRING, '2030-01-01T00:00:00Z', time],
  ),
]

export const badJson: readonly Row[] = [
  ...everywhere,
  ...CHANGES.map(([claim, path, body, from, to]) => ({
    claim,
    path,
    body: changed(body, from, to),
    ...INVALID,
  })),
]
