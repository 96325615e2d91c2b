// Imports that have begun, the relationships that they have staged, and counters. Staged
// relationships belong to no revision yet, only to their import. An import that has staged nothing
// for a while is abandoned and gets dropped.

import type { Migration } from '../migrate.js'

export const bulk: Migration = {
  number: 3,
  name: 'bulk',
  sql: `
create table import (
  id text collate "C" primary key,
  store text collate "C" not null,
  seen_at bigint not null
);
create index import_by_store on import (store);

create table staged (
  store text collate "C" not null,
  import text collate "C" not null,
  resource_type text collate "C" not null,
  resource_id text collate "C" not null,
  relation text collate "C" not null,
  subject_type text collate "C" not null,
  subject_id text collate "C" not null,
  subject_relation text collate "C" not null,
  caveat_name text collate "C",
  caveat_context text collate "C",
  expires_at bigint
);
create index staged_by_import on staged (store, import);

create table counter (
  store text collate "C" not null,
  name text collate "C" not null,
  filter text not null,
  primary key (store, name)
);
`,
}
