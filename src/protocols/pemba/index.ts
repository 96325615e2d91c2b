// Floor 5.5: the routes without a counterpart in SpiceDB, for stores and the list of a subject's
// permissions.

import { type Protocol, statusErrors } from '../../http/index.js'
import { consistencyOf, resultLines, toSpiceDbStatus } from '../../messages/index.js'
import { permissionListRoute } from './permissionList.js'
import { storeRoutes } from './stores.js'

export const pemba: Protocol = {
  name: 'pemba',
  tags: [{ name: 'stores', description: 'Tenants that share nothing.' }],
  errors: statusErrors(toSpiceDbStatus),
  lines: resultLines,
  consistencyOf,
  inStore: permissionListRoute,
  acrossStores: storeRoutes,
}
