// Secrets that the nodes of a datastore share and nobody else has: what one node signs with one, the
// others believe. The database makes them, in the transaction of this migration, so nodes that start at
// once agree, and standbys and copies have what their primary has. Three UUIDs hold 366 random bits.

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
