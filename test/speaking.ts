// Protocols for tests: routes of a test's own, in the shapes that our protocols share.

import { type Protocol, type RouteScope, statusErrors } from '../src/http/index.js'
import { consistencyOf, resultLines, toSpiceDbStatus } from '../src/messages/index.js'

export const speaking = (inStore: (scope: RouteScope) => void): Protocol => ({
  name: 'test',
  tags: [],
  errors: statusErrors(toSpiceDbStatus),
  lines: resultLines,
  consistencyOf,
  inStore,
})
