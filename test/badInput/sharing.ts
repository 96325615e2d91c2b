// Bad requests to the routes of sharing. What the rules of sharing refuse is held elsewhere: here
// are the shapes, and that a refusal of a rule has a code, a reason and a domain of its own.

import { limits } from '../../src/terms/index.js'
import {
  ACME,
  ACT,
  CHANGE,
  CREATE,
  GRANT,
  LEAVE,
  REMOVE,
  REMOVE_PRINCIPAL,
  SALES,
  SHEET,
} from '../sharingWire.js'
import { type Json, object } from '../wire.js'
import { INVALID, type Row } from './row.js'

const changes = (...list: readonly Json[]) => ({ ...ACT, changes: list })

export const badSharing: readonly Row[] = [
  { claim: 'no change', path: CHANGE, body: changes(), ...INVALID, message: /`changes` must be 1/ },
  {
    claim: 'too many changes',
    path: CHANGE,
    body: changes(...Array<Json>(limits.sharingChangesMax + 1).fill(GRANT)),
    ...INVALID,
    message: /`changes` must be 1 to 1000 changes/,
  },
  {
    claim: 'a change that is null',
    path: CHANGE,
    body: { ...ACT, changes: [null] },
    ...INVALID,
    message: /invalid value at `changes\[0\]`/,
  },
  {
    claim: 'a change without resource and actor',
    path: CHANGE,
    body: { changes: [GRANT] },
    ...INVALID,
    message: /`resource` must be given; `actor` must be given/,
  },
  {
    claim: 'a change by everybody',
    path: CHANGE,
    body: { ...changes(GRANT), actor: object('user', '*') },
    ...INVALID,
    message: /`actor.objectId`/,
  },
  {
    claim: 'a change with fields of another operation',
    path: CHANGE,
    body: changes(GRANT, { ...GRANT, operation: 'OPERATION_UNCHECK' }),
    ...INVALID,
    message: /`changes\[1\].role` must be unset for OPERATION_UNCHECK/,
  },
  {
    claim: 'an operation that is none',
    path: CHANGE,
    body: changes({ ...GRANT, operation: 'OPERATION_GIVE' }),
    ...INVALID,
    message: /invalid value at `changes\[0\].operation`: expected one of/,
  },
  {
    claim: 'a malformed token of the sheet that was seen',
    path: CHANGE,
    body: { ...changes(GRANT), optionalExpectedAt: { token: 'x' } },
    ...INVALID,
  },
  {
    claim: 'a context over the limit',
    path: CHANGE,
    body: { ...changes(GRANT), context: { a: 'x'.repeat(limits.requestContextBytesMax) } },
    ...INVALID,
  },
  {
    claim: 'an empty selection',
    path: CHANGE,
    body: changes({ operation: 'OPERATION_CHOOSE', principal: SALES, principals: [] }),
    code: 9,
    reason: 'SHARING_EMPTY_SELECTION',
  },
  {
    claim: 'a change by who may not',
    path: CHANGE,
    body: { ...changes(GRANT), actor: object('user', 'ann') },
    status: 403,
    code: 7,
    reason: 'SHARING_FORBIDDEN',
    metadata: { actor: 'user:ann', resource: 'campaign:spring', permission: 'share' },
  },
  {
    claim: 'a change of what is not shared',
    path: CHANGE,
    body: { ...changes(GRANT), resource: object('user', 'ann') },
    code: 9,
    reason: 'SHARING_UNDECLARED',
  },
  {
    claim: 'a change of what is not defined',
    path: CHANGE,
    body: { ...changes(GRANT), resource: object('nothing', 'ann') },
    code: 9,
    reason: 'UNKNOWN_DEFINITION',
  },
  {
    claim: 'a creation with a bad scope',
    path: CREATE,
    body: { ...ACT, optionalScope: {} },
    ...INVALID,
    message: /`optionalScope.objectType` must be .*`optionalScope.objectId`/,
  },
  {
    claim: 'a creation of what is there',
    path: CREATE,
    body: { ...ACT, optionalScope: ACME },
    status: 409,
    code: 6,
    reason: 'SHARING_EXISTS',
  },
  { claim: 'a removal of nothing', path: REMOVE, body: '', ...INVALID, message: /`resource`/ },
  {
    claim: 'a removal of everything of a type',
    path: REMOVE,
    body: { ...ACT, resource: object('campaign', '*') },
    ...INVALID,
  },
  {
    claim: 'a removal of somebody without scope',
    path: REMOVE_PRINCIPAL,
    body: { ...LEAVE, scope: null },
    ...INVALID,
    message: /`scope` must be given/,
  },
  {
    claim: 'a page of a removal that is no dry run',
    path: REMOVE_PRINCIPAL,
    body: { ...LEAVE, optionalLimit: 1 },
    ...INVALID,
    message: /`dryRun` must be true/,
  },
  {
    claim: 'a cursor of a removal that is no dry run',
    path: REMOVE_PRINCIPAL,
    body: { ...LEAVE, optionalCursor: { token: 'x' } },
    ...INVALID,
    message: /`dryRun` must be true/,
  },
  {
    claim: 'a page of a dry run over the limit',
    path: REMOVE_PRINCIPAL,
    body: { ...LEAVE, dryRun: true, optionalLimit: 501 },
    code: 3,
    reason: 'EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT',
  },
  {
    claim: 'a malformed cursor of a dry run',
    path: REMOVE_PRINCIPAL,
    body: { ...LEAVE, dryRun: true, optionalCursor: { token: 'x' } },
    code: 3,
    reason: 'INVALID_CURSOR',
  },
  {
    claim: 'a sheet that is asked for by POST',
    path: SHEET,
    body: ACT,
    status: 501,
    code: 12,
    reason: null,
  },
]

