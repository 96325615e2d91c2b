// Protocols for tests: a test's own routes, with the errors and lines that Pemba's protocols share.

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
