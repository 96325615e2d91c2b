// The limits that the documents list, each with a description for readers and the value in the
// code.

import { limits } from '../src/terms/index.js'

type Unit = 'bytes' | 'ms' | 'count'

/** A limit of the documents: what it limits, its name in the code, and its unit. */
type Row = readonly [what: string, limit: keyof typeof limits, unit: Unit]

/** The limits of requests. */
export const apiLimits: readonly Row[] = [
  ['body of one request; one message of an import', 'bodyBytesMax', 'bytes'],
  ['time to send a request', 'requestWaitMs', 'ms'],
  ['nesting of a body', 'requestDepthMax', 'count'],
  ['nesting of contexts and metadata', 'jsonDepthMax', 'count'],
  ['object id', 'objectIdBytesMax', 'bytes'],
  ['updates of one write', 'updatesMax', 'count'],
  ['preconditions of one write', 'preconditionsMax', 'count'],
  ['permission preconditions of one write', 'permissionPreconditionsMax', 'count'],
  ['filters in `optionalDeletions`', 'deletionFiltersMax', 'count'],
  ['relationships that `optionalDeletions` may delete', 'deletionsMax', 'count'],
  ['`optionalLimit` of `relationships/delete`', 'deleteLimitMax', 'count'],
  ['`optionalLimit` of `relationships/read`', 'readLimitMax', 'count'],
  ['`optionalLimit` of lookups', 'lookupLimitMax', 'count'],
  ['relationships in one message of an export', 'exportBatchMax', 'count'],
  ['pause of the sender of an import', 'importStallMs', 'ms'],
  ['items of a bulk check', 'checkItemsMax', 'count'],
  ['contextual relationships of one question', 'contextualRelationshipsMax', 'count'],
  ['context of a question, as JSON', 'requestContextBytesMax', 'bytes'],
  ['context stored with a relationship, as JSON', 'storedContextBytesMax', 'bytes'],
  ['metadata of a revision, as JSON', 'metadataBytesMax', 'bytes'],
  ['actor and reason, characters each', 'noteCharactersMax', 'count'],
  ['cursor', 'cursorBytesMax', 'bytes'],
  ['nested sub-questions of a check', 'depthMax', 'count'],
  ['work of one question, units', 'workMax', 'count'],
  ['work of one bulk check, units', 'bulkWorkMax', 'count'],
  ['steps of caveats to one unit of work', 'caveatStepRate', 'count'],
  ['members and relationships in one expanded tree', 'expansionMax', 'count'],
  ['sub-questions of one trace', 'explanationNodesMax', 'count'],
  ['entries of one trace', 'explanationEntriesMax', 'count'],
  ['relationship filters of one watch', 'watchFiltersMax', 'count'],
  ['updates in one message of a watch', 'watchMessageUpdatesMax', 'count'],
  ['streams of answers at a time on one node, watches aside', 'answerStreamsMax', 'count'],
  ['time in which a reader of a stream takes nothing', 'streamStallMs', 'ms'],
  ['writes that wait on a node', 'writeQueueMax', 'count'],
  ['stores in one page of a list', 'storesPageMax', 'count'],
  ['open stores of a node besides `default`', 'openStoresMax', 'count'],
]

export const schemaLimits: readonly Row[] = [
  ['text of a schema', 'schemaBytesMax', 'bytes'],
  ['relations and permissions of a schema', 'schemaMembersMax', 'count'],
  ['definitions, partials and caveats of a schema', 'schemaDeclarationsMax', 'count'],
  ['tokens of one relation, permission or head of a definition', 'schemaItemTokensMax', 'count'],
  ['characters of comments and blanks before a token', 'schemaGapMax', 'count'],
  ['relations and permissions behind all annotated permissions', 'annotatedMembersMax', 'count'],
  ['relations and permissions that partials add up to', 'partialMembersMax', 'count'],
  ['name of a definition, with its prefix', 'typeNameBytesMax', 'bytes'],
  ['name of a relation or permission', 'relationNameBytesMax', 'bytes'],
  ['name of a caveat', 'caveatNameBytesMax', 'bytes'],
  ['nesting of operators and parentheses', 'expressionDepthMax', 'count'],
  ['expression of a caveat, characters', 'caveatExpressionMax', 'count'],
  ['tokens of the expression of a caveat', 'caveatTokensMax', 'count'],
  ['nesting of the expression of a caveat', 'caveatDepthMax', 'count'],
  ['steps of one evaluation of a caveat', 'caveatStepsMax', 'count'],
  ['mistakes that are reported at once', 'diagnosticsMax', 'count'],
  ['examples of each obstacle in a dry run', 'guardSamplesMax', 'count'],
  ['relationships that a dry run counts for each obstacle', 'guardCountMax', 'count'],
]

export const sharingLimits: readonly Row[] = [
  ['changes of one request; principals of one change', 'sharingChangesMax', 'count'],
  ['rows of a page, if `optionalLimit` is not set', 'sharingPageRows', 'count'],
  ['rows of a page', 'sharingPageMax', 'count'],
  ['people of a scope for `OPERATION_UNCHECK`', 'sharingPeopleMax', 'count'],
  ['relationships that one removal deletes', 'sharingRemovalMax', 'count'],
  ['rows of grants from which access to a resource may follow', 'sharingOriginsMax', 'count'],
]

export const limitsTable = (rows: readonly Row[]): string =>
  [
    '| limit of | at most |',
    '|---|---|',
    ...rows.map(([what, limit, unit]) => `| ${what} | ${print(limits[limit], unit)} |`),
  ].join('\n')

const MIB = 2 ** 20

function print(value: number, unit: Unit): string {
  if (unit === 'ms') return `${value / 1000} s`
  if (unit === 'count') return whole(value)
  return value % MIB === 0 ? `${value / MIB} MiB` : `${whole(value)} bytes`
}

const whole = (value: number): string => value.toLocaleString('en-US')
