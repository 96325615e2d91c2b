// What the engine tells those who watch it, and nobody else: `node:diagnostics_channel`s that cost
// nothing while no one listens. Logging and metrics subscribe on the top floor.

import { channel } from 'node:diagnostics_channel'

/** Something outside failed and will be tried again. */
export interface Warning {
  /** The part that met it: `feed`, `collection`. */
  readonly part: string
  readonly error: Error
}

/** Something that those who run the node should know of. */
export interface Notice {
  readonly part: string
  readonly text: string
  /** Whether the node does less than it was set up to do. */
  readonly isWarning: boolean
}

export const WARNING = 'pemba.trouble'
export const NOTICE = 'pemba.news'

const trouble = channel(WARNING)
const news = channel(NOTICE)

export function publishWarning(part: string, error: Error): void {
  if (trouble.hasSubscribers) trouble.publish({ part, error } satisfies Warning)
}

export function publishNotice(part: string, text: string, isWarning = false): void {
  if (news.hasSubscribers) news.publish({ part, text, isWarning } satisfies Notice)
}
