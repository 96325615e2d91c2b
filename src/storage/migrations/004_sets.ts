// An index of subject sets by userset, so that a few subject sets are found among a million
// subjects.

import type { Migration } from '../migrate.js'

export const sets: Migration = {
  number: 4,
  name: 'sets',
  sql: `
create index relationship_sets on relationship (store, resource_type, resource_id, relation,
  subject_type, subject_id, subject_relation, deleted_revision)
  where subject_relation > '';
`,
}
