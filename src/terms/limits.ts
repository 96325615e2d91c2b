// Every bound in the system, with its unit and its reason. A refusal names the limit that a request
// exceeds; nothing is ever cut off silently.

export const limits = {
  /** SpiceDB's bound on one object id, bytes of UTF-8. */
  objectIdBytesMax: 1024,
  /** Definition names with their prefixes, bytes. */
  typeNameBytesMax: 128,
  /** Relation and permission names, bytes. */
  relationNameBytesMax: 64,
  /** Caveat names, bytes. */
  caveatNameBytesMax: 128,
  /** A schema's text, bytes; SpiceDB's bound. */
  schemaBytesMax: 4_194_304,
  /** A caveat's expression, characters; SpiceDB's bound. */
  caveatExpressionMax: 100_000,
  /** Levels of a caveat's expression; the bound of SpiceDB's CEL. Keeps walks over it small. */
  caveatDepthMax: 250,
  /**
   * Steps in one evaluation of a caveat, which cannot pause. Operations are weighed by what they
   * cost (`caveat/cost.ts`): a step is some 50 to 200 ns whatever the operation is given.
   */
  caveatStepsMax: 100_000,
  /** Mistakes of one schema that are reported. One more line says that there are others. */
  diagnosticsMax: 100,
  /** Relations and permissions that a schema's partials may add up to, each inclusion counted. */
  partialMembersMax: 100_000,
  /**
   * Relations and permissions of a schema that is written. Larger schemas that are stored already
   * still open. Large real schemas have hundreds. An analysis for a kind of subject visits all of
   * them, at most some 100 ns each, and cannot pause, so it must fit into a slice.
   */
  schemaMembersMax: 20_000,
  /**
   * Definitions, partials and caveats of a schema that is written. Large real ones have hundreds.
   */
  schemaDeclarationsMax: 20_000,
  /**
   * Tokens of one relation, permission or head of a definition that is written: some 3 ms, or 3000
   * subject types. Compilation pauses only between them.
   */
  schemaItemTokensMax: 10_000,
  /** Characters of comments and blanks before one token of a schema that is written: 2 ms. */
  schemaGapMax: 100_000,
  /**
   * Tokens of a caveat's expression that is written: a list of some 2400 items. Each phase of its
   * compilation, which cannot pause, takes about 1 µs for a token.
   */
  caveatTokensMax: 5000,
  /** Members behind all annotated permissions of a schema that is written, added up: 1 s. */
  annotatedMembersMax: 2_000_000,
  /** Nested parentheses and operators in one permission: keeps the parser's recursion small. */
  expressionDepthMax: 200,

  /** The least length of a key in production: shorter ones can be guessed. */
  keyCharactersMin: 16,
  /** Interval at which files of keys and certificates are checked for changes, ms. */
  fileLookMs: 1000,

  /** One request's body, bytes: the 4 MiB that SpiceDB's transport receives. */
  bodyBytesMax: 4_194_304,
  /** How long a client may take to send its request, ms, so that slow senders occupy no sockets. */
  requestWaitMs: 60_000,
  /** How long a client may take to agree on TLS, ms. */
  handshakeMs: 20_000,
  /** A stream whose reader takes nothing for this long is ended, ms; SpiceDB's bound. */
  streamStallMs: 30_000,
  /**
   * Streams of answers that end (all but watches) at a time on one node. Each may hold a page of
   * some 0.5 MB for a reader that takes nothing, 250 MB in all.
   */
  answerStreamsMax: 500,
  /** How long the reader of a stream may take to read its end when the service closes, ms. */
  farewellMs: 2000,
  /** Time for requests under way when the service closes, ms. Orchestrators kill after 30 s. */
  drainMs: 15_000,
  /** Levels of objects and lists in contexts and metadata: keeps recursion over them small. */
  jsonDepthMax: 100,
  /** Levels of objects and lists in a whole body, ignored fields included: bounds recursion. */
  requestDepthMax: 200,
  /** Levels of a request in the outline that is logged with a fault. */
  outlineDepthMax: 6,
  /** Violations reported for one list, so that a body full of mistakes gets no huge answer. */
  violationsMax: 100,
  updatesMax: 1000,
  preconditionsMax: 1000,
  /** Changes in one request of sharing, and principals in one change. */
  sharingChangesMax: 1000,
  /** Permission preconditions of one write. Each is a check, and other writes wait for it. */
  permissionPreconditionsMax: 100,
  /** Filters by which one write deletes: each is looked up under the order lock. */
  deletionFiltersMax: 100,
  /** Relationships that the filters of one write delete: some 0.2 s under the order lock. */
  deletionsMax: 10_000,
  /** An import whose sender sends nothing for this long is refused, ms. */
  importStallMs: 60_000,
  /** An import without progress for this long is abandoned, ms. */
  importIdleMs: 3_600_000,
  /** Relationships of one message of an export. */
  exportBatchMax: 10_000,
  checkItemsMax: 10_000,
  /** Contextual relationships of one question, some 0.2 ms. OpenFGA has the same bound. */
  contextualRelationshipsMax: 100,
  readLimitMax: 1000,
  lookupLimitMax: 1000,
  deleteLimitMax: 1000,
  /** An opaque cursor, bytes of text. */
  cursorBytesMax: 102_400,
  /** Context sent with a question, bytes of JSON. */
  requestContextBytesMax: 4096,
  /** Context stored on one relationship, bytes of JSON. */
  storedContextBytesMax: 25_000,
  /** Free metadata of one revision, bytes of JSON. */
  metadataBytesMax: 65_000,
  /** Actor, reason and request id of a revision, characters each. */
  noteCharactersMax: 1024,

  /** Nested sub-questions of one check. SpiceDB stops at 50; real data stays below 30. */
  depthMax: 500,
  /**
   * Units of work that one question may use before it is refused. A relationship or a sub-question
   * is one unit, some 0.1 to 0.5 µs. So a question takes about a second at most, unless
   * its caveats use slow functions.
   */
  workMax: 2_000_000,
  /**
   * Units of work of all items of one bulk check: ten of the largest questions, or 10,000 of 2000.
   */
  bulkWorkMax: 20_000_000,
  /** Caveat steps that count as one unit of work: some 0.5 to 2 µs. */
  caveatStepRate: 10,
  /** Schema members visited that count as one unit of work: 10 to 140 ns each, measured. */
  preparationRate: 4,
  /** How long work runs before it lets other work run, ms. With its last step it may be 5 ms. */
  sliceMs: 3,
  /** Units of work between two looks at the clock: some 50 µs, so that the look costs little. */
  sliceStride: 256,
  /** Cached analyses of the schemas of all stores, bytes. */
  derivedBytesMax: 33_554_432,

  /** Sub-questions in the explanation of one check, and its depth. */
  explanationNodesMax: 1000,
  explanationDepthMax: 50,
  /** Entries of one explanation, those that show only a verdict included: some 5 MB. */
  explanationEntriesMax: 10_000,
  /** Members and relationships in one expanded tree: an answer of some 10 MB. */
  expansionMax: 100_000,

  /** Requests that the writer joins into one transaction. */
  writeBatchRequestsMax: 512,
  /** Updates that the writer joins into one transaction: bounds the time the order lock is held. */
  writeBatchUpdatesMax: 5000,
  /** Requests waiting for the writer before a new one is refused with 429. */
  writeQueueMax: 20_000,

  /** Relationships that a dry run of a schema shows for each reason to refuse it. */
  guardSamplesMax: 10,
  /** Relationships that it counts for each. A larger number is reported as "at least". */
  guardCountMax: 10_000,

  /**
   * How long a question waits for the graph to reach its revision before it reads the database, ms.
   */
  reachWaitMs: 250,
  /** How long a schema write waits until its node has the schema, ms. It succeeds in any case. */
  schemaWaitMs: 1000,
  /** How long a guarded write may wait for the graph to catch up while other writes wait, ms. */
  guardWaitMs: 1000,
  /** Closed versions of relationships stay readable for this long by default, ms. */
  retentionMs: 24 * 3600 * 1000,
  /** Interval of checkpoints and of the search for expirations, ms; SpiceDB's. */
  watchHeartbeatMs: 1000,
  /** Updates in one message of a watch. A larger revision is sent in several. */
  watchMessageUpdatesMax: 1000,
  /** Approximate bytes of such a message. SpiceDB's clients accept at most 4 MiB. */
  watchMessageBytesMax: 1_048_576,
  /** Relationship filters of one watch, each of which is compared with every update. */
  watchFiltersMax: 100,
  /** Newest changes that a node buffers for the watches of a store. Older ones are read again. */
  recentChangesMax: 4096,
  /** Approximate bytes of that buffer. */
  recentBytesMax: 16_777_216,
  /** Stores besides `default` that a node has open at a time. Each has its graph in memory. */
  openStoresMax: 500,
  /** Time without requests after which a store is closed, ms. */
  storeIdleMs: 300_000,
  /** Stores of one page of a listing. */
  storesPageMax: 1000,
  /**
   * Default quota of relationships of a new store: some 450 MB of a node's memory, which leaves
   * room for others. The default store has no quota, as it belongs to the operator of the node.
   */
  storeQuota: 10_000_000,
  /** Time after which the rows of a deleted store are removed, ms. By then no node reads them. */
  storeGraceMs: 60_000,

  /**
   * Rows of one page of a sheet, of candidates or of a person's reach: the maximum, the default.
   */
  sharingPageMax: 500,
  sharingPageRows: 20,
  /** Usersets whose grants may give access to one resource. */
  sharingOriginsMax: 1000,
  /** People of an account that `uncheck` visits: some 0.1 s. */
  sharingPeopleMax: 100_000,
  /** Relationships that one removal deletes: some 4 s under the order lock. */
  sharingRemovalMax: 200_000,

  /**
   * A store that was used within this time is not closed to make room for another's graph, ms. Two
   * stores that do not fit together would otherwise be loaded again and again.
   */
  storeRestMs: 10_000,
  /** Size of one store's graph from which on it is on-demand, bytes, if the mode is `auto`. */
  graphBytesMax: 1_073_741_824,
  /**
   * Subjects of a userset that are loaded together. In larger usersets each is loaded by itself.
   */
  rowPrefix: 64,
  /** Subject sets of a large userset that are loaded together. */
  rowSets: 256,
  /** Relationships in one chunk of a longer list, some 2 MB. */
  stretchRows: 4096,
  /** Lists, and relationships of longer lists, that are loaded in one batch. */
  batchRows: 20_000,
  /** Lists that a lookup loads before it releases those that it has finished with, bytes. */
  workingRowsBytes: 4_194_304,
  /** Candidates in one window of a lookup over an on-demand graph. */
  lookupWindow: 20_000,
  /** Batches that one question may need over an on-demand graph: one for each level. */
  settleRoundsMax: 600,
  /** How long a question waits for a shared cache before it asks the database, ms. */
  redisWaitMs: 50,
  /** Time from which on an answer of a shared cache is slow, if the database is faster, ms. */
  redisSlowMs: 10,
  /** How long a write to a shared cache may take, ms. */
  redisWriteWaitMs: 1000,
  /** A list in a shared cache, bytes. Usual lists have some thousands; larger ones do not pay. */
  sharedRowBytesMax: 1_048_576,
  /** How long a question waits for a replica of the database before it asks the primary, ms. */
  replicaWaitMs: 250,
  /** Time from which on a replica's answer is slow, which opens its circuit breaker, ms. */
  replicaSlowMs: 100,
  /** Relationship lists that one node caches for all stores, bytes. */
  rowCacheBytesMax: 134_217_728,

  /** Revision fingerprints that a node knows, 8 bytes each. It trusts shared lists of no others. */
  marksMax: 131_072,
  /** Revisions whose fingerprints a starting node reads, so that it trusts lists from others. */
  recallRevisionsMax: 32_768,
  /** Revisions after which an unchanged list is shared again, for nodes that start later. */
  rowAgeMax: 16_384,

  /**
   * Relationships of changes in memory at a time. Larger revisions come in parts. A graph applies a
   * part in one piece, some 5 µs for each relationship, before other work has a turn.
   */
  changeRowsMax: 2000,
  /** Rows fetched from the database at a time when a long read is streamed. */
  pageRows: 1000,
} as const
