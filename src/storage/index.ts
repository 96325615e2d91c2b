// Floor 3: the relationships and their revisions, in a real database.

export type { Database, Queryable, Row } from './database.js'
export { openDatabase } from './open.js'
