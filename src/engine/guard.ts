// Guards of writes: conditions on the store as of the very revision that a write follows. The
// writer runs the guard when it is the write's turn, and the guard waits for this node's graph to
// reach that revision. A guard may also decide what is written.

import { limits, Refusal } from '../terms/index.js'
import type { Engine } from './engine.js'
import { settled } from './graph/settle.js'
import { newestView, type View } from './graph/view.js'
import type { Agreement, WriteGuard } from './writer.js'

/**
 * Returns a guard that agrees to a write unless `decide`, called with the newest view, throws a
 * refusal.
 */
export const guardBy =
  (
    engine: Engine,
    decide: (view: View) => Agreement['write'] | Promise<Agreement['write']>,
  ): WriteGuard =>
  async since => {
    engine.live.nudge()
    if (!(await engine.live.reached(since, limits.guardWaitMs))) {
      throw new Refusal(
        'replica-behind',
        `this node has not reached revision ${since} within ${limits.guardWaitMs} ms, try again`,
      )
    }
    const view = await newestView(engine)
    return { revision: view.revision, write: await settled(view, () => decide(view)) }
  }
