// Refusals in the words of sharing: those that sharing alone knows have a reason of that name, under a
// domain of our own. All others are told in SpiceDB's words, whose objects and relations they are about.

import type { Refusal } from '../../terms/index.js'
import { toSpiceDbStatus } from '../spicedb/refusals.js'
import { OWN_DOMAIN, type StatusBody, toStatus } from '../status.js'

const OWN = 'sharing-'

/** The refusal as a status. */
export function toSharingStatus(refusal: Refusal): StatusBody {
  const { code, publicMessage: message, metadata, violations } = refusal
  if (!code.startsWith(OWN)) return toSpiceDbStatus(refusal)
  const reason = code.toUpperCase().replaceAll('-', '_')
  return toStatus({ code, message, metadata, violations, info: { reason, domain: OWN_DOMAIN } })
}
