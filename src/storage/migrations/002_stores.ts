// Stores by name. A store's id, which every key begins with and every token tells, is never given
// again; a name is free once its store is deleted. So whatever is left of a deleted store, in the
// tables or in a client's hands, can never be taken for one that was created later by the same name.

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
