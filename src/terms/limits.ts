// Every bound in the system, with its unit and its reason. A limit that a user can meet is named in
// the refusal that reports it; nothing is ever cut silently.

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
   * Steps in one evaluation of a caveat, which cannot pause. Operations are weighed so that a step
   * is some 50 to 100 ns whatever they are given (caveat/cost.ts): 5 to 10 ms in all.
   */
  caveatStepsMax: 100_000,
  /** Mistakes of one schema that are told; the next one says only that there are more. */
  diagnosticsMax: 100,
  /** Relations and permissions that a schema's partials may add up to, each inclusion counted. */
  partialMembersMax: 100_000,
  /**
   * Relations and permissions of a schema that is written; stored ones still open. Large real ones
   * have hundreds. What is worked out for a kind of subject goes through all of them, some 100 ns
   * each at the most, and cannot pause: it must be less than a slice.
   */
  schemaMembersMax: 20_000,
  /** Definitions, partials and caveats of a schema that is written; large real ones have hundreds. */
  schemaDeclarationsMax: 20_000,
  /**
   * Words and signs of one relation or permission, or of a head, that is written: some 3 ms, and
   * 3000 types of subjects. Compiling pauses only between them.
   */
  schemaItemTokensMax: 10_000,
  /** Characters of comments and blanks in front of one word of a schema that is written: 2 ms. */
  schemaGapMax: 100_000,
  /**
   * Words and signs of a caveat's expression that is written, some 2400 items of a list: each of
   * the steps of compiling it, which cannot pause, takes about 1 us for one.
   */
  caveatTokensMax: 5000,
  /** Members behind the annotated permissions of a schema that is written, of all added up: 1 s. */
  annotatedMembersMax: 2_000_000,
  /** Nested parentheses and operators in one permission: keeps the parser's recursion small. */
  expressionDepthMax: 200,

  /** The least length of a key in production: shorter ones can be guessed. */
  keyCharactersMin: 16,
  /** From one look at a file of keys or certificates to the next, ms: renewals are noticed by then. */
  fileLookMs: 1000,

  /** One request's body, bytes: the 4 MiB that SpiceDB's transport receives. */
  bodyBytesMax: 4_194_304,
  /** How long a client may take to send its request, ms: slow senders hold no socket for good. */
  requestWaitMs: 60_000,
  /** How long a client may take to agree on TLS, ms. */
  handshakeMs: 20_000,
  /** A stream whose reader takes nothing for this long is ended, ms; SpiceDB's bound. */
  streamStallMs: 30_000,
  /** A stream that is told to end, as the service closes, and whose reader takes nothing, ms. */
  farewellMs: 2000,
  /** Requests under way when the service closes get this long, ms: orchestrators kill after 30 s. */
  drainMs: 15_000,
  /** Levels of objects and lists in contexts and metadata: keeps recursion over them small. */
  jsonDepthMax: 100,
  /** Levels of objects and lists in a whole body, of fields that are ignored too: for its walks. */
  requestDepthMax: 200,
  /** Levels of a question that the log of a fault outlines. */
  outlineDepthMax: 6,
  /** Violations told of one list: a body of nothing but mistakes gets no answer of megabytes. */
  violationsMax: 100,
  updatesMax: 1000,
  preconditionsMax: 1000,
  /** Changes of one act of sharing, and principals that one of them chooses or leaves out. */
  sharingChangesMax: 1000,
  /** Each is a check, and other writes wait meanwhile. */
  permissionPreconditionsMax: 100,
  /** Filters by which one write deletes: each is looked up under the order lock. */
  deletionFiltersMax: 100,
  /** Relationships that the filters of one write delete: some 0.2 s under the order lock. */
  deletionsMax: 10_000,
  /** An import whose sender sends nothing for this long is refused, ms. */
  importStallMs: 60_000,
  /** An import that nobody has gone on with for this long has died, ms. */
  importIdleMs: 3_600_000,
  /** Relationships of one message of an export. */
  exportBatchMax: 10_000,
  checkItemsMax: 10_000,
  /** Contextual relationships of one question; OpenFGA's bound, so that its users fit. Some 0.2 ms. */
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
   * Units of work that one question may spend before it is refused: a relationship or a sub-question
   * is one, of some 0.1 to 0.5 µs. A question takes a second, unless caveats weigh too little.
   */
  workMax: 2_000_000,
  /** The items of one bulk check together: ten questions that take all they may, or 10,000 of 2000. */
  bulkWorkMax: 20_000_000,
  /** Steps of caveats to one unit of work: some 0.5 to 1 µs. */
  caveatStepRate: 10,
  /** Members of a schema that are gone through, to one unit of work: 10 to 140 ns each, measured. */
  preparationRate: 4,
  /** How long work goes on before others have their turn, ms: 5 with the step that it may be within. */
  sliceMs: 3,
  /** Units of work from one look at the clock to the next: some 50 µs, in which a look is nothing. */
  sliceStride: 256,
  /** What is kept of what was worked out from schemas, of all stores, bytes. */
  derivedBytesMax: 33_554_432,

  /** Sub-questions that the explanation of one check tells of, and how deep it goes. */
  explanationNodesMax: 1000,
  explanationDepthMax: 50,
  /** Sub-questions and conditions of which only the verdict is told are entries too: some 5 MB. */
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
  /** Relationships that it counts for each: more are told as "at least". */
  guardCountMax: 10_000,

  /** How long a question waits for the graph to reach its revision, before it reads the database, ms. */
  reachWaitMs: 250,
  /** The writer of a schema waits for its own node to follow, ms; the write stands in any case. */
  schemaWaitMs: 1000,
  /** How long other writes wait while the replica catches up for a guarded one in its turn, ms. */
  guardWaitMs: 1000,
  /** Closed versions of relationships stay readable for this long by default, ms. */
  retentionMs: 24 * 3600 * 1000,
  /** From one checkpoint, or look for what has expired, to the next, ms; SpiceDB's. */
  watchHeartbeatMs: 1000,
  /** Updates in one message of a watch; a revision of more comes in several. */
  watchMessageUpdatesMax: 1000,
  /** About as many bytes: SpiceDB's clients take no message of more than 4 MiB. */
  watchMessageBytesMax: 1_048_576,
  /** Relationship filters of one watch: each is held against every update. */
  watchFiltersMax: 100,
  /** The newest changes that a node keeps for those who watch a store; older ones are read again. */
  recentChangesMax: 4096,
  /** About as many bytes. */
  recentBytesMax: 16_777_216,
  /** Stores beside `default` that a node has open at a time; each holds its graph in memory. */
  openStoresMax: 500,
  /** A store that nobody has asked for this long is closed, ms. */
  storeIdleMs: 300_000,
  /** Stores of one page of a listing. */
  storesPageMax: 1000,
  /**
   * Relationships that a new store may have, unless something else is said: some 450 MB of a
   * node's memory, which leaves room for others. The default store has no quota: it belongs to who
   * runs the node.
   */
  storeQuota: 10_000_000,
  /** A deleted store's rows go after this time, ms: by then no node answers from them. */
  storeGraceMs: 60_000,

  /** Rows of one page of a sheet, of candidates, of what a person reaches; and without a wish. */
  sharingPageMax: 500,
  sharingPageRows: 20,
  /** Rows of grants that access to one resource may come from. */
  sharingOriginsMax: 1000,
  /** People of an account who are gone through when some of them are unchecked: some 0.1 s. */
  sharingPeopleMax: 100_000,
  /** Relationships that removing something takes away at once: some 4 s under the order lock. */
  sharingRemovalMax: 200_000,

  /** A store that was used within this time is not closed to make room for another's graph, ms: two
   * that do not fit together would be loaded again and again. */
  storeRestMs: 10_000,
  /** Room for the graph of one store before it is looked up, bytes, if that is left to the node. */
  graphBytesMax: 1_073_741_824,
  /** Subjects of a place that are loaded and kept together; in larger places each by itself. */
  rowPrefix: 64,
  /** Subject sets of a large place that are loaded and kept together. */
  rowSets: 256,
  /** Relationships of a longer list that are loaded at a time, some 2 MB. */
  stretchRows: 4096,
  /** Rows, and relationships of longer lists, that are loaded in one batch. */
  batchRows: 20_000,
  /** Rows that a lookup takes in before it lets go of those that it is done with, bytes. */
  workingRowsBytes: 4_194_304,
  /** Candidates that a lookup looks at together where the graph is not resident. */
  lookupWindow: 20_000,
  /** Batches that one question may need where the graph is not resident: one for each level. */
  settleRoundsMax: 600,
  /** How long a question waits for a shared cache before it asks the database, ms. */
  redisWaitMs: 50,
  /** Answers of a shared cache that take longer, and longer than the database's, are slow, ms. */
  redisSlowMs: 10,
  /** How long what is put there may take, ms. */
  redisWriteWaitMs: 1000,
  /** A row that is shared, bytes: usual ones have some thousands, and a larger one is read and checked for nothing. */
  sharedRowBytesMax: 1_048_576,
  /** How long a question waits for a replica of the database before it asks the primary, ms. */
  replicaWaitMs: 250,
  /** Its answers that take longer are slow: it is left alone for a while, ms. */
  replicaSlowMs: 100,
  /** What one node keeps of rows that it has loaded, of all stores, bytes. */
  rowCacheBytesMax: 134_217_728,

  /** Revisions that a node knows by their marks, of 8 bytes each: it believes shared rows of no others. */
  marksMax: 131_072,
  /** Revisions that a node which has just begun reads back, to believe what others have shared. */
  recallRevisionsMax: 32_768,
  /** Revisions after which a row that is still as it was is shared anew, for those who begin later. */
  rowAgeMax: 16_384,

  /**
   * Relationships of changes that are held at a time: revisions of more come in parts. A graph takes a
   * part in one piece, some 5 µs each, and others have their turn before the next one.
   */
  changeRowsMax: 2000,
  /** Rows fetched from the database at a time when a long read is streamed. */
  pageRows: 1000,
} as const
