// Floor 5.5: SpiceDB's v1 API, with the messages, paths, statuses and reasons of SpiceDB's HTTP
// gateway.

import { type Protocol, statusErrors } from '../../http/index.js'
import { consistencyOf, resultLines, toSpiceDbStatus } from '../../messages/index.js'
import { bulkRoutes } from './bulk.js'
import { counterRoutes } from './counters.js'
import { expandRoute } from './expand.js'
import { lookupResourcesRoute } from './lookupResources.js'
import { lookupSubjectsRoute } from './lookupSubjects.js'
import { permissionRoutes } from './permissions.js'
import { reflectionRoutes } from './reflection.js'
import { relationshipRoutes } from './relationships.js'
import { schemaRoutes } from './schema.js'
import { watchRoute } from './watch.js'

export const spicedb: Protocol = {
  name: 'spicedb',
  tags: [
    { name: 'permissions', description: 'Checks, lookups and expansion.' },
    {
      name: 'relationships',
      description: 'Relationships: reading, writing, counting, import and export.',
    },
    { name: 'watch', description: 'The stream of changes.' },
    { name: 'schema', description: 'The schema, and questions about it.' },
  ],
  errors: statusErrors(toSpiceDbStatus),
  lines: resultLines,
  consistencyOf,
  inStore(scope) {
    permissionRoutes(scope)
    expandRoute(scope)
    lookupResourcesRoute(scope)
    lookupSubjectsRoute(scope)
    relationshipRoutes(scope)
    bulkRoutes(scope)
    counterRoutes(scope)
    schemaRoutes(scope)
    reflectionRoutes(scope)
    watchRoute(scope)
  },
}
