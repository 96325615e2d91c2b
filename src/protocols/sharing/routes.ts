// Sharing, as the schema declares it: who has access to a resource, and changing that. SpiceDB has
// nothing like it.

import type { Scope } from '../../http/index.js'
import { changeRoute } from './change.js'
import { objectRoutes } from './objects.js'
import { principalRoute } from './principals.js'
import { reachRoute } from './reach.js'
import { sheetRoutes } from './sheet.js'

export function sharingRoutes(scope: Scope): void {
  sheetRoutes(scope)
  changeRoute(scope)
  objectRoutes(scope)
  principalRoute(scope)
  reachRoute(scope)
}
