// Events that the engine publishes about its own state, on `node:diagnostics_channel`s that cost
// nothing without subscribers. Logging and metrics subscribe on the top floor.

import { channel } from 'node:diagnostics_channel'

/** The failure of something outside the engine, which is tried again. */
export interface Warning {
  /** The part that the error occurred in: `feed`, `collection`. */
  readonly part: string
  readonly error: Error
}

/** An event that the operators of the node should know about. */
export interface Notice {
  readonly part: string
  readonly text: string
  /** Whether the node does less than it was configured to do. */
  readonly isWarning: boolean
}

export const WARNING = 'pemba.warnings'
export const NOTICE = 'pemba.notices'

const warnings = channel(WARNING)
const notices = channel(NOTICE)

export function publishWarning(part: string, error: Error): void {
  if (warnings.hasSubscribers) warnings.publish({ part, error } satisfies Warning)
}

export function publishNotice(part: string, text: string, isWarning = false): void {
  if (notices.hasSubscribers) notices.publish({ part, text, isWarning } satisfies Notice)
}
