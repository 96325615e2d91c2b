// Stores by name. A store's id, which begins every key and is part of every token, is never reused.
// A name is free once its store is deleted. What remains of a deleted store, in the tables or with
// clients, can therefore never be taken for a later store of the same name.

import type { Migration } from '../migrate.js'

export const stores: Migration = {
  number: 2,
  name: 'stores',
  sql: `
alter table store
  add column name text collate "C",
  add column created_at bigint not null
    default floor(extract(epoch from clock_timestamp()) * 1000)::bigint,
  add column deleted_at bigint;
update store set name = id;
alter table store alter column name set not null;
create unique index store_by_name on store (name) where deleted_at is null;
create index store_by_deletion on store (deleted_at) where deleted_at is not null;
create sequence store_number;
`,
}
