// The first tables. Every key begins with the store, so that tenants stay apart. A row of
// `relationship` is one version of a relationship. It is open while its `deleted_revision` is the
// greatest. That column ends the key, so that a relationship has at most one open version, which is
// found without scanning the closed ones. Contexts and metadata are JSON as text, because `jsonb`
// refuses the character U+0000. Times are ms since 1970. Ids compare by bytes, whatever the
// collation of the database is.

import type { Migration } from '../migrate.js'

export const versions: Migration = {
  number: 1,
  name: 'versions',
  sql: `
create table datastore (
  id text collate "C" not null,
  created_at bigint not null
);
create unique index datastore_is_one on datastore ((true));
insert into datastore values (gen_random_uuid()::text, floor(extract(epoch from now()) * 1000));

create table store (
  id text collate "C" primary key,
  head bigint not null default 0,
  schema_revision bigint not null default 0,
  oldest bigint not null default 0
);
insert into store (id) values ('default');

create table revision (
  store text collate "C" not null,
  revision bigint not null,
  at bigint not null,
  actor text,
  reason text,
  request_id text,
  metadata text,
  primary key (store, revision)
);

create table schema_version (
  store text collate "C" not null,
  revision bigint not null,
  text text not null,
  primary key (store, revision)
);

create table relationship (
  store text collate "C" not null,
  resource_type text collate "C" not null,
  resource_id text collate "C" not null,
  relation text collate "C" not null,
  subject_type text collate "C" not null,
  subject_id text collate "C" not null,
  subject_relation text collate "C" not null,
  created_revision bigint not null,
  deleted_revision bigint not null,
  caveat_name text collate "C",
  caveat_context text,
  expires_at bigint,
  primary key (store, resource_type, resource_id, relation,
    subject_type, subject_id, subject_relation, deleted_revision)
);
create index relationship_by_subject on relationship (store, subject_type, subject_id,
  subject_relation, resource_type, resource_id, relation, deleted_revision)
  where subject_id > '';
create index relationship_by_creation on relationship (store, created_revision)
  where created_revision > 0;
create index relationship_by_deletion on relationship (store, deleted_revision)
  where deleted_revision < 9007199254740991;
create index relationship_by_expiry on relationship (store, expires_at)
  where expires_at is not null and deleted_revision = 9007199254740991;
`,
}
