// The refusals of sharing as statuses. A refusal that only sharing has gets a reason of its own
// name under Pemba's domain. All others are about objects and relations, and get SpiceDB's reasons.

import type { Refusal } from '../../terms/index.js'
import { toSpiceDbStatus } from '../spicedb/refusals.js'
import { OWN_DOMAIN, type StatusBody, toStatus } from '../status.js'

/** The prefix of the codes that only sharing has. */
const OWN = 'sharing-'

export function toSharingStatus(refusal: Refusal): StatusBody {
  const { code, publicMessage: message, metadata, violations } = refusal
  if (!code.startsWith(OWN)) return toSpiceDbStatus(refusal)
  const reason = code.toUpperCase().replaceAll('-', '_')
  return toStatus({ code, message, metadata, violations, info: { reason, domain: OWN_DOMAIN } })
}
