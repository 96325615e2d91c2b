// The database port: what the SQL of this folder runs on. It has two drivers, PostgreSQL through
// `pg` and PGlite. Both run the same statements and return the same values (bigint columns as
// numbers, text as strings, text[] parameters as arrays).

/** A row by column name. Our columns are text, integers, booleans, or null. */
export type DatabaseRow = Readonly<Record<string, unknown>>

/** A function that takes a notification's text, or null when some may have been missed. */
export type OnNotify = (text: string | null) => void

/** A check of a new connection. It throws when the database behind it must not be read. */
export type Verify = (connection: Queryable) => Promise<void>

export interface Queryable {
  /**
   * Runs one statement with `$1` parameters.
   * @throws Refusal `storage-unavailable` when the database cannot be reached,
   *   `serialization-failure` when it gave way to another transaction; a mistake of the statement
   *   itself as an error with its SQLSTATE in `code`
   */
  query<R extends DatabaseRow>(sql: string, parameters?: readonly unknown[]): Promise<readonly R[]>
  /** Runs several statements without parameters. */
  script(sql: string): Promise<void>
}

export interface Database extends Queryable {
  /**
   * Whether other statements are served while a transaction is open. Otherwise they wait for its
   * end.
   */
  readonly concurrent: boolean
  /**
   * Runs `work` in one READ COMMITTED transaction and commits it. When this resolves, the commit is
   * on stable storage. When `work` throws, everything is rolled back and the error is rethrown.
   * `work` may send statements before earlier ones are answered; they run in their order.
   */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>
  /**
   * Runs `work` like `transaction`, on one REPEATABLE READ, READ ONLY snapshot, so that all its
   * reads agree.
   */
  snapshot<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>
  /**
   * Calls `onNotify` with the text of each notification on the channel. Calls it with null after
   * every (re)connect, since notifications may have been missed while disconnected. All listeners
   * share one connection. Resolves to the function that stops it.
   */
  listen(channel: string, onNotify: OnNotify): Promise<() => Promise<void>>
  /**
   * Has `verify` check each connection that is made from now on before it is used. What it throws
   * is thrown to the users of that connection. Returns the function that ends this. An embedded
   * database is always the same one, and is not checked.
   */
  onConnect(verify: Verify): () => void
  close(): Promise<void>
}
