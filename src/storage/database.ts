// The database port: what the SQL of this folder runs on. Two drivers stand behind it, PostgreSQL
// through `pg` and PGlite; both run the same statements and give the same values back
// (bigint columns as numbers, text as strings, text[] parameters as arrays).

/** A row by column name. Our columns are text, integers, booleans, or null. */
export type DatabaseRow = Readonly<Record<string, unknown>>

/** Takes a notification's text, or null when some may have been missed. */
export type OnNotify = (told: string | null) => void

/** Throws when the connection leads to what may not be read. */
export type Verify = (connection: Queryable) => Promise<void>

export interface Queryable {
  /**
   * One statement with `$1` parameters.
   * @throws Refusal `storage-unavailable` when the database cannot be reached,
   *   `serialization-failure` when it gave way to another transaction;
   *   what the statement itself did wrong comes as an error with its SQLSTATE in `code`
   */
  query<R extends DatabaseRow>(sql: string, parameters?: readonly unknown[]): Promise<readonly R[]>
  /** Several statements without parameters. */
  script(sql: string): Promise<void>
}

export interface Database extends Queryable {
  /** Whether others are served while a transaction is open; else they wait for its end. */
  readonly concurrent: boolean
  /**
   * Runs `work` in one READ COMMITTED transaction and commits it; when this resolves, the commit is
   * on stable storage. When `work` throws, everything is rolled back and the error passes on.
   * Statements may be given before others are answered; they are carried out in their order.
   */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>
  /** Like `transaction`, on one REPEATABLE READ, READ ONLY snapshot: many reads that agree. */
  snapshot<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>
  /**
   * Calls `heard` with what each notification on the channel tells, and with null after every
   * (re)connect, since notifications may have been missed while away. All who listen share one
   * connection. Resolves to what stops it.
   */
  listen(channel: string, onNotify: OnNotify): Promise<() => Promise<void>>
  /**
   * Has each connection that is made from here on proved before it is used; what `prove` throws is
   * what its users get. Resolves to what ends that. An embedded database is always the same.
   */
  onConnect(prove: Verify): () => void
  close(): Promise<void>
}
