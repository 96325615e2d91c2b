// What the engine tells those who watch it, and nobody else: `node:diagnostics_channel`s that cost
// nothing while no one listens. Logging and metrics subscribe on the top floor.

import { channel } from 'node:diagnostics_channel'

/** Something outside failed and will be tried again. */
export interface Trouble {
  /** The part that met it: `feed`, `collection`. */
  readonly part: string
  readonly error: Error
}

export const TROUBLE = 'pemba.trouble'

const trouble = channel(TROUBLE)

export function tellTrouble(part: string, error: Error): void {
  if (trouble.hasSubscribers) trouble.publish({ part, error } satisfies Trouble)
}
