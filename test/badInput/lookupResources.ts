// Bad lookups of resources.

import { limits } from '../../src/terms/index.js'
import { object, RESOURCES, subject } from '../wire.js'
import { INVALID, type Row } from './row.js'

const LOOKUP = {
  resourceObjectType: 'document',
  permission: 'view',
  subject: subject('user', 'ann'),
}
const WITHIN = { object: object('group', 'g'), relations: ['member'] }

const row = (claim: string, body: object, expected: Omit<Row, 'claim' | 'path' | 'body'>): Row => ({
  claim,
  path: RESOURCES,
  body: { ...LOOKUP, ...body },
  ...expected,
})

export const badLookupsOfResources: readonly Row[] = [
  { claim: 'a lookup for nobody', path: RESOURCES, body: {}, ...INVALID, message: /`subject`/ },
  row(
    'resources of no type',
    { resourceObjectType: '' },
    {
      ...INVALID,
      message: /`resourceObjectType`/,
    },
  ),
  row(
    'resources without a permission',
    { permission: '' },
    { ...INVALID, message: /`permission`/ },
  ),
  row(
    'resources for a wildcard',
    { subject: subject('user', '*') },
    {
      code: 3,
      reason: 'WILDCARD_NOT_ALLOWED',
      metadata: { field: 'subject_id' },
    },
  ),
  row('resources for a set of a wildcard', { subject: subject('group', '*', 'member') }, INVALID),
  row(
    'resources of an unknown definition',
    { resourceObjectType: 'nope' },
    {
      code: 9,
      reason: 'UNKNOWN_DEFINITION',
      metadata: { definition_name: 'nope' },
    },
  ),
  row(
    'resources by an unknown permission',
    { permission: 'nope' },
    {
      code: 9,
      reason: 'UNKNOWN_RELATION_OR_PERMISSION',
      metadata: { definition_name: 'document', relation_or_permission_name: 'nope' },
    },
  ),
  row(
    'resources for a subject of an unknown definition',
    { subject: subject('nope', '1') },
    {
      code: 9,
      reason: 'UNKNOWN_DEFINITION',
      metadata: { definition_name: 'nope' },
    },
  ),
  row(
    'resources for an unknown set',
    { subject: subject('group', 'g', 'nope') },
    {
      code: 9,
      reason: 'UNKNOWN_RELATION_OR_PERMISSION',
      metadata: { definition_name: 'group', relation_or_permission_name: 'nope' },
    },
  ),
  row(
    'resources with a context over the limit',
    { context: { day: 'x'.repeat(limits.requestContextBytesMax) } },
    INVALID,
  ),
  row(
    'resources with a limit over the limit',
    { optionalLimit: 1001 },
    {
      code: 3,
      reason: 'EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT',
      metadata: { limit_provided: '1001', maximum_limit_allowed: '1000' },
    },
  ),
  row(
    'resources with a cursor that is none',
    { optionalCursor: { token: 'bm90IG91cnM=' } },
    {
      code: 3,
      reason: 'INVALID_CURSOR',
    },
  ),
  row('resources within nothing', { within: {} }, { ...INVALID, message: /`within.object`/ }),
  row(
    'resources within no relation',
    { within: { ...WITHIN, relations: [] } },
    {
      ...INVALID,
      message: /`within.relations`/,
    },
  ),
  row(
    'resources within all of a type',
    { within: { ...WITHIN, object: object('group', '*') } },
    {
      ...INVALID,
      message: /`within.object.objectId`/,
    },
  ),
  row(
    'resources within an unknown type',
    { within: { ...WITHIN, object: object('nope', '1') } },
    {
      code: 9,
      reason: 'UNKNOWN_DEFINITION',
      metadata: { definition_name: 'nope' },
    },
  ),
  row(
    'resources within an unknown relation',
    { within: { ...WITHIN, relations: ['view'] } },
    {
      code: 9,
      reason: 'UNKNOWN_RELATION_OR_PERMISSION',
      metadata: { relation_or_permission_name: 'view' },
    },
  ),
]
