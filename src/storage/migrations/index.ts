// All migrations, in order. A released one is never changed: a later one corrects its mistakes.

import type { Migration } from '../migrate.js'
import { versions } from './001_versions.js'
import { stores } from './002_stores.js'
import { bulk } from './003_bulk.js'
import { sets } from './004_sets.js'
import { secrets } from './005_secrets.js'
import { quotas } from './006_quotas.js'

export const migrations: readonly Migration[] = [versions, stores, bulk, sets, secrets, quotas]
