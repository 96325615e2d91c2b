// Floor 5.5: the sharing protocol, which SpiceDB does not have. Its routes read and change who has
// access to a resource, as the schema declares it.

import { type Protocol, statusErrors } from '../../http/index.js'
import { consistencyOf, resultLines, toSharingStatus } from '../../messages/index.js'
import { changeRoute } from './change.js'
import { objectRoutes } from './objects.js'
import { principalRoute } from './principals.js'
import { reachRoute } from './reach.js'
import { sheetRoutes } from './sheet.js'

export const sharing: Protocol = {
  name: 'sharing',
  tags: [{ name: 'sharing', description: 'Who gives whom access to what.' }],
  errors: statusErrors(toSharingStatus),
  lines: resultLines,
  consistencyOf,
  inStore(scope) {
    sheetRoutes(scope)
    changeRoute(scope)
    objectRoutes(scope)
    principalRoute(scope)
    reachRoute(scope)
  },
}
