// Relationships counted by store, and how many there may be. The count is of open versions, those
// that have expired included; whoever appends revisions moves it, under the same lock. Altering the
// table waits for writers under way and keeps others out, so that the first count misses nothing.

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