/** Of a question in a query string: the parameters that are other, and what they get. */
interface BadQuery extends Omit<Row, 'path' | 'body'> {
  readonly query: Readonly<Record<string, string>>
}

/** To the sheet, and to the candidates. */
export const badSheetQueries: readonly BadQuery[] = [
  {
    claim: 'an actor that is missing',
    query: { 'actor.objectType': '', 'actor.objectId': '' },
    ...INVALID,
    message: /`actor.objectType` must be .*`actor.objectId` must be/,
  },
  {
    claim: 'a text where a message is expected',
    query: { actor: 'user:zoe' },
    ...INVALID,
    message: /invalid value at `actor`: expected an object/,
  },
  {
    claim: 'a prefix of no id',
    query: { optionalPrefix: 'a b' },
    ...INVALID,
    message: /`optionalPrefix`/,
  },
  {
    claim: 'a limit that is no number',
    query: { optionalLimit: 'all' },
    ...INVALID,
    message: /invalid value at `optionalLimit`/,
  },
  {
    claim: 'a limit over the limit',
    query: { optionalLimit: '501' },
    code: 3,
    reason: 'EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT',
    metadata: { limit_provided: '501', maximum_limit_allowed: '500' },
  },
  {
    claim: 'a malformed cursor',
    query: { 'optionalCursor.token': 'x' },
    code: 3,
    reason: 'INVALID_CURSOR',
  },
  {
    claim: 'a malformed token',
    query: { 'consistency.atLeastAsFresh.token': 'x', optionalPrefix: 'a b' },
    ...INVALID,
    message: /invalid revision requested/,
  },
  {
    claim: 'two consistencies',
    query: { 'consistency.fullyConsistent': 'true', 'consistency.minimize_latency': 'true' },
    ...INVALID,
    message: /`consistency` must be exactly one/,
  },
  {
    claim: 'what is not shared',
    query: { 'resource.objectType': 'user' },
    code: 9,
    reason: 'SHARING_UNDECLARED',
  },
]
