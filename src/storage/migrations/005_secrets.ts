// Secrets that only the nodes of a datastore share: what one node signs, the others accept. The
// database makes them in the transaction of this migration. Nodes that start at once therefore
// agree, and standbys and copies have the secrets of their primary. Three UUIDs hold 366 random
// bits.

import type { Migration } from '../migrate.js'

export const secrets: Migration = {
  number: 5,
  name: 'secrets',
  sql: `
create table secret (
  name text collate "C" primary key,
  value bytea not null
);
insert into secret values ('rows', sha256(convert_to(
  gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
`,
}
