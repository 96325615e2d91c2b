// The number of relationships of each store, and its quota. The number counts open versions,
// expired ones included. Whoever appends revisions updates it, under the same lock. Altering the
// table waits for transactions that are writing and keeps others out, so that the first count is
// exact.

import type { Migration } from '../migrate.js'

export const quotas: Migration = {
  number: 6,
  name: 'quotas',
  sql: `
alter table store
  add column relationships bigint not null default 0,
  add column relationships_max bigint;
update store s set relationships = counted.number
from (
  select r.store, count(*) as number from relationship r
  where r.deleted_revision = 9007199254740991 group by r.store
) counted
where counted.store = s.id;
`,
}
