// One mistake, and what it gets.

import type { Json } from '../wire.js'

export interface Row {
  readonly claim: string
  readonly path: string
  readonly body: Json | string | Buffer
  readonly status?: number
  readonly code: number
  /** Null: no ErrorInfo. */
  readonly reason: string | null
  readonly metadata?: Json
  readonly message?: RegExp
}

export const INVALID = { code: 3, reason: null } as const
