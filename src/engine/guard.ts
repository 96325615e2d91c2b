// Guards of writes: what must be true of the store as of the very revision that a write follows. The
// writer asks in the write's turn; the resident graph, once it has come so far, answers. What is to be
// written may follow from it too.

import { limits, Refusal } from '../terms/index.js'
import type { Engine } from './engine.js'
import { settled } from './graph/settle.js'
import { newestView, type View } from './graph/view.js'
import type { Agreement, WriteGuard } from './writer.js'

/** Agrees to a write unless `decide`, which gets the newest view, throws a refusal. */
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
